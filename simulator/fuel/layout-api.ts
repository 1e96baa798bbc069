import { FuelRefusal } from './answers.ts';
import { bondsFrom } from './bonds.ts';
import { clusterOf, nodeOf } from './node-api.ts';
import type { Route } from './routes.ts';
import { defaultLayout, type FuelState, type Node, noteChange } from './state.ts';
import { disksView, interfacesView } from './views.ts';

type Json = Readonly<Record<string, unknown>>;

/** Interfaces and disks of nodes. */
export const layoutRoutes: readonly Route[] = [
  [
    'GET',
    'nodes/:id/interfaces',
    (state, { params }) => {
      const node = nodeOf(state, params.id);
      return interfacesView(state, node, clusterOf(state, node));
    },
  ],
  [
    'PUT',
    'nodes/:id/interfaces',
    (state, { params, body }) => {
      const node = nodeOf(state, params.id);
      setInterfaces(state, node, body as Json[]);
      return interfacesView(state, node, clusterOf(state, node));
    },
  ],
  [
    'PUT',
    'nodes/interfaces',
    (state, { body }) =>
      (body as { id: number; interfaces: Json[] }[]).map(({ id, interfaces }) => {
        const node = nodeOf(state, String(id));
        setInterfaces(state, node, interfaces);
        return { id, interfaces: interfacesView(state, node, clusterOf(state, node)) };
      }),
  ],
  [
    'GET',
    'nodes/:id/interfaces/default_assignment',
    (state, { params }) => {
      const node = byDefault(state, nodeOf(state, params.id));
      return interfacesView(state, node, clusterOf(state, node));
    },
  ],
  ['GET', 'nodes/:id/disks', (state, { params }) => disksView(state, nodeOf(state, params.id))],
  [
    'GET',
    'nodes/:id/disks/defaults',
    (state, { params }) => disksView(state, byDefault(state, nodeOf(state, params.id))),
  ],
  ['GET', 'nodes/:id/volumes', (state, { params }) => disksView(state, nodeOf(state, params.id))],
  [
    'PUT',
    'nodes/:id/disks',
    (state, { params, body }) => {
      const node = nodeOf(state, params.id);
      setDisks(node, body as Json[]);
      const cluster = clusterOf(state, node);
      if (cluster !== undefined) noteChange(cluster, 'disks', node.id);
      return disksView(state, node);
    },
  ],
];

/** A copy as Fuel would lay it out by itself; the node stays as it is. */
function byDefault(state: FuelState, node: Node): Node {
  const copy: Node = {
    ...node,
    nics: node.nics.map((nic) => ({ ...nic })),
    disks: node.disks.map((disk) => ({ ...disk })),
  };
  const cluster = clusterOf(state, node);
  if (cluster !== undefined) defaultLayout(copy, cluster, [...node.roles, ...node.pendingRoles]);
  return copy;
}

function setInterfaces(state: FuelState, node: Node, given: readonly Json[]): void {
  const cluster = clusterOf(state, node);
  if (cluster === undefined) throw new FuelRefusal(400, `Node '${node.id}': is not in an environment`);
  if (['provisioning', 'deploying'].includes(node.status) || (state.isOld && node.status === 'ready'))
    throw new FuelRefusal(
      400,
      `Node '${node.id}': Interfaces configuration can't be changed after or during deployment.`,
    );
  const bonds = bondsFrom(node, given);
  const seen = new Set<number>();
  for (const nic of given) {
    const isBond = nic.type === 'bond';
    if (!state.isOld && nic.name === undefined) throw new FuelRefusal(500, "KeyError: 'name'", 'text');
    if (!state.isOld && !isBond && nic.meta === undefined)
      throw new FuelRefusal(400, `PCI-ID of '${String(nic.name)}' can't be changed manually`);
    for (const { id, name } of (nic.assigned_networks ?? []) as { id: number; name: string }[]) {
      if (seen.has(id))
        throw new FuelRefusal(
          400,
          `Node '${node.id}': there is a duplicated network '${id}' in assigned networks (second occurrence is in interface ${String(nic.id)})`,
        );
      seen.add(id);
      const own = node.nics.find((each) => each.id === nic.id);
      if (name === 'fuelweb_admin' && !isBond && own?.pxe !== true)
        throw new FuelRefusal(
          400,
          `Node '${node.id}': admin network can not be assigned to non-pxe interface ${String(nic.name ?? own?.name)}`,
        );
    }
  }
  const left = cluster.networks.filter(({ id }) => !seen.has(id)).length;
  if (left > 0) throw new FuelRefusal(400, `Node '${node.id}': ${left} network(s) are left unassigned`);
  for (const nic of node.nics) {
    const wanted = given.find(({ id, type }) => id === nic.id && type !== 'bond');
    nic.networks = ((wanted?.assigned_networks ?? []) as { id: number }[]).map(({ id }) => id);
  }
  node.bonds = bonds;
  noteChange(cluster, 'interfaces', node.id);
}

function setDisks(node: Node, given: readonly Json[]): void {
  let systems = 0;
  for (const { id, volumes } of given as { id: string; volumes: { name: string; size: number }[] }[]) {
    const disk = node.disks.find((each) => each.id === id);
    if (disk === undefined) throw new FuelRefusal(400, `Disk '${id}' is not found`);
    const sum = volumes.reduce((total, { size }) => total + size, 0);
    if (sum > disk.size) throw new FuelRefusal(400, `Not enough free space on disk: ${JSON.stringify({ id })}`);
    systems += volumes.filter(({ name, size }) => name === 'os' && size > 0).length;
  }
  if (given.filter(({ bootable }) => bootable === true).length > 1)
    throw new FuelRefusal(400, 'Only one disk can be bootable');
  if (systems > 1) throw new FuelRefusal(400, 'Base system should be allocated on one disk only');
  for (const { id, volumes } of given as { id: string; volumes: { name: string; size: number }[] }[]) {
    const disk = node.disks.find((each) => each.id === id);
    if (disk !== undefined) disk.volumes = volumes.map(({ name, size }) => ({ name, size }));
  }
}
