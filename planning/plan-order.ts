import type { ResourceTypeName } from '../resources/resource-type.ts';
import { type DependencyGraph, type NodeKey, nodeKey } from './graph.ts';
import type { PlanEntry } from './plan.ts';

/**
 * In which order types are made. Quotas come before what they must allow; ports and floating IPs before routers, so
 * that no gateway takes by chance an address that is to be moved.
 */
export const PLAN_ORDER = [
  'domain',
  'project',
  'role',
  'user',
  'group',
  'assignment',
  'quota',
  'flavor',
  'keypair',
  'security-group',
  'network',
  'subnet',
  'port',
  'floating-ip',
  'router',
  'image',
  'volume',
  'server-group',
  'server',
] as const satisfies readonly ResourceTypeName[];

/** The same whatever the order of reading: by type, then what others of the type need first, then by name. */
export function inPlanOrder<T extends Pick<PlanEntry, 'type' | 'id' | 'name'>>(
  items: readonly T[],
  rank: ReadonlyMap<NodeKey, number>,
): readonly T[] {
  const place = (item: T) => rank.get(nodeKey(item)) ?? rank.size;
  return [...items].sort(
    (a, b) => PLAN_ORDER.indexOf(a.type) - PLAN_ORDER.indexOf(b.type) || place(a) - place(b) || byName(a, b),
  );
}

/** The place of each resource among those that it needs and that need it. */
export function ranks(graph: DependencyGraph): ReadonlyMap<NodeKey, number> {
  const depths = new Map<NodeKey, number>();
  for (const group of graph.creationOrder()) {
    const below = group.flatMap((key) =>
      (graph.get(key)?.edges ?? [])
        .filter(({ relation, to }) => relation === 'requires' && !group.includes(to))
        .map(({ to }) => depths.get(to) ?? -1),
    );
    const depth = below.reduce((deepest, each) => Math.max(deepest, each), -1) + 1;
    for (const key of group) depths.set(key, depth);
  }
  return depths;
}

export function byName(a: Pick<PlanEntry, 'name' | 'id'>, b: Pick<PlanEntry, 'name' | 'id'>): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
