import { addressShortage, giveAddresses } from './addresses.ts';
import { end, erase, macsOf, removedWords, rolesOf } from './removal.ts';
import type { Cluster, FuelState, Node, Task } from './state.ts';
import { fqdnOf } from './views.ts';

/** A node that has been provisioned starts from its disk: so long, in steps, it is waited for. */
const START_STEP_MS = 500;
const START_STEPS = 60;
/** A few of the hundreds of tasks of a real graph, in their order. */
export const GRAPH: readonly string[] = ['hiera', 'globals', 'netconfig', 'hosts', 'firewall', 'post_deployment_end'];

export interface Orders {
  readonly provision: readonly Node[];
  readonly deploy: readonly Node[];
  readonly remove: readonly Node[];
}

/** `changes`: all that is pending. From 9.0 on every other node of the environment is gone over again. */
export function pendingOrders(state: FuelState, cluster: Cluster): Orders {
  const nodes = state.nodesOf(cluster.id);
  const remove = nodes.filter((node) => node.pendingDeletion);
  const added = nodes.filter((node) => !node.pendingDeletion && (node.pendingAddition || isFailed(node, 'provision')));
  const failed = nodes.filter(
    (node) =>
      !added.includes(node) && (isFailed(node, 'deploy') || node.status === 'provisioned' || node.status === 'stopped'),
  );
  const ready = nodes.filter((node) => node.status === 'ready' && !node.pendingDeletion);
  // 6.0 leaves them alone, but for all controllers when there is one more.
  const isGrown = added.some(({ pendingRoles }) => pendingRoles.includes('controller'));
  const others = state.isOld ? ready.filter(({ roles }) => isGrown && roles.includes('controller')) : ready;
  return { provision: added, deploy: [...added, ...failed, ...others], remove };
}

function isFailed(node: Node, type: string): boolean {
  return node.status === 'error' && node.errorType === type;
}

/** Carries orders out, with a task and its parts; ends long after this returns. */
export function carryOut(state: FuelState, cluster: Cluster, orders: Orders, name = 'deploy'): Task {
  const task = state.begin(name, cluster.id);
  const part = (kind: string, isNeeded: boolean) => (isNeeded ? state.begin(kind, cluster.id, task.id) : undefined);
  const parts = {
    removal: part('node_deletion', orders.remove.length > 0),
    provision: part('provision', orders.provision.length > 0),
    deployment: part('deployment', orders.deploy.length > 0),
  };
  for (const each of [task, ...Object.values(parts)])
    if (each !== undefined) each.nodes = [...new Set([...orders.remove, ...orders.provision, ...orders.deploy])];
  for (const node of orders.provision) node.pendingAddition = false;
  state.later(task, state.settings.durations.pendingMs, () => {
    task.status = 'running';
    cluster.status = 'deployment';
    const next = () => provision(state, cluster, orders, task, parts);
    if (parts.removal === undefined) return next();
    const { removal } = parts;
    removal.status = 'running';
    erase(state, removal, orders.remove, (failure) => {
      end(removal, failure === undefined ? 'ready' : 'error', failure ?? removedWords(orders.remove), now(state));
      if (failure === undefined) return next();
      for (const part of [parts.provision, parts.deployment])
        if (part !== undefined) end(part, 'error', 'Task aborted', now(state));
      cluster.status = 'error';
      end(task, 'error', failure, now(state));
    });
  });
  return task;
}

interface Parts {
  readonly provision: Task | undefined;
  readonly deployment: Task | undefined;
}

function provision(state: FuelState, cluster: Cluster, orders: Orders, task: Task, parts: Parts): void {
  const { deployment } = parts;
  const part = parts.provision;
  if (part === undefined) {
    deploy(state, cluster, orders.deploy, task, deployment);
    return;
  }
  part.status = 'running';
  for (const node of orders.provision) {
    // With `changes` the roles move over while the deployment message is built.
    if (deployment !== undefined) takeRoles(node);
    Object.assign(node, { status: 'provisioning', progress: 28, errorType: null });
  }
  progressOf([task, part], 28);
  state.later(task, state.settings.durations.provisionMs, () => {
    const wrong = provisioned(state, orders.provision);
    if (wrong !== undefined) {
      end(part, 'error', wrong, now(state));
      if (deployment !== undefined) end(deployment, 'error', 'Task aborted', now(state));
      cluster.status = 'error';
      return end(task, 'error', wrong, now(state));
    }
    // It is ready and never says 100.
    Object.assign(part, { status: 'ready', progress: 66, message: '', endedAt: now(state) });
    cluster.status = state.isOld ? cluster.status : 'partially_deployed';
    if (deployment === undefined)
      return end(task, 'ready', `Provision of ${orders.provision.length} environment node(s) is done.`, now(state));
    // Backwards, as 6.0 does.
    progressOf([task], state.isOld ? 15 : 29);
    deploy(state, cluster, orders.deploy, task, deployment);
  });
}

function provisioned(state: FuelState, nodes: readonly Node[]): string | undefined {
  const failure = state.failures.get('provision');
  state.failures.delete('provision');
  const failed = nodes.filter((node) => failure !== undefined || systemOf(state, node) !== 'bootstrap');
  for (const node of nodes) {
    if (failed.includes(node)) {
      Object.assign(node, { status: 'error', errorType: 'provision', progress: 0 });
      state.notify(
        'error',
        `Failed to provision node '${node.name}': ${failure ?? 'it does not answer in the Admin network'}`,
        { node },
      );
      continue;
    }
    Object.assign(node, { status: 'provisioned', progress: 100 });
    state.link?.onProvisioned({ macs: macsOf(node), fqdn: fqdnOf(state, node), roles: rolesOf(node) });
  }
  if (failed.length === 0) return undefined;
  return `Provision has failed. Check these nodes:\n${failed.map(({ name }) => `'${name}'`).join(', ')}`;
}

function deploy(state: FuelState, cluster: Cluster, nodes: readonly Node[], task: Task, part: Task | undefined): void {
  if (part === undefined) {
    // A removal alone leaves an environment of 6.0 in `deployment`.
    if (!state.isOld) cluster.status = state.nodesOf(cluster.id).length === 0 ? 'new' : 'operational';
    end(task, 'ready', task.nodes.length === 0 ? '' : removedWords(task.nodes), now(state));
    return;
  }
  const shortage = addressShortage(state, cluster, nodes);
  if (shortage !== undefined) {
    cluster.status = 'error';
    for (const each of [part, task]) end(each, 'error', shortage, now(state));
    return;
  }
  part.status = 'running';
  cluster.wasDeployed = true;
  giveAddresses(state, cluster, nodes);
  for (const node of nodes) {
    takeRoles(node);
    Object.assign(node, { status: 'deploying', progress: 15 });
    part.history.push(...GRAPH.map((taskName) => ({ taskName, nodeId: node.id, status: 'pending' as const })));
  }
  for (const step of part.history) if (step.taskName === GRAPH[0]) step.status = 'running';
  started(state, task, nodes, START_STEPS, () => {
    progressOf([task], 100);
    state.later(task, state.settings.durations.deployMs, () => deployed(state, cluster, nodes, task, part));
  });
}

function deployed(state: FuelState, cluster: Cluster, nodes: readonly Node[], task: Task, part: Task): void {
  const failure = state.failures.get('deploy');
  state.failures.delete('deploy');
  // It hits the newcomer, not the controllers.
  const isFailed = (node: Node) => (failure !== undefined && !node.isDeployed) || !isThere(state, node);
  const failed = nodes.filter(isFailed);
  for (const step of part.history) {
    const isWrong = failed.some(({ id }) => id === step.nodeId);
    step.status = !isWrong || step.taskName === GRAPH[0] ? 'ready' : step.taskName === GRAPH[1] ? 'error' : 'skipped';
  }
  for (const node of nodes) {
    if (failed.includes(node)) {
      Object.assign(node, { status: 'error', errorType: 'deploy', progress: 0 });
      state.notify('error', `Failed to deploy node '${node.name}': ${failure ?? 'it does not answer'}`, { node });
      continue;
    }
    Object.assign(node, { status: 'ready', progress: 100, errorType: null });
    if (!node.isDeployed) state.link?.onDeployed({ macs: macsOf(node), fqdn: fqdnOf(state, node), roles: node.roles });
    node.isDeployed = true;
  }
  if (failed.length > 0) {
    const message = `Deployment has failed. Check these nodes:\n${failed.map(({ name }) => `'${name}'`).join(', ')}`;
    cluster.status = 'error';
    for (const each of [part, task]) end(each, 'error', message, now(state));
    return;
  }
  end(part, 'ready', '', now(state));
  cluster.changes = cluster.changes.filter(({ node_id: id }) => id !== null && !nodes.some((node) => node.id === id));
  const isWhole = state.nodesOf(cluster.id).every(({ status }) => status === 'ready');
  cluster.status = state.isOld || isWhole ? 'operational' : 'partially_deployed';
  // Some time before its task says ready.
  state.later(task, START_STEP_MS, () =>
    end(task, 'ready', `Deployment of environment '${cluster.name}' is done.`, now(state)),
  );
}

/** Waits until what was installed runs; a node that never does is found out at the end. */
function started(state: FuelState, task: Task, nodes: readonly Node[], steps: number, then: () => void): void {
  if (steps === 0 || nodes.every((node) => isThere(state, node))) then();
  else state.later(task, START_STEP_MS, () => started(state, task, nodes, steps - 1, then));
}

/** Nodes of the environment that no machine stands for are of paper. */
function isThere(state: FuelState, node: Node): boolean {
  return node.isPaper || systemOf(state, node) === 'fuel node';
}

function systemOf(state: FuelState, node: Node): 'bootstrap' | 'fuel node' | 'nothing' {
  if (state.link === undefined || node.isPaper) return node.status === 'provisioning' ? 'bootstrap' : 'fuel node';
  return state.link.systemOf(macsOf(node));
}

function takeRoles(node: Node): void {
  node.roles = [...new Set(rolesOf(node))];
  node.pendingRoles = [];
}

function progressOf(tasks: readonly Task[], progress: number): void {
  for (const task of tasks) task.progress = progress;
}

function now({ clock }: FuelState): Date {
  return clock.now();
}
