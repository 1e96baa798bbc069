import { isApiError } from '../../api-error.ts';
import type { NodeLayout } from '../provisioner.ts';
import { fuelError } from './answer.ts';
import { disksFixed, disksLike, interfacesFixed, interfacesLike, LayoutMismatch } from './layout.ts';
import { hasNetworkTemplate, templateObstacle } from './network-template.ts';
import { hasRoles } from './nodes.ts';
import type { FuelSession } from './session.ts';
import type { FuelCluster, FuelDisk, FuelInterface, FuelNetworks, FuelNode } from './shapes.ts';

/**
 * Writes interfaces, then disks, and reads both back; what is as wanted is not written. Assigning a role makes Fuel's default of both: after
 * it, never before. Interfaces that a network template lays out are left to it.
 */
export async function layOutNode(
  fuel: FuelSession,
  cluster: FuelCluster,
  nodeId: string,
  layout: NodeLayout,
): Promise<void> {
  if (layout.kind === 'default') return;
  const paths = { interfaces: `nodes/${nodeId}/interfaces`, disks: `nodes/${nodeId}/disks` };
  const own = {
    interfaces: await fuel.get<readonly FuelInterface[]>(paths.interfaces),
    disks: await fuel.get<readonly FuelDisk[]>(paths.disks),
  };
  const wanted = await fitting(fuel, paths.interfaces, () => wantedLayout(fuel, cluster, nodeId, layout, own));
  await write(fuel, paths.interfaces, own.interfaces, wanted.interfaces, useOf, (nic) => nic);
  await write(fuel, paths.disks, own.disks, wanted.disks, volumesOf, ({ id, name, size, volumes }) => ({
    ...{ id, name, size },
    volumes: volumes.map(plainVolume),
  }));
}

async function write<T extends { readonly name: string }>(
  fuel: FuelSession,
  path: string,
  now: readonly T[],
  wanted: readonly T[],
  textOf: (item: T) => string,
  asSent: (item: T) => unknown,
): Promise<void> {
  if (unlike(now, wanted, textOf).length === 0) return;
  await fuel.send('PUT', path, wanted.map(asSent));
  const different = unlike(await fuel.get<readonly T[]>(path), wanted, textOf);
  if (different.length === 0) return;
  throw fuelError(fuel.call('GET', path), {
    kind: 'protocol',
    reason: `Fuel has taken what was written and shows something else: ${different.join(', ')}`,
    hint: "lay it out in Fuel's own interface",
  });
}

function unlike<T extends { readonly name: string }>(
  now: readonly T[],
  wanted: readonly T[],
  textOf: (item: T) => string,
): readonly string[] {
  const seen = new Map(now.map((item) => [item.name, textOf(item)]));
  const names = new Set(wanted.map(({ name }) => name));
  const different = wanted.filter((item) => seen.get(item.name) !== textOf(item));
  return [...different, ...now.filter(({ name }) => !names.has(name))].map(({ name }) => name);
}

interface Layout {
  readonly interfaces: readonly FuelInterface[];
  readonly disks: readonly FuelDisk[];
}

async function wantedLayout(
  fuel: FuelSession,
  cluster: FuelCluster,
  nodeId: string,
  layout: Exclude<NodeLayout, { readonly kind: 'default' }>,
  own: Layout,
): Promise<Layout> {
  const isByTemplate = await hasNetworkTemplate(fuel, cluster);
  if (layout.kind === 'fixed') {
    const obstacle = isByTemplate ? templateObstacle(cluster, layout) : undefined;
    if (obstacle !== undefined) throw new LayoutMismatch(obstacle);
    const config = await fuel.get<FuelNetworks>(`clusters/${cluster.id}/network_configuration/${cluster.net_provider}`);
    return {
      interfaces: isByTemplate ? own.interfaces : interfacesFixed(own.interfaces, layout.interfaces, config.networks),
      disks: disksFixed(own.disks, layout.disks),
    };
  }
  const like = await templateOf(fuel, cluster, nodeId, layout.from);
  const disks = disksLike(own.disks, await fuel.get<readonly FuelDisk[]>(`nodes/${like.id}/disks`));
  if (isByTemplate) return { interfaces: own.interfaces, disks };
  const interfaces = await fuel.get<readonly FuelInterface[]>(`nodes/${like.id}/interfaces`);
  return { interfaces: interfacesLike(own.interfaces, interfaces), disks };
}

async function templateOf(
  fuel: FuelSession,
  { id, name }: FuelCluster,
  nodeId: string,
  from: string | undefined,
): Promise<FuelNode> {
  const nodes = await fuel.get<readonly FuelNode[]>(`nodes?cluster_id=${id}`);
  const { pending_roles: pending, roles } = await fuel.get<FuelNode>(`nodes/${nodeId}`);
  const others = nodes.filter((node) => String(node.id) !== nodeId);
  const pattern = patternOf(name, others, [...new Set([...roles, ...pending])], from);
  if (typeof pattern === 'string') throw new LayoutMismatch(pattern);
  return pattern;
}

/** The node that is named, else the first that is deployed with the same roles; or why there is none. */
export function patternOf(
  environment: string,
  nodes: readonly FuelNode[],
  roles: readonly string[],
  from: string | undefined,
): FuelNode | string {
  if (from !== undefined)
    return (
      nodes.find((node) => [node.name, node.hostname, node.fqdn, String(node.id)].includes(from)) ??
      `environment ${environment} has no node ${from} to copy from`
    );
  return (
    nodes.find((node) => node.status === 'ready' && hasRoles(node, roles)) ??
    `environment ${environment} has no ready node with roles ${roles.join(', ')} to copy from: name one (transfer.like), or say layout: fixed or default`
  );
}

async function fitting<T>(fuel: FuelSession, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isApiError(error) || !(error instanceof LayoutMismatch)) throw error;
    throw fuelError(fuel.call('PUT', path), { kind: 'invalid', reason: error.message });
  }
}

function plainVolume({ name, size }: { readonly name: string; readonly size: number }) {
  return { name, size };
}

/** What a bond is made of belongs to it. */
function useOf({ assigned_networks: nets, slaves = [], mode }: FuelInterface): string {
  const networks = nets.map(({ id }) => id).sort((a, b) => a - b);
  const names = slaves.map(({ name }) => name).sort();
  return JSON.stringify([networks, names, names.length === 0 ? null : (mode ?? null)]);
}

/** A volume of no size is none: some versions show it, some do not. */
function volumesOf({ volumes }: FuelDisk): string {
  return volumes
    .filter(({ size }) => size > 0)
    .map(({ name, size }) => `${name}=${size}`)
    .sort()
    .join(',');
}
