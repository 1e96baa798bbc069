import { introduce, report } from './agent.ts';
import { FuelRefusal, nothing, one } from './answers.ts';
import { conflictsOf } from './releases.ts';
import { macsOf, release } from './removal.ts';
import type { Route } from './routes.ts';
import { type Cluster, defaultLayout, type FuelState, type Node, noteChange } from './state.ts';
import { nodeView } from './views.ts';

type Json = Readonly<Record<string, unknown>>;

const WRITABLE = ['name', 'hostname', 'labels', 'status', 'error_type', 'online', 'progress'] as const;
const STATUSES = ['ready', 'discover', 'provisioning', 'provisioned', 'deploying', 'error'];
const NUMBERS = ['group_id', 'cluster_id', 'progress'] as const;

export const nodeRoutes: readonly Route[] = [
  [
    'GET',
    'nodes',
    (state, { query }) => {
      const cluster = query.cluster_id;
      if (cluster === undefined) return state.nodes.map((node) => nodeView(state, node));
      if (cluster === '')
        return state.nodes.filter((node) => node.cluster === null).map((node) => nodeView(state, node));
      // A client that passes a name gets the server's own mistake.
      if (!/^\d+$/.test(cluster)) throw new FuelRefusal(500, 'Unexpected exception, please check logs', 'text');
      return state.nodesOf(Number(cluster)).map((node) => nodeView(state, node));
    },
  ],
  [
    'POST',
    'nodes',
    (state, { body, created }) => {
      created();
      return nodeView(state, introduce(state, body as Json));
    },
  ],
  ['PUT', 'nodes/agent', (state, { body }) => report(state, body as Json)],
  [
    'PUT',
    'nodes',
    (state, { body }) => (body as Json[]).map((given) => nodeView(state, change(state, found(state, given), given))),
  ],
  ['GET', 'nodes/:id', (state, { params }) => nodeView(state, nodeOf(state, params.id))],
  [
    'PUT',
    'nodes/:id',
    (state, { params, body, raw }) => {
      const node = change(state, nodeOf(state, params.id), body as Json);
      return raw(one(state, nodeView(state, node)));
    },
  ],
  [
    'POST',
    'clusters/:id/assignment',
    (state, { params, body, raw }) => {
      const cluster = clusterById(state, params.id);
      const given = body as { id: unknown; roles: string[] }[];
      // All are checked before the first is assigned.
      const nodes = given.map(({ id, roles }) => assignable(state, cluster, id, roles));
      for (const [index, node] of nodes.entries()) assign(cluster, node, given[index]?.roles ?? []);
      return raw(nothing(state));
    },
  ],
  [
    'POST',
    'clusters/:id/unassignment',
    (state, { params, body, raw }) => {
      const cluster = clusterById(state, params.id);
      for (const { id } of body as { id: unknown }[]) unassign(state, cluster, id);
      return raw(nothing(state));
    },
  ],
];

export function clusterById(state: FuelState, id: string | undefined): Cluster {
  const cluster = state.clusters.find((each) => String(each.id) === id);
  if (cluster === undefined) throw new FuelRefusal(404, 'Cluster not found');
  return cluster;
}

export function nodeOf(state: FuelState, id: string | undefined): Node {
  const node = state.node(Number(id));
  if (node === undefined) throw new FuelRefusal(404, 'Node not found');
  return node;
}

export function clusterOf(state: FuelState, { cluster }: Node): Cluster | undefined {
  return state.clusters.find(({ id }) => id === cluster);
}

/** By id, or MAC, or that of any interface in `meta`. */
function found(state: FuelState, { id, mac, meta }: Json): Node {
  const given = [
    mac,
    ...((meta as { interfaces?: readonly Json[] } | undefined)?.interfaces ?? []).map((nic) => nic.mac),
  ];
  const macs = given.flatMap((each) => (typeof each === 'string' ? [each.toLowerCase()] : []));
  const node = state.nodes.find(
    (each) => each.id === id || (id === undefined && macsOf(each).some((own) => macs.includes(own.toLowerCase()))),
  );
  if (node === undefined)
    throw new FuelRefusal(400, mac === undefined ? 'Invalid node ID' : 'Invalid MAC is specified');
  return node;
}

function change(state: FuelState, node: Node, given: Json): Node {
  if (!state.isOld)
    for (const key of NUMBERS)
      if (given[key] === null && key !== 'cluster_id')
        throw new FuelRefusal(400, `deque(['${key}']): None is not of type 'number'`);
  if (
    given.cluster_id !== undefined &&
    node.cluster !== null &&
    given.cluster_id !== null &&
    given.cluster_id !== node.cluster
  )
    throw new FuelRefusal(400, 'Changing cluster on the fly is not allowed', 'text');
  if (given.hostname !== undefined && given.hostname !== node.hostname && node.status !== 'discover')
    throw new FuelRefusal(403, 'Node hostname may be changed only before provisioning.');
  if (given.hostname !== undefined && state.nodes.some((each) => each !== node && each.hostname === given.hostname))
    throw new FuelRefusal(409, `Node with hostname '${String(given.hostname)}' already exists`);
  const statuses = state.isOld ? STATUSES : [...STATUSES, 'removing', 'stopped'];
  if (given.status !== undefined && !statuses.includes(String(given.status)))
    throw new FuelRefusal(400, `'${String(given.status)}' is not one of ${JSON.stringify(statuses)}`);
  for (const key of WRITABLE)
    if (given[key] !== undefined) Object.assign(node, { [key === 'error_type' ? 'errorType' : key]: given[key] });
  if (given.cluster_id === null) release(state, node);
  else if (typeof given.cluster_id === 'number') node.cluster = clusterById(state, String(given.cluster_id)).id;
  if (Array.isArray(given.roles)) node.roles = given.roles.map(String);
  // Not checked against what the release knows.
  if (Array.isArray(given.pending_roles)) node.pendingRoles = given.pending_roles.map(String);
  if (typeof given.pending_addition === 'boolean') node.pendingAddition = given.pending_addition;
  if (typeof given.pending_deletion === 'boolean') node.pendingDeletion = given.pending_deletion;
  return node;
}

function assignable(state: FuelState, cluster: Cluster, id: unknown, roles: readonly string[]): Node {
  if (typeof id !== 'number') throw new FuelRefusal(400, `'${String(id)}' is not of type 'integer'`);
  const node = state.node(id);
  if (node === undefined) throw new FuelRefusal(400, `Nodes with ids ${id} were not found.`);
  if (node.cluster !== null && (state.isOld || node.cluster !== cluster.id))
    throw new FuelRefusal(400, `Nodes with ids ${id} already assigned to environments.`);
  const unknown = roles.filter((role) => !state.roles.includes(role));
  if (unknown.length > 0)
    throw new FuelRefusal(400, `${unknown.join(', ')} are not valid roles for node in environment ${cluster.id}`);
  for (const role of roles) {
    const conflicts = conflictsOf(role);
    const other = roles.find((each) => each !== role && (conflicts === '*' || conflicts.includes(each)));
    if (other !== undefined) throw new FuelRefusal(400, `Role '${role}' in conflict with role '${other}'.`);
  }
  return node;
}

function assign(cluster: Cluster, node: Node, roles: readonly string[]): void {
  if (node.cluster === null) node.pendingAddition = true;
  node.cluster = cluster.id;
  node.pendingRoles = [...roles];
  defaultLayout(node, cluster, roles);
  for (const name of ['disks', 'interfaces'] as const) noteChange(cluster, name, node.id);
}

function unassign(state: FuelState, cluster: Cluster, id: unknown): void {
  const node = state.node(Number(id));
  if (node?.cluster !== cluster.id)
    throw new FuelRefusal(400, `Nodes [${String(id)}] are not members of environment ${cluster.id}.`);
  if (node.status !== 'discover') {
    node.pendingDeletion = true;
    return;
  }
  release(state, node);
}
