import type { Reference, Resource } from './resource-type.ts';
import { resourceTypes } from './resource-types.ts';

/** All that a resource needs or contains: its project first, then what its type says. */
export function referencesOf(resource: Resource): readonly Reference[] {
  const own = resourceTypes[resource.type].references(resource);
  if (resource.projectId === undefined) return own;
  return [{ type: 'project', id: resource.projectId, relation: 'requires', why: 'belongs to' }, ...own];
}
