import { giveAddresses } from './addresses.ts';
import { defaultAttributes } from './attributes.ts';
import { type Cluster, defaultLayout, type FuelState, type Network, type Node } from './state.ts';

/** Environments with what is deployed in them already: nodes that no machine stands for. */
export function furnish(state: FuelState): void {
  for (const { name, nodes } of state.settings.environments) {
    const cluster = furnishCluster(state, state.next('cluster'), name);
    cluster.status = nodes.length === 0 ? 'new' : 'operational';
    cluster.wasDeployed = nodes.length > 0;
    if (nodes.length > 0) cluster.changes = [];
    for (const given of nodes) {
      const node = paperNode(state, given, cluster.id);
      defaultLayout(node, cluster, given.roles);
      state.nodes.push(node);
      giveAddresses(state, cluster, [node]);
    }
  }
}

/** An environment as it is when it is made: its networks, and that nothing of it is deployed. */
export function furnishCluster(state: FuelState, id: number, name: string): Cluster {
  const admin = { id: 1, name: 'fuelweb_admin', cidr: '10.20.0.0/24', vlan: null, ranges: [state.settings.adminRange] };
  const network = (named: string, vlan: number | null): Network => {
    const number = state.next('network');
    const ranges = [[`192.168.${number}.1`, `192.168.${number}.254`]] as const;
    return { id: number, name: named, cidr: `192.168.${number}.0/24`, vlan, ranges };
  };
  const cluster: Cluster = {
    id,
    name,
    status: 'new',
    networks: [
      admin,
      network('public', null),
      network('management', 101),
      network('storage', 102),
      network('private', null),
    ],
    vlanRange: [1000, 1003],
    changes: [
      { name: 'attributes', node_id: null },
      { name: 'networks', node_id: null },
    ],
    attributes: defaultAttributes(state.isOld),
    networkTemplate: null,
    wasDeployed: false,
  };
  state.clusters.push(cluster);
  return cluster;
}

function paperNode(
  state: FuelState,
  {
    name,
    roles,
    status,
    online,
  }: { readonly name: string; readonly roles: string[]; readonly status: string; readonly online: boolean },
  cluster: number,
): Node {
  const id = state.next('node');
  const mac = (nic: number) => `52:54:01:00:${id.toString(16).padStart(2, '0')}:0${nic}`;
  const nics = ['eth0', 'eth1'].map((nic, index) => {
    return {
      id: state.next('nic'),
      name: nic,
      mac: mac(index),
      pxe: index === 0,
      busInfo: `0000:0${4 + index}:00.0`,
      networks: [],
    };
  });
  const disks = ['sda', 'sdb'].map((disk, index) => {
    return { id: `disk/by-path/pci-0000:00:1f.2-scsi-${index}:0:0:0`, name: disk, size: 953_177, volumes: [] };
  });
  return {
    id,
    name,
    hostname: name,
    status,
    online,
    cluster,
    roles: [...roles],
    pendingRoles: [],
    pendingAddition: false,
    pendingDeletion: false,
    progress: 100,
    errorType: null,
    isPaper: true,
    isDeployed: true,
    mac: mac(0),
    ip: `10.20.0.${9 + id}`,
    meta: {
      interfaces: nics.map(({ name: nic, mac: address, pxe }) => ({ name: nic, mac: address, pxe })),
    },
    nics,
    bonds: [],
    disks,
    addresses: new Map(),
    labels: {},
    lastSeen: state.clock.now(),
    checksum: undefined,
  };
}
