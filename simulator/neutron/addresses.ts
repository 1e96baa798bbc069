import { BlockList, isIP } from 'node:net';
import type { Cloud } from '../cloud.ts';
import { badRequest, conflict } from '../http/call.ts';
import type { FixedIp, Network, Range, Subnet } from './state.ts';

export interface Cidr {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly bits: number;
  readonly prefix: number;
}

function toNumber(address: string): bigint {
  if (isIP(address) === 4) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [
    ...left,
    ...Array<string>(tail === undefined ? 0 : 8 - left.length - right.length).fill('0'),
    ...right,
  ];
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

export function toAddress(value: bigint, version: 4 | 6): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 65535n).toString(16));
  // The longest run of zeros is shortened (RFC 5952).
  return groups
    .join(':')
    .replace(/\b0(?::0)+\b/, '::')
    .replace(/:{3,}/, '::');
}

/** Undefined for what is no network in CIDR notation. */
export function parseCidr(cidr: string): Cidr | undefined {
  const [address = '', length] = cidr.split('/');
  const version = isIP(address);
  if (version !== 4 && version !== 6) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bits) return undefined;
  const shift = BigInt(bits - prefix);
  return { version, first: (toNumber(address) >> shift) << shift, bits, prefix };
}

export function cidrText(cidr: Cidr): string {
  return `${toAddress(cidr.first, cidr.version)}/${cidr.prefix}`;
}

const sizeOf = (cidr: Cidr): bigint => 1n << BigInt(cidr.bits - cidr.prefix);

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.version === b.version && a.first < b.first + sizeOf(b) && b.first < a.first + sizeOf(a);
}

export function contains(cidr: Cidr, address: string): boolean {
  if (isIP(address) !== cidr.version) return false;
  const list = new BlockList();
  list.addSubnet(toAddress(cidr.first, cidr.version), cidr.prefix, cidr.version === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, cidr.version === 4 ? 'ipv4' : 'ipv6');
}

/** The first address after the network's own, as Neutron chooses a gateway. */
export function firstHost(cidr: Cidr): string {
  return toAddress(cidr.first + 1n, cidr.version);
}

/** All hosts without the gateway: in one pool, or in two around it. */
export function defaultPools(cidr: Cidr, gateway: string | null): Range[] {
  const broadcast = cidr.version === 4 && cidr.prefix < 31 ? 1n : 0n;
  const last = cidr.first + sizeOf(cidr) - 1n - broadcast;
  const pools: [bigint, bigint][] = [];
  const gate = gateway === null ? undefined : toNumber(gateway);
  const start = cidr.first + 1n;
  if (gate === undefined || gate < start || gate > last) pools.push([start, last]);
  else {
    if (start <= gate - 1n) pools.push([start, gate - 1n]);
    if (gate + 1n <= last) pools.push([gate + 1n, last]);
  }
  return pools.map(([from, to]) => ({ start: toAddress(from, cidr.version), end: toAddress(to, cidr.version) }));
}

function takenIn(cloud: Cloud, subnetId: string): Set<string> {
  let taken = cloud.neutron.taken.get(subnetId);
  if (taken === undefined) {
    taken = new Set();
    cloud.neutron.taken.set(subnetId, taken);
  }
  return taken;
}

export function release(cloud: Cloud, fixedIps: readonly FixedIp[]): void {
  for (const { subnet_id, ip_address } of fixedIps) {
    takenIn(cloud, subnet_id).delete(ip_address);
    cloud.neutron.searchFrom.delete(subnet_id);
  }
}

/** From where the last search ended: a thousand floating addresses are not walked through for the next one. */
function nextFree(cloud: Cloud, subnet: Subnet): string | undefined {
  const taken = takenIn(cloud, subnet.id);
  const version = subnet.ip_version === 4 ? 4 : 6;
  const from = cloud.neutron.searchFrom.get(subnet.id) ?? 0n;
  for (const { start, end } of subnet.allocation_pools) {
    const last = toNumber(end);
    const first = toNumber(start);
    for (let value = from > first ? from : first; value <= last; value++) {
      const address = toAddress(value, version);
      if (taken.has(address)) continue;
      cloud.neutron.searchFrom.set(subnet.id, value);
      return address;
    }
  }
  return undefined;
}

/** EUI-64: what a host makes of its MAC in a SLAAC subnet. */
function slaacAddress(cidr: Cidr, mac: string): string {
  const b = mac.split(':').map((part) => BigInt(`0x${part}`));
  const [a0 = 0n, a1 = 0n, a2 = 0n, a3 = 0n, a4 = 0n, a5 = 0n] = b;
  const parts = [a0 ^ 2n, a1, a2, 0xffn, 0xfen, a3, a4, a5];
  const id = parts.reduce((sum, part) => sum * 256n + part, 0n);
  return toAddress(cidr.first + id, 6);
}

/**
 * Fixed addresses of a new or changed port. Asked for by the caller: taken as asked or refused (409 as Neutron's
 * IPAM). Not asked for: one of the first IPv4 subnet, one of the first IPv6 subnet.
 */
export function allocate(
  cloud: Cloud,
  network: Network,
  asked: readonly { subnet_id?: string | undefined; ip_address?: string | undefined }[] | undefined,
  mac: string,
): FixedIp[] {
  const subnets = cloud.neutron.subnets.where('network', network.id);
  const given: FixedIp[] = [];
  const take = (subnet: Subnet, address: string): void => {
    takenIn(cloud, subnet.id).add(address);
    given.push({ subnet_id: subnet.id, ip_address: address });
  };
  const automatic = (candidates: readonly Subnet[]): void => {
    for (const subnet of candidates) {
      const cidr = parseCidr(subnet.cidr);
      const slaac = subnet.ipv6_address_mode === 'slaac' || subnet.ipv6_address_mode === 'dhcpv6-stateless';
      const address = slaac && cidr !== undefined ? slaacAddress(cidr, mac) : nextFree(cloud, subnet);
      if (address === undefined) continue;
      take(subnet, address);
      return;
    }
    release(cloud, given);
    throw conflict(`No more IP addresses available on network ${network.id}.`, 'IpAddressGenerationFailure');
  };
  if (asked === undefined) {
    for (const version of [4, 6]) {
      const candidates = subnets.filter((subnet) => subnet.ip_version === version);
      if (candidates.length > 0) automatic(candidates);
    }
    return given;
  }
  for (const { subnet_id, ip_address } of asked) {
    const candidates = subnets.filter((subnet) => subnet_id === undefined || subnet.id === subnet_id);
    if (ip_address === undefined) {
      if (candidates.length === 0) throw invalidSubnet(subnet_id ?? '');
      automatic(candidates);
      continue;
    }
    const subnet = candidates.find((row) => {
      const cidr = parseCidr(row.cidr);
      return cidr !== undefined && contains(cidr, ip_address);
    });
    if (subnet === undefined) {
      release(cloud, given);
      const message = `IP address ${ip_address} is not a valid IP for any of the subnets on the specified network.`;
      throw badRequest(message, 'InvalidIpForNetwork');
    }
    // Gateways of routers, which have no MAC yet here, may be asked for there.
    const isAutomatic = subnet.ipv6_address_mode === 'slaac' || subnet.ipv6_address_mode === 'dhcpv6-stateless';
    if (isAutomatic && ip_address !== subnet.gateway_ip) {
      release(cloud, given);
      const reason = 'as the subnet is configured for automatic addresses';
      const message = `IPv6 address ${ip_address} cannot be directly assigned to a port on subnet ${subnet.id} ${reason}`;
      throw badRequest(message, 'AllocationOnAutoAddressSubnet');
    }
    if (takenIn(cloud, subnet.id).has(ip_address)) {
      release(cloud, given);
      const message = `IP address ${ip_address} already allocated in subnet ${subnet.id}`;
      throw conflict(message, 'IpAddressAlreadyAllocated');
    }
    take(subnet, ip_address);
  }
  return given;
}

function invalidSubnet(id: string) {
  return badRequest(`Invalid input for operation: Failed to create port on network, subnet ${id} is invalid.`);
}

/** A free MAC of Neutron's range (`base_mac` fa:16:3e:00:00:00). */
export function newMac(cloud: Cloud): string {
  for (;;) {
    const mac = `fa:16:3e${cloud.random.hex(6).replace(/../g, ':$&')}`;
    if (cloud.neutron.ports.where('mac', mac).length === 0) return mac;
  }
}
