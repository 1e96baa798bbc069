import { exactList } from '../../../resources/exact-list.ts';
import type { Reader } from '../../../resources/reader.ts';
import { resourceTypes } from '../../../resources/resource-types.ts';

/** An instance of a tenant and what stands for it in the target, by its mark. */
export interface MovedInstance {
  readonly id: string;
  readonly name: string;
  readonly targetId: string;
}

/** Instances of a tenant of the source that have a copy in the target. Reads only. */
export async function movedInstances(
  source: Reader,
  target: Reader,
  projectId: string,
): Promise<readonly MovedInstance[]> {
  const copies = new Map<string, string>();
  for await (const page of exactList(target, resourceTypes.server, {}))
    for (const { id, origin } of page) if (origin?.cloud === source.cloud.name) copies.set(origin.id, id);
  const moved: MovedInstance[] = [];
  for await (const page of exactList(source, resourceTypes.server, { projectId }))
    for (const { id, name } of page) {
      const targetId = copies.get(id);
      if (targetId !== undefined) moved.push({ id, name, targetId });
    }
  return moved;
}
