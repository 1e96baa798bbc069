import { FuelRefusal, one } from './answers.ts';
import { carryOut, type Orders, pendingOrders, preCheck } from './deploy.ts';
import { clusterById } from './node-api.ts';
import type { Route, Routed } from './routes.ts';
import { type Cluster, type FuelState, type Node, ROLES, type Task } from './state.ts';
import { clusterView, networksView, notificationView, taskView } from './views.ts';

export const clusterRoutes: readonly Route[] = [
  ['GET', 'releases', (state) => [release(state)]],
  ['GET', 'releases/:id', (state) => release(state)],
  ['GET', 'releases/:id/roles', () => ROLES.map((name) => ({ name, meta: {}, volumes_roles_mapping: [] }))],
  ['GET', 'clusters', (state) => state.clusters.map((cluster) => clusterView(state, cluster))],
  ['GET', 'clusters/:id', (state, { params }) => clusterView(state, clusterById(state, params.id))],
  [
    'PUT',
    'clusters/:id',
    (state, { params, body, raw }) => {
      const { net_provider: provider = 'neutron' } = (body ?? {}) as { net_provider?: string };
      if (provider !== 'neutron') throw new FuelRefusal(400, "Changing 'net_provider' for environment is prohibited");
      return raw(one(state, clusterView(state, clusterById(state, params.id))));
    },
  ],
  [
    'GET',
    'clusters/:id/network_configuration/:provider',
    (state, { params }) => {
      if (params.provider !== 'neutron') throw new FuelRefusal(400, "Wrong net provider - environment uses 'neutron'");
      return networksView(clusterById(state, params.id));
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
          : new FuelRefusal(400, 'Cannot perform the actions because there are another running tasks.', 'text');
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
        carryOut(state, cluster, { provision: chosen(state, cluster, routed), deploy: [], remove: [] }, 'provision'),
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
      const nodes = chosen(state, cluster, routed).filter(({ status }) =>
        ['provisioned', 'ready', 'error'].includes(status),
      );
      return accept(
        state,
        carryOut(state, cluster, { provision: [], deploy: nodes, remove: [] }, 'deployment'),
        routed,
      );
    },
  ],
  [
    'GET',
    'tasks',
    (state, { query }) => {
      const { cluster_id: cluster } = query;
      const shown = state.tasks.filter(
        (task) => !task.isHidden && (cluster === undefined || String(task.cluster) === cluster),
      );
      return shown.map((task) => taskView(state, task));
    },
  ],
  ['GET', 'tasks/:id', (state, { params }) => taskView(state, taskOf(state, params.id, false))],
  [
    'GET',
    'transactions/:id',
    (state, { params }) => {
      if (state.isOld) throw new FuelRefusal(404, 'not found', 'text');
      return taskView(state, taskOf(state, params.id, true));
    },
  ],
  ['GET', 'notifications', (state) => state.notifications.map(notificationView)],
];

function release(state: FuelState) {
  const shared = {
    id: 2,
    name: state.isOld ? 'Juno on Ubuntu 12.04.4' : 'Mitaka on Ubuntu 14.04',
    operating_system: 'Ubuntu',
    is_deployable: true,
    state: 'available',
  };
  const metadata = Object.fromEntries(ROLES.map((role) => [role, { name: role, description: role }]));
  return { ...shared, roles_metadata: metadata, ...(state.isOld ? { roles: ROLES } : {}) };
}

function start(state: FuelState, cluster: Cluster, orders: Orders, routed: Routed) {
  const wrong = preCheck(state, cluster, orders);
  if (wrong === undefined) return accept(state, carryOut(state, cluster, orders), routed);
  const task = state.begin('deploy', cluster.id);
  const check = state.begin('check_before_deployment', cluster.id, task.id);
  for (const each of [task, check]) Object.assign(each, { status: 'error', progress: 100, message: wrong });
  // Later versions tell at once, and with a status of success.
  if (state.isOld) routed.accepted();
  return taskView(state, task);
}

function accept(state: FuelState, task: Task, { accepted }: Routed) {
  accepted();
  return taskView(state, task);
}

function chosen(state: FuelState, cluster: Cluster, { query }: Routed): readonly Node[] {
  const ids = query.nodes?.split(',') ?? [];
  if (ids.some((id) => !/^\d+$/.test(id)))
    throw new FuelRefusal(500, 'Unexpected exception, please check logs', 'text');
  const nodes = ids.map((id) => state.node(Number(id)));
  if (nodes.includes(undefined)) throw new FuelRefusal(404, 'NodeCollection not found');
  return nodes.filter((node): node is Node => node?.cluster === cluster.id);
}

function taskOf(state: FuelState, id: string | undefined, evenHidden: boolean): Task {
  const task = state.tasks.find((each) => String(each.id) === id);
  if (task === undefined || (task.isHidden && !evenHidden)) throw new FuelRefusal(404, 'Task not found');
  return task;
}

function verify(state: FuelState, cluster: Cluster, routed: Routed) {
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
  state.clock.after(state.settings.durations.verifyMs, () => {
    const result = nodes.flatMap((node) => absentOn(state, cluster, node));
    // The message stays empty: what is missing stands in the result.
    if (result.length > 0) Object.assign(task, { status: 'error', progress: 100, message: '', result });
    else Object.assign(task, { status: 'ready', progress: 100, message: '', result: {} });
  });
  return accept(state, task, routed);
}

function absentOn({ link }: FuelState, cluster: Cluster, node: Node) {
  if (link === undefined || node.isPaper) return [];
  return node.nics.flatMap(({ id, name, mac, networks }) => {
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
