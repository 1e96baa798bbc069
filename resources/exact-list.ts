import type { Reader } from './reader.ts';
import type { ListScope, Resource, ResourceType } from './resource-type.ts';

/**
 * What a type lists, and nothing that only looks like it. APIs filter names as they can: MySQL's collation takes `web` for
 * `Web`, Nova reads a name as a pattern, others do not filter at all.
 */
export async function* exactList(
  reader: Reader,
  type: ResourceType,
  scope: ListScope,
): AsyncIterable<readonly Resource[]> {
  const { name, outside } = scope;
  for await (const page of type.list(reader, scope)) {
    const wanted = page.filter(
      (resource) =>
        (name === undefined || resource.name === name) &&
        (resource.projectId === undefined || outside?.has(resource.projectId) !== true),
    );
    if (wanted.length > 0) yield wanted;
  }
}
