import { vipOf } from './addresses.ts';
import { bondView } from './bonds.ts';
import type { Cluster, FuelState, Node, Notification, Task } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

export function nodeView(state: FuelState, node: Node): Json {
  const { isOld } = state;
  const isBusy = node.progress > 0 && node.progress < 100;
  const computed = node.pendingDeletion ? 'removing' : node.pendingAddition ? 'provisioning' : undefined;
  const shown = (!isOld && isBusy ? computed : undefined) ?? node.status;
  return {
    id: node.id,
    name: node.name,
    status: shown,
    online: node.online,
    cluster: node.cluster,
    group_id: node.cluster,
    roles: node.roles,
    pending_roles: node.pendingRoles,
    pending_addition: node.pendingAddition,
    pending_deletion: node.pendingDeletion,
    progress: node.progress,
    error_type: node.errorType,
    mac: node.mac,
    ip: node.ip,
    meta: node.meta,
    network_data: networkData(state, node),
    os_platform: 'ubuntu',
    manufacturer: 'Supermicro',
    platform_name: 'X9DRW',
    kernel_params: null,
    fqdn:
      isOld && !['ready', 'deploying', 'provisioned', 'provisioning'].includes(node.status)
        ? null
        : fqdnOf(state, node),
    ...(isOld ? {} : { hostname: node.hostname, labels: node.labels }),
  };
}

/** What is assigned to its interfaces; addresses from its deployment on. */
function networkData(state: FuelState, node: Node): readonly Json[] {
  const cluster = state.clusters.find(({ id }) => id === node.cluster);
  return [...node.nics, ...node.bonds].flatMap(({ name: dev, networks }) =>
    networks.flatMap((id) => {
      const network = cluster?.networks.find((each) => each.id === id);
      if (network === undefined) return [];
      const { name, vlan, cidr } = network;
      const own = name === 'fuelweb_admin' ? node.ip : node.addresses.get(id);
      const ip = own === undefined ? {} : { ip: `${own}/${cidr.split('/')[1]}` };
      return [{ name, dev, vlan, cidr, gateway: null, ...ip }];
    }),
  );
}

export function fqdnOf(state: FuelState, node: Node): string {
  return `${state.isOld ? `node-${node.id}` : node.hostname}.domain.tld`;
}

export function interfacesView(state: FuelState, node: Node, cluster: Cluster | undefined): readonly Json[] {
  const assigned = (networks: readonly number[]) =>
    networks.map((each) => ({ id: each, name: cluster?.networks.find((network) => network.id === each)?.name }));
  const nics = node.nics.map(({ id, name, mac, pxe, busInfo, networks }) => ({
    id,
    name,
    type: 'ether',
    mac,
    state: 'up',
    current_speed: 1000,
    max_speed: 1000,
    assigned_networks: assigned(networks),
    ...(state.isOld
      ? {}
      : {
          driver: 'igb',
          bus_info: busInfo,
          pxe,
          meta: { pci_id: '8086:1521', numa_node: 0 },
          attributes: { mtu: { value: { value: null } } },
        }),
  }));
  return [...nics, ...node.bonds.map((bond) => bondView(state, bond, assigned(bond.networks)))];
}

export function disksView(state: FuelState, { disks }: Node): readonly Json[] {
  return disks.map(({ id, name, size, volumes }, index) => ({
    id,
    name,
    size,
    extra: [],
    volumes: volumes.map((volume) => (state.isOld ? volume : { ...volume, keep_data: false })),
    ...(state.isOld ? {} : { bootable: index === 0 }),
  }));
}

export function clusterView(state: FuelState, { id, name, status, changes }: Cluster): Json {
  return {
    id,
    name,
    status,
    mode: 'ha_compact',
    release_id: 2,
    net_provider: 'neutron',
    fuel_version: state.settings.version,
    is_customized: false,
    changes,
    ...(state.isOld
      ? { grouping: 'roles', pending_release_id: null }
      : { is_locked: status === 'deployment' || status === 'remove', components: [] }),
  };
}

export function networksView(cluster: Cluster): Json {
  const { networks, vlanRange } = cluster;
  const publicVip = vipOf(cluster, 'public');
  return {
    networks: networks.map(({ id, name, cidr, vlan, ranges }) => ({
      id,
      name,
      cidr,
      gateway: null,
      vlan_start: vlan,
      ip_ranges: ranges,
      group_id: name === 'fuelweb_admin' ? null : 1,
      meta: {},
    })),
    networking_parameters: { segmentation_type: 'vlan', vlan_range: vlanRange, base_mac: 'fa:16:3e:00:00:00' },
    management_vip: vipOf(cluster, 'management'),
    public_vip: publicVip,
    vips: { public: { ipaddr: publicVip }, management: { ipaddr: vipOf(cluster, 'management') } },
  };
}

export function taskView(
  state: FuelState,
  { id, name, cluster, parent, status, progress, message, result, isDry, startedAt, endedAt }: Task,
): Json {
  const shared = {
    id,
    uuid: `00000000-0000-0000-0000-${String(id).padStart(12, '0')}`,
    name,
    cluster,
    status,
    progress,
    message,
    result,
  };
  return state.isOld
    ? shared
    : {
        ...shared,
        parent_id: parent,
        time_start: status === 'pending' ? null : startedAt.toISOString(),
        time_end: endedAt?.toISOString() ?? null,
        dry_run: isDry,
        graph_type: null,
      };
}

export function notificationView({ id, topic, message, cluster, nodeId, status, at }: Notification): Json {
  const [date = '', time = ''] = at.toISOString().split('T');
  return {
    id,
    topic,
    message,
    cluster,
    node_id: nodeId,
    task_id: null,
    status,
    date: date.split('-').reverse().join('-'),
    time: time.slice(0, 8),
  };
}
