import { configurationPath } from './networks.ts';
import type { FuelSession } from './session.ts';
import type { FuelAttributes, FuelCluster, FuelNetworks, FuelNode, FuelRelease } from './shapes.ts';

const ADMIN = 'fuelweb_admin';

type Ranges = readonly (readonly [string, string])[];

/** What a node would take addresses for. */
export interface Newcomer {
  readonly roles: readonly string[];
  readonly release: FuelRelease;
  /** Its own record, which takes no second address. */
  readonly except?: string | undefined;
  /** A network template says in which networks a node has addresses: only the Admin network is looked at. */
  readonly isByTemplate: boolean;
}

/**
 * A sentence for each network that has no address left for one node more: one that the Admin network has none for is never discovered, and
 * one that another has none for is not deployed. Of a network, taken are the addresses of nodes, virtual ones, and one for each node of the
 * environment that waits for its own. Ranges are `ip_ranges` of `GET /clusters/:id/network_configuration/:provider`.
 */
export async function addressObstacles(
  fuel: FuelSession,
  cluster: FuelCluster,
  all: readonly FuelNode[],
  newcomer: Newcomer,
): Promise<readonly string[]> {
  const config = await fuel.get<FuelNetworks>(configurationPath(cluster));
  const others = all.filter(({ id }) => String(id) !== newcomer.except);
  const members = others.filter((node) => node.cluster === cluster.id);
  const isPublicForAll = await givesPublicToAll(fuel, cluster);
  const needsPublic = (roles: readonly string[]) =>
    isPublicForAll ||
    roles.some((role) => role === 'controller' || newcomer.release.roles_metadata?.[role]?.public_ip_required === true);
  const isInTunnels = (config.networking_parameters?.segmentation_type ?? 'vlan') !== 'vlan';
  /** Whether a node with these roles has an address there. */
  const isNeeded: Readonly<Record<string, (roles: readonly string[]) => boolean>> = {
    management: () => true,
    storage: () => true,
    public: needsPublic,
    // VLANs of tenants have no addresses of nodes; the ends of tunnels have.
    private: () => isInTunnels,
  };
  const rangesOf = (name: string) =>
    config.networks.filter((network) => network.name === name).flatMap(({ ip_ranges: ranges = [] }) => ranges);
  const admin = obstacle(
    ADMIN,
    rangesOf(ADMIN),
    others.flatMap(({ ip }) => ip ?? []),
    0,
  );
  if (newcomer.isByTemplate) return admin;
  const rest = Object.entries(isNeeded).flatMap(([name, needs]) => {
    if (!needs(newcomer.roles)) return [];
    const own = members.map((node) => ({ roles: [...node.roles, ...node.pending_roles], ip: addressIn(node, name) }));
    const waiting = own.filter(({ roles, ip }) => ip === undefined && needs(roles)).length;
    return obstacle(name, rangesOf(name), [...own.flatMap(({ ip }) => ip ?? []), ...virtualOf(config)], waiting);
  });
  return [...admin, ...rest];
}

/** 6.0 may have no such setting. */
async function givesPublicToAll(fuel: FuelSession, { id }: FuelCluster): Promise<boolean> {
  const { editable } = await fuel.get<FuelAttributes>(`clusters/${id}/attributes`);
  return editable?.public_network_assignment?.assign_to_all_nodes?.value === true;
}

function addressIn({ network_data: data }: FuelNode, name: string): string | undefined {
  return data?.find((network) => network.name === name && network.ip)?.ip?.split('/')[0];
}

/** Of load balancers, in `public` and `management`. */
function virtualOf({ management_vip: management, public_vip: open, vips }: FuelNetworks): readonly string[] {
  const all = [management, open, ...Object.values(vips ?? {}).map((vip) => vip?.ipaddr)];
  return all.flatMap((ip) => ip ?? []);
}

/** Without ranges Fuel gives no addresses there. */
function obstacle(name: string, ranges: Ranges, ips: readonly string[], waiting: number): readonly string[] {
  if (ranges.length === 0) return [];
  const taken = new Set(ips.filter((ip) => isWithin(ip, ranges))).size + waiting;
  const size = ranges.reduce((sum, [first, last]) => sum + numberOf(last) - numberOf(first) + 1, 0);
  if (taken < size) return [];
  const title = name === ADMIN ? 'the Admin network' : `network ${name}`;
  return [`no address is free in ${title} (${taken} of ${size} are taken): widen its range in Fuel`];
}

function isWithin(ip: string, ranges: Ranges): boolean {
  return ranges.some(([first, last]) => numberOf(first) <= numberOf(ip) && numberOf(ip) <= numberOf(last));
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
