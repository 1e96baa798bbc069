import type { NodeLayout, Readiness, ReadinessOptions } from '../provisioner.ts';
import { addressObstacles } from './free-addresses.ts';
import { patternOf } from './lay-out-node.ts';
import { hasNetworkTemplate, templateObstacle } from './network-template.ts';
import { isPending } from './nodes.ts';
import type { FuelSession } from './session.ts';
import type { FuelCluster, FuelNode, FuelRelease } from './shapes.ts';
import { tasksUnderWay } from './tasks.ts';

/** Of an environment that can take one more node. */
const CAN_GROW: ReadonlySet<string> = new Set(['operational', 'partially_deployed', 'stopped', 'error', 'new']);

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
  const release = await fuel.get<FuelRelease>(`releases/${cluster.release_id}`);
  // Empty where Fuel does not say.
  const known = release.roles ?? Object.keys(release.roles_metadata ?? {});
  const isByTemplate = await hasNetworkTemplate(fuel, cluster);
  const unwanted = isByTemplate ? templateObstacle(cluster, layout) : undefined;
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
    ...(unwanted === undefined ? [] : [unwanted]),
    ...(await addressObstacles(fuel, cluster, all, { roles, release, except, isByTemplate })),
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

function evenWarning({ name }: FuelCluster, nodes: readonly FuelNode[], roles: readonly string[]): readonly string[] {
  if (!roles.includes('controller')) return [];
  const count = nodes.filter((node) => [...node.roles, ...node.pending_roles].includes('controller')).length + 1;
  return [
    `a controller more: Fuel deploys all controllers of ${name} again`,
    ...(count % 2 === 0 ? [`${name} would have ${count} controllers: an even number can tie; add one more soon`] : []),
  ];
}
