import type { NodeLayout, Readiness, ReadinessOptions } from '../provisioner.ts';
import { patternOf } from './lay-out-node.ts';
import { configurationPath } from './networks.ts';
import { isPending } from './nodes.ts';
import type { FuelSession } from './session.ts';
import type { FuelCluster, FuelNetworks, FuelNode, FuelRelease } from './shapes.ts';
import { tasksUnderWay } from './tasks.ts';

/** Of an environment that can take one more node. */
const CAN_GROW: ReadonlySet<string> = new Set(['operational', 'partially_deployed', 'stopped', 'error', 'new']);

/** Networks that every node has an address in, whatever its roles. */
const OF_EVERY_NODE: ReadonlySet<string> = new Set(['management', 'storage']);

/** What would keep a deployment from beginning, and what a person should know before it. */
export async function readinessOf(
  fuel: FuelSession,
  cluster: FuelCluster,
  roles: readonly string[],
  { except, layout }: ReadinessOptions = {},
): Promise<Readiness> {
  const all = await fuel.get<readonly FuelNode[]>('nodes');
  const nodes = all.filter((node) => node.cluster === cluster.id && String(node.id) !== except);
  const running = await tasksUnderWay(fuel, String(cluster.id));
  const known = await rolesOf(fuel, cluster);
  const obstacles = [
    ...(CAN_GROW.has(cluster.status)
      ? []
      : running.length > 0
        ? []
        : [`environment ${cluster.name} is in status ${cluster.status}: bring it to an end in Fuel`]),
    ...roles
      .filter((role) => known.length > 0 && !known.includes(role))
      .map((role) => `environment ${cluster.name} knows no role ${role}; it knows ${known.join(', ')}`),
    ...controllerObstacle(cluster, nodes),
    ...patternObstacle(cluster, nodes, roles, layout),
    ...(await addressObstacles(fuel, cluster, all)),
  ];
  const pending = nodes.filter(isPending);
  const warnings = [
    ...running.map(
      ({ id, name }) => `task ${id} (${name}) of environment ${cluster.name} is running: its end is waited for`,
    ),
    ...(pending.length === 0
      ? []
      : [
          `pending changes of others in ${cluster.name} (${pending.map(({ name }) => name).join(', ')}) are left as they are: the node is deployed by itself`,
        ]),
    ...evenWarning(cluster, nodes, roles),
  ];
  return { obstacles, warnings };
}

/** Empty where Fuel does not say. */
async function rolesOf(fuel: FuelSession, { release_id: id }: FuelCluster): Promise<readonly string[]> {
  const release = await fuel.get<FuelRelease & { readonly roles_metadata?: Readonly<Record<string, unknown>> }>(
    `releases/${id}`,
  );
  return release.roles ?? Object.keys(release.roles_metadata ?? {});
}

function controllerObstacle({ name }: FuelCluster, nodes: readonly FuelNode[]): readonly string[] {
  const controllers = nodes.filter(({ roles }) => roles.includes('controller'));
  if (controllers.some(({ status, online }) => status === 'ready' && online)) return [];
  return [`environment ${name} has no controller that is ready and online: deploy one first`];
}

/** Found out when the machine is switched off already, it would be a person's business. */
function patternObstacle(
  { name }: FuelCluster,
  nodes: readonly FuelNode[],
  roles: readonly string[],
  layout: NodeLayout | undefined,
): readonly string[] {
  if (layout?.kind !== 'copied') return [];
  const pattern = patternOf(name, nodes, roles, layout.from);
  return typeof pattern === 'string' ? [pattern] : [];
}

/**
 * A node that Fuel has no address for in the Admin network is never discovered; one that it has none for in the others is not deployed. There
 * every node takes one, beside virtual addresses that are not counted here.
 */
async function addressObstacles(
  fuel: FuelSession,
  cluster: FuelCluster,
  all: readonly FuelNode[],
): Promise<readonly string[]> {
  const { networks } = await fuel.get<FuelNetworks>(configurationPath(cluster));
  const wanted = 1 + all.filter((node) => node.cluster === cluster.id).length;
  const short = networks
    .filter(
      ({ name, ip_ranges: ranges = [] }) => OF_EVERY_NODE.has(name) && ranges.length > 0 && sizeOf(ranges) < wanted,
    )
    .map(
      ({ name, ip_ranges: ranges = [] }) =>
        `network ${name} has ${sizeOf(ranges)} addresses, and ${wanted} nodes would need one each: widen its range in Fuel`,
    );
  const admin = networks.find(({ name }) => name === 'fuelweb_admin')?.ip_ranges ?? [];
  if (admin.length === 0) return short;
  const isInside = (ip: string) =>
    admin.some(([first, last]) => numberOf(first) <= numberOf(ip) && numberOf(ip) <= numberOf(last));
  const taken = all.filter(({ ip }) => ip && isInside(ip)).length;
  const size = sizeOf(admin);
  return taken < size
    ? short
    : [`no address is free in the Admin network (${taken} of ${size} are taken): widen its range in Fuel`, ...short];
}

function sizeOf(ranges: readonly (readonly [string, string])[]): number {
  return ranges.reduce((sum, [first, last]) => sum + numberOf(last) - numberOf(first) + 1, 0);
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function evenWarning({ name }: FuelCluster, nodes: readonly FuelNode[], roles: readonly string[]): readonly string[] {
  if (!roles.includes('controller')) return [];
  const count = nodes.filter((node) => [...node.roles, ...node.pending_roles].includes('controller')).length + 1;
  return [
    `a controller more: Fuel deploys all controllers of ${name} again`,
    ...(count % 2 === 0 ? [`${name} would have ${count} controllers: an even number can tie; add one more soon`] : []),
  ];
}
