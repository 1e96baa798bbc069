import { FuelRefusal, one } from './answers.ts';
import { preCheck } from './checks.ts';
import { carryOut, GRAPH, type Orders, pendingOrders } from './deploy.ts';
import { clusterById } from './node-api.ts';
import { createCluster } from './releases.ts';
import { end } from './removal.ts';
import type { Route, Routed } from './routes.ts';
import type { Cluster, FuelState, Node, Task } from './state.ts';
import { verify } from './verify.ts';
import { clusterView, taskView } from './views.ts';

export const clusterRoutes: readonly Route[] = [
  ['GET', 'clusters', (state) => state.clusters.map((cluster) => clusterView(state, cluster))],
  ['POST', 'clusters', createCluster],
  ['GET', 'clusters/:id', (state, { params }) => clusterView(state, clusterById(state, params.id))],
  [
    'PUT',
    'clusters/:id',
    (state, { params, body, raw }) => {
      const { net_provider: provider = 'neutron', name } = (body ?? {}) as { net_provider?: string; name?: string };
      if (provider !== 'neutron') throw new FuelRefusal(400, "Changing 'net_provider' for environment is prohibited");
      const cluster = clusterById(state, params.id);
      if (state.clusters.some((each) => each !== cluster && each.name === name))
        throw new FuelRefusal(409, 'Environment with this name already exists');
      if (name !== undefined) cluster.name = name;
      return raw(one(state, clusterView(state, cluster)));
    },
  ],
  [
    'PUT',
    'clusters/:id/network_configuration/:provider/verify',
    (state, routed) => verify(state, clusterById(state, routed.params.id), routed),
  ],
  [
    'PUT',
    'clusters/:id/changes',
    (state, routed) => {
      const cluster = clusterById(state, routed.params.id);
      if (state.running(cluster.id).length > 0)
        throw state.isOld
          ? new FuelRefusal(500, 'DeploymentAlreadyStarted: Deployment already started', 'page')
          : runningNow();
      const orders = pendingOrders(state, cluster);
      const isNothing = orders.provision.length + orders.remove.length === 0;
      if (state.isOld && isNothing && orders.deploy.length === 0) throw new FuelRefusal(400, 'No changes to deploy');
      return start(state, cluster, orders, routed);
    },
  ],
  [
    'PUT',
    'clusters/:id/provision',
    (state, routed) => {
      const cluster = clusterById(state, routed.params.id);
      // 6.0 begins a second run on top of the first.
      if (!state.isOld && state.running(cluster.id).length > 0) throw new FuelRefusal(400, 'A task is already running');
      return accept(
        state,
        carryOut(
          state,
          cluster,
          { provision: chosen(state, cluster, routed, isToProvision), deploy: [], remove: [] },
          'provision',
        ),
        routed,
      );
    },
  ],
  [
    'PUT',
    'clusters/:id/deploy',
    (state, routed) => {
      const cluster = clusterById(state, routed.params.id);
      if (!state.isOld && state.running(cluster.id).length > 0)
        throw new FuelRefusal(409, 'Deployment already started');
      const nodes = chosen(state, cluster, routed, ({ status }) => status === 'provisioned').filter(({ status }) =>
        ['provisioned', 'ready', 'error', 'stopped'].includes(status),
      );
      return accept(
        state,
        carryOut(state, cluster, { provision: [], deploy: nodes, remove: [] }, 'deployment'),
        routed,
      );
    },
  ],
  [
    'PUT',
    'clusters/:id/changes/redeploy',
    (state, routed) => {
      refuseOld(state);
      const cluster = clusterById(state, routed.params.id);
      if (state.running(cluster.id).length > 0) throw runningNow();
      const { provision, deploy, remove } = pendingOrders(state, cluster);
      const all = state.nodesOf(cluster.id).filter((node) => !remove.includes(node));
      return start(state, cluster, { provision, deploy: [...new Set([...deploy, ...all])], remove }, routed);
    },
  ],
  [
    'PUT',
    'clusters/:id/deploy_tasks',
    (state, routed) => {
      refuseOld(state);
      const cluster = clusterById(state, routed.params.id);
      const names = routed.body;
      if (!Array.isArray(names) || names.length === 0) throw new FuelRefusal(400, 'Tasks list must be specified.');
      const unknown = names.filter((name) => !GRAPH.includes(String(name)));
      if (unknown.length > 0)
        throw new FuelRefusal(400, `Tasks ${unknown.join(',')} are not present in deployment graph`);
      if (state.running(cluster.id).length > 0) throw new FuelRefusal(409, 'Deployment already started');
      const deploy = chosen(state, cluster, routed, ({ status }) => status === 'ready');
      return accept(state, carryOut(state, cluster, { provision: [], deploy, remove: [] }, 'deployment'), routed);
    },
  ],
];

/** What 6.0 does not have yet. */
function refuseOld({ isOld }: FuelState): void {
  if (isOld) throw new FuelRefusal(404, 'not found', 'text');
}

function runningNow(): FuelRefusal {
  return new FuelRefusal(400, 'Cannot perform the actions because there are another running tasks.', 'text');
}

function start(state: FuelState, cluster: Cluster, orders: Orders, routed: Routed) {
  const { dry_run: dry, noop_run: noop } = routed.query;
  if (!state.isOld && (dry === '1' || noop === '1')) return dryRun(state, cluster, routed);
  const wrong = preCheck(state, cluster, orders);
  if (wrong === undefined) return accept(state, carryOut(state, cluster, orders), routed);
  const task = state.begin('deploy', cluster.id);
  const check = state.begin('check_before_deployment', cluster.id, task.id);
  for (const each of [task, check]) Object.assign(each, { status: 'error', progress: 100, message: wrong });
  // Later versions tell at once, and with a status of success.
  if (state.isOld) routed.accepted();
  return taskView(state, task);
}

/** It looks at everything and changes nothing. */
function dryRun(state: FuelState, cluster: Cluster, routed: Routed) {
  const task = state.begin('dry_run_deployment', cluster.id);
  task.isDry = true;
  const { pendingMs, deployMs } = state.settings.durations;
  state.later(task, pendingMs + deployMs, () => end(task, 'ready', '', state.clock.now()));
  return accept(state, task, routed);
}

function accept(state: FuelState, task: Task, { accepted }: Routed) {
  accepted();
  return taskView(state, task);
}

function isToProvision({ status, pendingAddition, errorType }: Node): boolean {
  return pendingAddition || (status === 'error' && errorType === 'provision');
}

/** Those that are named; without names all of a kind. */
function chosen(
  state: FuelState,
  cluster: Cluster,
  { query }: Routed,
  isMeant: (node: Node) => boolean,
): readonly Node[] {
  if (query.nodes === undefined || query.nodes === '') return state.nodesOf(cluster.id).filter(isMeant);
  const ids = query.nodes.split(',');
  if (ids.some((id) => !/^\d+$/.test(id)))
    throw new FuelRefusal(500, 'Unexpected exception, please check logs', 'text');
  const nodes = ids.map((id) => state.node(Number(id)));
  if (nodes.includes(undefined)) throw new FuelRefusal(404, 'NodeCollection not found');
  return nodes.filter((node): node is Node => node?.cluster === cluster.id);
}
