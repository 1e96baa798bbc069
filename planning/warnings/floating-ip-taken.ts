import type { HeldPort } from '../../resources/selecting/observation.ts';
import type { Rule } from './rule.ts';

/** The address is held in the target by something else: another tenant's floating IP, or a router that took it by chance. */
export const floatingIpTaken: Rule = {
  id: 'floating-ip-taken',
  severity: 'blocking',
  *find(planned) {
    const ports = new Map<string, HeldPort>();
    for (const port of planned.target.ports) for (const address of port.ipAddresses) ports.set(address, port);
    const floatingIps = new Map(planned.target.floatingIps.map((held) => [held.address, held]));
    for (const seen of planned.made('floating-ip')) {
      const { address } = seen.facts;
      const floating = floatingIps.get(address);
      const port = ports.get(address);
      if (floating === undefined && (port === undefined || !isExternal(port))) continue;
      const holder =
        floating === undefined
          ? `port ${port!.id} (${port!.deviceOwner || 'of no device'})`
          : `floating IP ${floating.id} of project ${floating.projectId ?? 'unknown'}`;
      yield `floating IP ${address} is held in ${planned.target.target} by ${holder}: it cannot be moved; free the address there, ` +
        'and plan again.';
    }
  },
};

/** Other networks may have the same range. */
function isExternal({ deviceOwner }: HeldPort): boolean {
  return deviceOwner === 'network:router_gateway' || deviceOwner === 'network:floatingip';
}
