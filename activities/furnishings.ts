import type { ServerAttributes } from '../resources/compute/server.ts';
import { comesFrom } from '../resources/moving/origin.ts';
import type { ResourceRef } from '../resources/resource-type.ts';
import { resourceTypes } from '../resources/resource-types.ts';
import { unlessGone } from '../resources/visibility.ts';
import type { MovedResource } from './moved-activities.ts';
import type { Move } from './open-moves.ts';

/**
 * What was made for one server of the target alone, in the order in which it can be removed: volumes, addresses, ports; and of an
 * image only one that carried its disk, which the source does not have any more.
 */
export async function furnishingsOf(
  { source, target }: Move,
  { volumes, floatingIpIds, interfaces, imageId }: ServerAttributes,
): Promise<readonly MovedResource[]> {
  const refs: ResourceRef[] = [
    ...volumes.map(({ id }) => ({ type: 'volume', id }) as const),
    ...floatingIpIds.map((id) => ({ type: 'floating-ip', id }) as const),
    ...interfaces.map(({ portId }) => ({ type: 'port', id: portId }) as const),
    ...(imageId === undefined ? [] : [{ type: 'image', id: imageId } as const]),
  ];
  const found: MovedResource[] = [];
  for (const { type, id: targetId } of refs) {
    const there = await unlessGone(() => resourceTypes[type].get(target, targetId));
    const { origin, name = '' } = there ?? {};
    if (origin === undefined || !comesFrom(origin, source.cloud.name, origin.id)) continue;
    const { id, run } = origin;
    if (type === 'image' && (await unlessGone(() => resourceTypes.image.get(source, id))) !== undefined) continue;
    found.push({ type, id, name, targetId, run });
  }
  return found;
}

/** The same where the copy is gone: by what the server of the source has. Its disk's image nobody can tell any more. */
export async function furnishingsOfSource(
  { target, correspondence }: Move,
  { volumes, floatingIpIds, interfaces }: ServerAttributes,
): Promise<readonly MovedResource[]> {
  const refs: ResourceRef[] = [
    ...volumes.map(({ id }) => ({ type: 'volume', id }) as const),
    ...floatingIpIds.map((id) => ({ type: 'floating-ip', id }) as const),
    ...interfaces.map(({ portId }) => ({ type: 'port', id: portId }) as const),
  ];
  const found: MovedResource[] = [];
  for (const { type, id } of refs) {
    const match = await correspondence.targetOf({ type, id });
    if (match?.how !== 'made') continue;
    const there = await unlessGone(() => resourceTypes[type].get(target, match.id));
    if (there?.origin !== undefined)
      found.push({ type, id, name: there.name, targetId: there.id, run: there.origin.run });
  }
  return found;
}
