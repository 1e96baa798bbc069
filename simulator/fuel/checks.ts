import { addressShortage, numberOf } from './addresses.ts';
import type { Orders } from './deploy.ts';
import type { Cluster, FuelState, Network, Node } from './state.ts';

/** Of an operating system, and of what roles add, at least: MiB. */
const SYSTEM_MIB = 12_288;
const ROLE_MIB: Readonly<Record<string, number>> = { compute: 5_120, controller: 25_600, cinder: 1_536, mongo: 10_240 };

/** What is found out before anything of `changes` is begun; provision and deploy by themselves ask nothing of it. */
export function preCheck(state: FuelState, cluster: Cluster, { provision }: Orders): string | undefined {
  return (
    offline(state, cluster) ??
    controllers(state, cluster) ??
    disks(provision) ??
    overlap(cluster.networks) ??
    untagged(cluster, provision) ??
    addressShortage(state, cluster, provision)
  );
}

function offline(state: FuelState, cluster: Cluster): string | undefined {
  const away = state
    .nodesOf(cluster.id)
    .filter(({ online, status, pendingDeletion }) => !online && !pendingDeletion && status !== 'ready');
  if (away.length === 0) return undefined;
  const list = away.map(({ name, id, mac }) => `"${name} (id=${id}, mac=${mac})"`).join(', ');
  return `Nodes ${list} are offline. Remove them from environment and try again.`;
}

/** One that is to be removed counts no more. */
function controllers(state: FuelState, cluster: Cluster): string | undefined {
  const staying = state.nodesOf(cluster.id).filter(({ pendingDeletion }) => !pendingDeletion);
  if (staying.some(({ roles, pendingRoles }) => [...roles, ...pendingRoles].includes('controller'))) return undefined;
  return 'Not enough controllers, ha_compact mode requires at least 1 controller';
}

function disks(nodes: readonly Node[]): string | undefined {
  for (const node of nodes) {
    const needed = node.pendingRoles.reduce((sum, role) => sum + (ROLE_MIB[role] ?? 0), SYSTEM_MIB);
    const there = node.disks.reduce((sum, { size }) => sum + size, 0);
    if (there < needed) return `Node '${node.name}' has insufficient disk space`;
  }
  return undefined;
}

/** Also why a configuration of networks is not taken. */
export function overlap(networks: readonly Network[]): string | undefined {
  for (const [index, one] of networks.entries())
    for (const other of networks.slice(index + 1)) {
      if (one.name === 'private' || other.name === 'private') continue;
      if (lastOf(one.cidr) < firstOf(other.cidr) || lastOf(other.cidr) < firstOf(one.cidr)) continue;
      return `Address space intersection between networks:\n${one.name}, ${other.name}`;
    }
  return undefined;
}

/** Two networks without a tag cannot share an interface; the private one is tagged by its range. */
function untagged(cluster: Cluster, nodes: readonly Node[]): string | undefined {
  const bare = cluster.networks.filter(({ name, vlan }) => vlan === null && name !== 'private').map(({ id }) => id);
  for (const node of nodes)
    for (const nic of [...node.nics, ...node.bonds])
      if (nic.networks.filter((id) => bare.includes(id)).length > 1)
        return `Some untagged networks are assigned to the same physical interface. You should assign them to different physical interfaces. Affected:\nNode '${node.name}': interface ${nic.name}`;
  return undefined;
}

function firstOf(cidr: string): number {
  const [ip = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(ip) / size) * size;
}

function lastOf(cidr: string): number {
  return firstOf(cidr) + 2 ** (32 - Number(cidr.split('/')[1] ?? '32')) - 1;
}
