import { exactList } from '../../resources/exact-list.ts';
import { Reader } from '../../resources/reader.ts';
import {
  type ListScope,
  RESOURCE_TYPE_NAMES,
  type Resource,
  type ResourceTypeName,
} from '../../resources/resource-type.ts';
import { isAvailable, resourceTypes } from '../../resources/resource-types.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';

/** All items of pages. */
export async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

export async function listed(reader: Reader, type: ResourceTypeName, scope: ListScope = {}): Promise<Resource[]> {
  return (await isAvailable(reader, resourceTypes[type])) ? allOf(exactList(reader, resourceTypes[type], scope)) : [];
}

/** Everything of a cloud in memory, which clouds of tests allow. */
export interface Whole {
  readonly reader: Reader;
  readonly byType: ReadonlyMap<ResourceTypeName, readonly Resource[]>;
}

export async function wholeOf(cloud: Cloud): Promise<Whole> {
  const reader = new Reader(cloud);
  const byType = new Map<ResourceTypeName, readonly Resource[]>();
  for (const type of RESOURCE_TYPE_NAMES) byType.set(type, await listed(reader, type));
  return { reader, byType };
}

export function resourcesOf({ byType }: Whole): readonly Resource[] {
  return [...byType.values()].flat();
}
