import type { HeldPort } from '../../resources/selecting/observation.ts';
import { namesOf, type ObservationOf, type Rule } from './rule.ts';

/** In networks that the target has already, ports may hold what the source's ports bring along. */
export const addressTaken: Rule = {
  id: 'address-taken',
  severity: 'blocking',
  *find(planned) {
    const held = new Map<string, HeldPort>();
    for (const port of planned.target.ports) for (const key of keysOf(port.networkId, port)) held.set(key, port);
    for (const seen of planned.made('port')) {
      const { targetNetworkId, macAddress, ipAddresses } = seen.facts;
      if (targetNetworkId === undefined) continue;
      const taken = keysOf(targetNetworkId, { macAddress, ipAddresses }).find((key) => isOthers(held.get(key), seen));
      if (taken === undefined) continue;
      const { id, deviceOwner } = held.get(taken)!;
      const what = taken.slice(targetNetworkId.length + 1);
      yield `${what} of port ${namesOf([seen])} is held in ${planned.target.target} by port ${id}${whose(deviceOwner)}: ` +
        `the port cannot be made with it; ${remedy(deviceOwner)}.`;
    }
  },
};

function keysOf(
  networkId: string,
  { macAddress, ipAddresses }: Pick<HeldPort, 'macAddress' | 'ipAddresses'>,
): string[] {
  return [macAddress, ...ipAddresses].map((address) => `${networkId} ${address}`);
}

function isOthers(port: HeldPort | undefined, seen: ObservationOf<'port'>): boolean {
  return port !== undefined && port.originId !== seen.id;
}

function whose(deviceOwner: string): string {
  return deviceOwner === '' ? '' : ` (${deviceOwner})`;
}

function remedy(deviceOwner: string): string {
  if (deviceOwner === 'network:dhcp')
    return 'give the DHCP port another address: switch DHCP off and on again once the address is reserved';
  if (deviceOwner.startsWith('network:router')) return 'give the router another address';
  return 'remove that port, or give it another address';
}
