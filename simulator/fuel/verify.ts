import { FuelRefusal } from './answers.ts';
import { networksOver } from './bonds.ts';
import type { Routed } from './routes.ts';
import { checkProvider } from './settings-api.ts';
import type { Cluster, FuelState, Node } from './state.ts';
import { taskView } from './views.ts';

/** Which VLANs do not reach which interfaces: told in the task's result, a while later. */
export function verify(state: FuelState, cluster: Cluster, routed: Routed) {
  checkProvider(routed.params.provider);
  if (state.running(cluster.id).length > 0) throw new FuelRefusal(400, 'You cannot delete running task manually');
  const nodes = state.nodesOf(cluster.id).filter(({ online }) => online);
  if (nodes.length < 2) {
    const task = state.begin('check_networks', cluster.id);
    Object.assign(task, {
      status: 'error',
      progress: 100,
      message: 'At least two online nodes are required to run network verification.',
    });
    return taskView(state, task);
  }
  const task = state.begin('verify_networks', cluster.id);
  state.later(task, state.settings.durations.verifyMs, () => {
    const result = nodes.flatMap((node) => absentOn(state, cluster, node));
    task.endedAt = state.clock.now();
    // The message stays empty: what is missing stands in the result.
    if (result.length > 0) Object.assign(task, { status: 'error', progress: 100, message: '', result });
    else Object.assign(task, { status: 'ready', progress: 100, message: '', result: {} });
  });
  routed.accepted();
  return taskView(state, task);
}

function absentOn({ link }: FuelState, cluster: Cluster, node: Node) {
  if (link === undefined || node.isPaper) return [];
  return node.nics.flatMap((nic) => {
    const { id, name, mac } = nic;
    const networks = networksOver(node, nic);
    const vlans = cluster.networks
      .filter((each) => networks.includes(each.id) && each.vlan !== null)
      .map(({ vlan }) => vlan as number);
    const hasPrivate = cluster.networks.some((each) => each.name === 'private' && networks.includes(each.id));
    const untagged = cluster.networks.some((each) => each.name === 'fuelweb_admin' && networks.includes(each.id));
    const admin = untagged && !link.hasVlan(mac, 'untagged') ? [0] : [];
    const absent = [
      ...admin,
      ...[...vlans, ...(hasPrivate ? range(cluster.vlanRange) : [])].filter((vlan) => !link.hasVlan(mac, vlan)),
    ];
    return absent.length === 0
      ? []
      : [{ uid: node.id, name: node.name, interface: name, mac, absent_vlans: absent, nic: id }];
  });
}

function range([first, last]: readonly [number, number]): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_each, index) => first + index);
}
