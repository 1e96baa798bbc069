import { isWithin } from './addresses.ts';
import { FuelRefusal } from './answers.ts';
import { defaultAttributes } from './attributes.ts';
import { overlap } from './checks.ts';
import { clusterById } from './node-api.ts';
import type { Route } from './routes.ts';
import { type Attributes, type Cluster, type FuelState, type Network, noteChange } from './state.ts';
import { networksView } from './views.ts';

type Json = Readonly<Record<string, unknown>>;

/** Attributes of environments, and their networks. */
export const settingsRoutes: readonly Route[] = [
  ['GET', 'clusters/:id/attributes', (state, { params }) => editable(clusterById(state, params.id))],
  [
    'GET',
    'clusters/:id/attributes/defaults',
    (state, { params }) => {
      clusterById(state, params.id);
      return { editable: defaultAttributes(state.isOld) };
    },
  ],
  [
    'PUT',
    'clusters/:id/attributes',
    (state, { params, body }) => setAttributes(state, clusterById(state, params.id), body),
  ],
  [
    'PATCH',
    'clusters/:id/attributes',
    (state, { params, body }) => {
      if (state.isOld) throw new FuelRefusal(405, '', 'text');
      return setAttributes(state, clusterById(state, params.id), body);
    },
  ],
  [
    'GET',
    'clusters/:id/network_configuration/:provider',
    (state, { params }) => {
      checkProvider(params.provider);
      return networksView(clusterById(state, params.id));
    },
  ],
  [
    'PUT',
    'clusters/:id/network_configuration/:provider',
    (state, { params, body }) => {
      checkProvider(params.provider);
      const cluster = clusterById(state, params.id);
      setNetworks(state, cluster, (body ?? {}) as Json);
      return networksView(cluster);
    },
  ],
];

export function checkProvider(provider: string | undefined): void {
  if (provider !== 'neutron') throw new FuelRefusal(400, "Wrong net provider - environment uses 'neutron'");
}

/** 9.x: while it is deployed or removed; up to 6.0 from the first deployment on. */
export function isLocked({ isOld }: FuelState, { status, wasDeployed }: Cluster): boolean {
  return isOld ? wasDeployed || status === 'deployment' : status === 'deployment' || status === 'remove';
}

function editable({ attributes }: Cluster): Json {
  return { editable: attributes };
}

/** A part of the tree changes a part of it; the answer is the whole. */
function setAttributes(state: FuelState, cluster: Cluster, body: unknown): Json {
  const given = (body as { readonly editable?: Attributes } | undefined)?.editable;
  if (given === undefined) throw new FuelRefusal(400, 'No editable attributes are given');
  if (isLocked(state, cluster))
    throw new FuelRefusal(
      403,
      `Environment attribute '${Object.keys(given)[0] ?? ''}' couldn't be changed after or during deployment.`,
    );
  for (const [group, values] of Object.entries(given)) {
    const own = { ...cluster.attributes[group] };
    for (const [name, value] of Object.entries(values ?? {})) own[name] = { ...own[name], ...value };
    cluster.attributes[group] = own;
  }
  noteChange(cluster, 'attributes', null);
  return editable(cluster);
}

interface GivenNetwork {
  readonly id?: number;
  readonly cidr?: string;
  readonly vlan_start?: number | null;
  readonly ip_ranges?: Network['ranges'];
}

/** All is checked before anything changes. */
function setNetworks(state: FuelState, cluster: Cluster, given: Json): void {
  if (cluster.status === 'deployment' || (state.isOld && cluster.wasDeployed))
    throw new FuelRefusal(403, "Network configuration can't be changed after, or in deploy.");
  const changed = cluster.networks.map((network) => ({ ...network }));
  for (const { id, cidr, vlan_start: vlan, ip_ranges: ranges } of (given.networks ?? []) as readonly GivenNetwork[]) {
    const network = changed.find((each) => each.id === id);
    if (network === undefined) throw new FuelRefusal(400, `Invalid network ID: ${String(id)}`);
    if (cidr !== undefined) network.cidr = cidr;
    if (vlan !== undefined) network.vlan = vlan;
    if (ranges === undefined) continue;
    network.ranges = ranges;
    const taken = state.nodesOf(cluster.id).flatMap((node) => node.addresses.get(network.id) ?? []);
    if (taken.some((ip) => !isWithin(ip, ranges)))
      throw new FuelRefusal(
        400,
        `New IP ranges for network '${network.name}'(${network.id}) do not cover already allocated IPs.`,
      );
  }
  const wrong = overlap(changed);
  if (wrong !== undefined) throw new FuelRefusal(400, wrong);
  for (const network of cluster.networks)
    Object.assign(
      network,
      changed.find(({ id }) => id === network.id),
    );
  const { vlan_range: range } = (given.networking_parameters ?? {}) as { vlan_range?: readonly [number, number] };
  if (range !== undefined) cluster.vlanRange = range;
  noteChange(cluster, 'networks', null);
}
