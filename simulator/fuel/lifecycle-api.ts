import { FuelRefusal } from './answers.ts';
import { clusterById } from './node-api.ts';
import { backToDiscover, end, erase, forget, release, removedWords } from './removal.ts';
import type { Route, Routed } from './routes.ts';
import type { Cluster, FuelState, Node, Task } from './state.ts';
import { taskView } from './views.ts';

const RUNS: ReadonlySet<string> = new Set(['deploy', 'provision', 'deployment']);

/** What ends a run, an environment or a node. */
export const lifecycleRoutes: readonly Route[] = [
  ['PUT', 'clusters/:id/stop_deployment', (state, routed) => stop(state, clusterById(state, routed.params.id), routed)],
  ['PUT', 'clusters/:id/reset', (state, routed) => reset(state, clusterById(state, routed.params.id), routed)],
  ['DELETE', 'clusters/:id', (state, routed) => removeCluster(state, clusterById(state, routed.params.id), routed)],
  ['DELETE', 'nodes/:id', (state, routed) => removeNodes(state, [routed.params.id ?? ''], routed)],
  ['DELETE', 'nodes', (state, routed) => removeNodes(state, (routed.query.ids ?? '').split(','), routed)],
];

/** Nodes whose run is stopped begin anew; from 9.0 on those that were being deployed stand still instead. */
function stop(state: FuelState, cluster: Cluster, routed: Routed) {
  const running = state.running(cluster.id);
  if (running.some(({ name }) => name === 'stop_deployment'))
    throw new FuelRefusal(409, 'Stopping deployment task is already launched');
  const runs = running.filter(({ name }) => RUNS.has(name));
  if (runs.length === 0) throw new FuelRefusal(400, 'Nothing to stop');
  const task = state.begin('stop_deployment', cluster.id);
  return wipeLater(state, task, routed, () => {
    // What had ended before it could be stopped is left as it is.
    const stopped = runs.filter(({ status }) => status === 'running' || status === 'pending');
    for (const node of new Set(stopped.flatMap(({ nodes }) => nodes))) {
      if (node.status === 'deploying' && !state.isOld) Object.assign(node, { status: 'stopped', progress: 0 });
      else if (['provisioning', 'provisioned', 'deploying'].includes(node.status)) backToDiscover(state, node);
      else if (node.status === 'discover') node.pendingAddition = true;
    }
    for (const each of stopped) {
      end(each, 'error', 'Task was interrupted', state.clock.now());
      each.isHidden = true;
    }
    if (state.isOld) state.tasks = state.tasks.filter((each) => !stopped.includes(each));
    if (stopped.length > 0) cluster.status = 'stopped';
    return `Deployment of environment '${cluster.name}' was successfully stopped`;
  });
}

function reset(state: FuelState, cluster: Cluster, routed: Routed) {
  if (state.running(cluster.id).length > 0)
    throw state.isOld
      ? new FuelRefusal(500, 'DeploymentAlreadyStarted: Deployment already started', 'page')
      : new FuelRefusal(409, `Can't reset environment '${cluster.name}' when running deployment task exists.`);
  const task = state.begin('reset_environment', cluster.id);
  return wipeLater(state, task, routed, () => {
    for (const node of state.nodesOf(cluster.id)) backToDiscover(state, node);
    Object.assign(cluster, { status: 'new', wasDeployed: false });
    return `Environment '${cluster.name}' was successfully reset`;
  });
}

/** Its deployed nodes are wiped and come again as others; those that were only to be added stay what they are. */
function removeCluster(state: FuelState, cluster: Cluster, routed: Routed) {
  const running = state.running(cluster.id);
  if (running.length > 0 && !state.isOld && routed.query.force !== '1')
    throw new FuelRefusal(400, 'Cannot perform the actions because there are another running tasks.', 'text');
  for (const each of running) end(each, 'error', 'Task aborted', state.clock.now());
  const task = state.begin('cluster_deletion', cluster.id);
  cluster.status = 'remove';
  routed.accepted();
  task.status = 'running';
  const nodes = state.nodesOf(cluster.id);
  const isUsed = ({ status, roles }: Node) => status !== 'discover' || roles.length > 0;
  for (const node of nodes) if (!isUsed(node)) release(state, node);
  erase(state, task, nodes.filter(isUsed), (failure) => {
    if (failure !== undefined) {
      cluster.status = 'error';
      return end(task, 'error', failure, state.clock.now());
    }
    end(task, 'ready', `Environment '${cluster.name}' is deleted`, state.clock.now());
    state.clusters.splice(state.clusters.indexOf(cluster), 1);
    state.tasks = state.tasks.filter((each) => each.cluster !== cluster.id);
  });
  return taskView(state, task);
}

/** Up to 6.0 the record goes and the machine runs on; later the node is wiped, unless it never was more than discovered. */
function removeNodes(state: FuelState, ids: readonly string[], routed: Routed) {
  if (ids.some((id) => !/^\d+$/.test(id)))
    throw state.isOld
      ? new FuelRefusal(400, 'ids must be integers')
      : new FuelRefusal(500, 'Unexpected exception, please check logs', 'text');
  const nodes = ids.map((id) => state.node(Number(id)));
  const found = nodes.filter((node): node is Node => node !== undefined);
  if (found.length < nodes.length)
    throw new FuelRefusal(404, nodes.length === 1 ? 'Node not found' : 'NodeCollection not found');
  if (state.isOld) {
    for (const node of found) forget(state, node);
    routed.gone();
    return undefined;
  }
  for (const node of found) refuseLastController(state, node);
  const task = state.begin('node_deletion', found[0]?.cluster ?? null);
  const wiped = found.filter(({ status }) => status !== 'discover');
  for (const node of found) if (!wiped.includes(node)) forget(state, node);
  if (wiped.length === 0) {
    end(task, 'ready', removedWords(found), state.clock.now());
    return taskView(state, task);
  }
  task.status = 'running';
  erase(state, task, wiped, (failure) =>
    end(task, failure === undefined ? 'ready' : 'error', failure ?? removedWords(found), state.clock.now()),
  );
  routed.accepted();
  return taskView(state, task);
}

function refuseLastController(state: FuelState, node: Node): void {
  if (node.cluster === null || !node.roles.includes('controller')) return;
  const others = state.nodesOf(node.cluster).filter((each) => each !== node && each.roles.includes('controller'));
  if (others.some(({ status }) => status === 'error'))
    throw new FuelRefusal(
      403,
      `One of the cluster controllers is in error state, please, eliminate the problem prior to proceeding further`,
    );
}

function wipeLater(state: FuelState, task: Task, { accepted }: Routed, then: () => string) {
  task.status = 'running';
  accepted();
  state.later(task, state.settings.durations.removeMs, () => end(task, 'ready', then(), state.clock.now()));
  return taskView(state, task);
}
