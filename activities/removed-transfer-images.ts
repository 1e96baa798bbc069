import { image } from '../resources/image/image.ts';
import { isOf, transferImagesOf, transferName } from '../resources/image/transfer-image.ts';
import type { Making } from '../resources/moving/making.ts';
import type { Origin } from '../resources/moving/origin.ts';
import { unlessGone } from '../resources/visibility.ts';
import { volumesOf } from '../resources/volume/transfer-volume.ts';
import { volume } from '../resources/volume/volume.ts';
import type { GlanceImage } from '../services/openstack/index.ts';
import type { Move } from './open-moves.ts';
import type { RemoveTransferImages } from './volume-activities.ts';

/** The target's first: its copies are known by the ids of the source's. */
export async function removedTransferImages(move: Move, request: RemoveTransferImages): Promise<void> {
  const making = move.making(request.id);
  const inSource = await sourceImages(move, making, request.imageId);
  const sourceIds = new Set([...inSource.map(({ id }) => id), ...(request.imageId ? [request.imageId] : [])]);
  for (const sourceId of request.inSourceOnly === true ? [] : sourceIds) {
    const copy = move.making(sourceId);
    for (const { id } of await transferImagesOf(move.target, copy.origin)) await image.moving?.remove?.(copy, id);
  }
  const there = { ...making, target: move.source };
  for (const { id } of inSource) await image.moving?.remove?.(there, id);
  if (await move.source.cloud.has('block-storage'))
    for (const { id } of await volumesOf(move.source, making.origin)) await volume.moving?.remove?.(there, id);
}

async function sourceImages({ source }: Move, { origin }: Making, told?: string): Promise<readonly GlanceImage[]> {
  const marked = await transferImagesOf(source, origin);
  const given = told === undefined ? undefined : await unlessGone(() => source.cloud.image.image(told));
  // Of a try that ended between Cinder's answer and our mark.
  const named: GlanceImage[] = [];
  for await (const page of source.cloud.image.images({ name: transferName(origin) })) named.push(...page);
  const ours = [...marked, ...(given === undefined || !isOurs(given, origin) ? [] : [given]), ...named];
  return [...new Map(ours.map((body) => [body.id, body])).values()];
}

function isOurs(body: GlanceImage, origin: Origin): boolean {
  return isOf(body, origin) || body.name === transferName(origin);
}
