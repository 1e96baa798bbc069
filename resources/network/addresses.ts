import { BlockList, isIPv6 } from 'node:net';
import type { Reader } from '../reader.ts';

/** What has an address of a network. */
export interface AddressUser {
  readonly portId: string;
  /** `network:dhcp`, `network:router_gateway`, `compute:nova` …; empty for a port that nothing uses. */
  readonly deviceOwner: string;
  readonly deviceId: string;
  readonly projectId?: string;
}

/**
 * Which addresses of a network ports have, the cloud's own included: DHCP's, routers', floating IPs'. What the two clouds
 * would both answer for on a shared L2 network is in both. Changes nothing; as an admin only it is all. Neutron only.
 */
export async function addressesInUse(reader: Reader, networkId: string): Promise<ReadonlyMap<string, AddressUser>> {
  const users = new Map<string, AddressUser>();
  for await (const page of reader.cloud.network.ports({ networkId })) {
    for (const port of page) {
      const projectId = port.project_id ?? port.tenant_id;
      const user = { portId: port.id, deviceOwner: port.device_owner, deviceId: port.device_id };
      for (const { ip_address } of port.fixed_ips)
        users.set(ip_address, { ...user, ...(projectId ? { projectId } : {}) });
    }
  }
  return users;
}

/** As an error names it. */
export function describeUser({ portId, deviceOwner, deviceId }: AddressUser): string {
  const what = deviceOwner === '' ? 'nothing uses it' : `${deviceOwner}${deviceId === '' ? '' : ` ${deviceId}`}`;
  return `port ${portId} (${what})`;
}

/** Who has an address or MAC of a network; undefined when it is free. */
export async function userOfAddress(
  reader: Reader,
  networkId: string,
  what: { readonly ipAddress: string } | { readonly macAddress: string },
): Promise<AddressUser | undefined> {
  for await (const page of reader.cloud.network.ports({ networkId, ...what }))
    for (const { id, device_owner, device_id } of page)
      return { portId: id, deviceOwner: device_owner, deviceId: device_id };
  return undefined;
}

export function isInside(cidr: string, address: string): boolean {
  const [network = '', prefix] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (family !== (isIPv6(address) ? 'ipv6' : 'ipv4')) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return block.check(address, family);
}

/** Addresses of IPv4 pools in their order, the ends included. */
export function* addressesOf(
  pools: readonly { readonly start: string; readonly end: string }[],
): Generator<string, void, undefined> {
  for (const { start, end } of pools) {
    if (isIPv6(start)) continue;
    for (let value = numberOf(start); value <= numberOf(end); value++) yield textOf(value);
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function textOf(value: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(value / unit) % 256).join('.');
}
