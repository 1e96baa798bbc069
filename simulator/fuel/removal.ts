import { type FuelState, forgetChanges, type Node, type Task } from './state.ts';
import { fqdnOf } from './views.ts';

export function macsOf({ nics, mac }: Node): readonly string[] {
  return [...new Set([mac, ...nics.map((nic) => nic.mac)])];
}

export function rolesOf({ roles, pendingRoles }: Node): readonly string[] {
  return [...roles, ...pendingRoles];
}

/** The machine's disk is wiped, and it starts the bootstrap. One that does not answer stays as it is. */
export function wipe(state: FuelState, node: Node): void {
  const { link } = state;
  const macs = macsOf(node);
  if (link === undefined || node.isPaper || link.systemOf(macs) === 'nothing') return;
  link.onRemoved({ macs, fqdn: fqdnOf(state, node), roles: rolesOf(node) });
}

/** Only the record: found again, it is another node. */
export function forget(state: FuelState, node: Node): void {
  const index = state.nodes.indexOf(node);
  if (index !== -1) state.nodes.splice(index, 1);
  forgetChanges(state, node);
}

/** Wiping takes its time. `then` is told why it failed, if it did; until then the nodes are being removed. */
export function erase(
  state: FuelState,
  task: Task,
  nodes: readonly Node[],
  then: (failure: string | undefined) => void,
): void {
  // 6.0 has no status for it.
  for (const node of nodes)
    Object.assign(node, { pendingDeletion: true, progress: 20, ...(state.isOld ? {} : { status: 'removing' }) });
  state.later(task, state.settings.durations.removeMs, () => {
    const failure = state.failures.get('deletion');
    state.failures.delete('deletion');
    for (const node of nodes) {
      if (failure === undefined) {
        wipe(state, node);
        forget(state, node);
        continue;
      }
      Object.assign(node, { status: 'error', errorType: 'deletion', progress: 0 });
      state.notify('error', `Failed to remove node '${node.name}': ${failure}`, { node });
    }
    then(failure === undefined ? undefined : `No nodes were removed. Failed to remove ${nodes.length} node(s)`);
  });
}

export function removedWords(nodes: readonly Node[]): string {
  return `Successfully removed ${nodes.length} node(s). No errors occurred`;
}

/** As it was before it was provisioned, and to be provisioned again. */
export function backToDiscover(state: FuelState, node: Node): void {
  if (node.status !== 'discover') wipe(state, node);
  const pendingRoles = [...new Set(rolesOf(node))];
  Object.assign(node, { status: 'discover', roles: [], pendingRoles, pendingAddition: true, pendingDeletion: false });
  Object.assign(node, { progress: 0, errorType: null, isDeployed: false });
  node.addresses.clear();
}

/** Nodes that are only to be added lose nothing but their membership. */
export function release(state: FuelState, node: Node): void {
  forgetChanges(state, node);
  Object.assign(node, { cluster: null, pendingAddition: false, pendingRoles: [], roles: [] });
  for (const nic of node.nics) nic.networks = [];
  node.bonds = [];
  for (const disk of node.disks) disk.volumes = [];
  node.addresses.clear();
}

export function end(task: Task, status: 'ready' | 'error', message: string, at: Date): void {
  Object.assign(task, { status, progress: 100, message, endedAt: at });
}
