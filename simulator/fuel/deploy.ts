import type { Cluster, FuelState, Node, Task } from './state.ts';
import { fqdnOf } from './views.ts';

/** A node that has been provisioned starts from its disk: so long, in steps, it is waited for. */
const START_STEP_MS = 500;
const START_STEPS = 60;

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
    (node) => !added.includes(node) && (isFailed(node, 'deploy') || node.status === 'provisioned'),
  );
  const others = state.isOld ? [] : nodes.filter((node) => node.status === 'ready');
  return { provision: added, deploy: [...added, ...failed, ...others], remove };
}

function isFailed(node: Node, type: string): boolean {
  return node.status === 'error' && node.errorType === type;
}

/** What is found out before anything is begun. */
export function preCheck(state: FuelState, cluster: Cluster, { provision }: Orders): string | undefined {
  const offline = provision.filter(({ online }) => !online);
  if (offline.length > 0) {
    const list = offline.map(({ name, id, mac }) => `"${name} (id=${id}, mac=${mac})"`).join(', ');
    return `Nodes ${list} are offline. Remove them from environment and try again.`;
  }
  const controllers = state.nodesOf(cluster.id).flatMap(({ roles, pendingRoles }) => [...roles, ...pendingRoles]);
  return controllers.includes('controller')
    ? undefined
    : 'Not enough controllers, ha_compact mode requires at least 1 controller';
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
  const { pendingMs, provisionMs } = state.settings.durations;
  for (const node of orders.provision) node.pendingAddition = false;
  state.clock.after(pendingMs, () => {
    task.status = 'running';
    cluster.status = 'deployment';
    remove(state, orders.remove);
    if (parts.removal !== undefined)
      end(parts.removal, 'ready', `Successfully removed ${orders.remove.length} node(s). No errors occurred`);
    if (parts.provision === undefined) return deploy(state, cluster, orders.deploy, task, parts.deployment);
    parts.provision.status = 'running';
    for (const node of orders.provision) {
      // With `changes` the roles move over while the deployment message is built.
      if (parts.deployment !== undefined) takeRoles(node);
      Object.assign(node, { status: 'provisioning', progress: 28, errorType: null });
    }
    progressOf(state, [task, parts.provision], 28);
    state.clock.after(provisionMs, () => {
      const wrong = provisioned(state, orders.provision);
      if (wrong !== undefined) {
        if (parts.provision !== undefined) end(parts.provision, 'error', wrong);
        if (parts.deployment !== undefined) end(parts.deployment, 'error', 'Task aborted');
        cluster.status = 'error';
        return end(task, 'error', wrong);
      }
      // It is ready and never says 100.
      if (parts.provision !== undefined) Object.assign(parts.provision, { status: 'ready', progress: 66, message: '' });
      cluster.status = state.isOld ? cluster.status : 'partially_deployed';
      if (parts.deployment === undefined)
        return end(task, 'ready', `Provision of ${orders.provision.length} environment node(s) is done.`);
      // Backwards, as 6.0 does.
      progressOf(state, [task], state.isOld ? 15 : 29);
      deploy(state, cluster, orders.deploy, task, parts.deployment);
    });
  });
  return task;
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
    end(task, 'ready', '');
    return;
  }
  part.status = 'running';
  for (const node of nodes) {
    takeRoles(node);
    Object.assign(node, { status: 'deploying', progress: 15 });
  }
  started(state, nodes, START_STEPS, () => {
    progressOf(state, [task], 100);
    state.clock.after(state.settings.durations.deployMs, () => {
      const failure = state.failures.get('deploy');
      state.failures.delete('deploy');
      // It hits the newcomer, not the controllers.
      const isFailed = (node: Node) => (failure !== undefined && !node.isDeployed) || !isThere(state, node);
      const failed = nodes.filter(isFailed);
      for (const node of nodes) {
        if (failed.includes(node)) {
          Object.assign(node, { status: 'error', errorType: 'deploy', progress: 0 });
          state.notify('error', `Failed to deploy node '${node.name}': ${failure ?? 'it does not answer'}`, { node });
          continue;
        }
        Object.assign(node, { status: 'ready', progress: 100, errorType: null });
        if (!node.isDeployed)
          state.link?.onDeployed({ macs: macsOf(node), fqdn: fqdnOf(state, node), roles: node.roles });
        node.isDeployed = true;
      }
      if (failed.length > 0) {
        const message = `Deployment has failed. Check these nodes:\n${failed.map(({ name }) => `'${name}'`).join(', ')}`;
        cluster.status = 'error';
        end(part, 'error', message);
        return end(task, 'error', message);
      }
      end(part, 'ready', '');
      cluster.status = 'operational';
      // Some time before its task says ready.
      state.clock.after(START_STEP_MS, () =>
        end(task, 'ready', `Deployment of environment '${cluster.name}' is done.`),
      );
    });
  });
}

/** Waits until what was installed runs; a node that never does is found out at the end. */
function started(state: FuelState, nodes: readonly Node[], steps: number, then: () => void): void {
  if (steps === 0 || nodes.every((node) => isThere(state, node))) then();
  else state.clock.after(START_STEP_MS, () => started(state, nodes, steps - 1, then));
}

/** Nodes of the environment that no machine stands for are of paper. */
function isThere(state: FuelState, node: Node): boolean {
  return node.isPaper || systemOf(state, node) === 'fuel node';
}

function systemOf(state: FuelState, node: Node): 'bootstrap' | 'fuel node' | 'nothing' {
  if (state.link === undefined || node.isPaper) return node.status === 'provisioning' ? 'bootstrap' : 'fuel node';
  return state.link.systemOf(macsOf(node));
}

function remove(state: FuelState, nodes: readonly Node[]): void {
  for (const node of nodes) {
    const index = state.nodes.indexOf(node);
    if (index !== -1) state.nodes.splice(index, 1);
    state.link?.onRemoved({ macs: macsOf(node), fqdn: fqdnOf(state, node), roles: rolesOf(node) });
  }
}

export function macsOf({ nics, mac }: Node): readonly string[] {
  return [...new Set([mac, ...nics.map((nic) => nic.mac)])];
}

function rolesOf({ roles, pendingRoles }: Node): readonly string[] {
  return [...roles, ...pendingRoles];
}

function takeRoles(node: Node): void {
  node.roles = [...new Set(rolesOf(node))];
  node.pendingRoles = [];
}

function progressOf(_state: FuelState, tasks: readonly Task[], progress: number): void {
  for (const task of tasks) task.progress = progress;
}

function end(task: Task, status: 'ready' | 'error', message: string): void {
  Object.assign(task, { status, progress: 100, message });
}
