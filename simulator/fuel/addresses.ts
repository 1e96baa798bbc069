import type { Cluster, FuelState, Network, Node } from './state.ts';

/** What Fuel itself gives addresses of to nodes; the Admin network's come by DHCP, and the private one has none. */
const GIVEN: ReadonlySet<string> = new Set(['public', 'management', 'storage']);

/** IPv4 in dots, as a number that can be compared. */
export function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function textOf(ip: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(ip / 2 ** shift) % 256).join('.');
}

export function isWithin(ip: string, ranges: Network['ranges']): boolean {
  return ranges.some(([first, last]) => numberOf(first) <= numberOf(ip) && numberOf(ip) <= numberOf(last));
}

/** The second address of what it may give. */
export function vipOf({ networks }: Cluster, name: 'public' | 'management'): string | undefined {
  const first = networks.find((network) => network.name === name)?.ranges[0]?.[0];
  return first === undefined ? undefined : textOf(numberOf(first) + 1);
}

/** At their deployment nodes get an address of each network that they need and have none of. */
export function giveAddresses(state: FuelState, cluster: Cluster, nodes: readonly Node[]): void {
  for (const node of nodes)
    for (const network of networksFor(cluster, node)) {
      if (node.addresses.has(network.id)) continue;
      const [free] = freeIn(state, cluster, network, 1);
      if (free !== undefined) node.addresses.set(network.id, free);
    }
}

/** Why there is not one for each, in Nailgun's words. */
export function addressShortage(state: FuelState, cluster: Cluster, nodes: readonly Node[]): string | undefined {
  for (const network of cluster.networks) {
    const wanting = nodes.filter(
      (node) => networksFor(cluster, node).includes(network) && !node.addresses.has(network.id),
    );
    if (freeIn(state, cluster, network, wanting.length).length === wanting.length) continue;
    const ranges = network.ranges.map(([first, last]) => `${first} - ${last}`).join(', ');
    return network.name === 'public'
      ? `Not enough IP addresses. Public network ${network.cidr} must have at least ${state.nodesOf(cluster.id).length} IP addresses for the current environment.`
      : `Not enough free IP addresses in ranges [${ranges}] of '${network.name}' network`;
  }
  return undefined;
}

function networksFor(cluster: Cluster, { roles, pendingRoles }: Node): readonly Network[] {
  const everybody = cluster.attributes.public_network_assignment?.assign_to_all_nodes?.value === true;
  const isPublic = everybody || [...roles, ...pendingRoles].includes('controller');
  return cluster.networks.filter(({ name }) => GIVEN.has(name) && (name !== 'public' || isPublic));
}

function freeIn(state: FuelState, cluster: Cluster, { id, name, ranges }: Network, atMost: number): readonly string[] {
  const taken = new Set(state.nodesOf(cluster.id).flatMap((node) => node.addresses.get(id) ?? []));
  const vip = name === 'public' || name === 'management' ? vipOf(cluster, name) : undefined;
  if (vip !== undefined) taken.add(vip);
  const free: string[] = [];
  for (const [first, last] of ranges)
    for (let ip = numberOf(first); ip <= numberOf(last) && free.length < atMost; ip++)
      if (!taken.has(textOf(ip))) free.push(textOf(ip));
  return free;
}
