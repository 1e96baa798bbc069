import { ApplicationFailure } from '@temporalio/common';
import type { Making } from '../resources/moving/making.ts';
import { originProperties } from '../resources/moving/origin.ts';
import { waitUntil } from '../resources/moving/wait-until.ts';
import type { Resource } from '../resources/resource-type.ts';
import { type VolumeAttributes, volume } from '../resources/volume/volume.ts';
import { ownMetadata } from '../resources/volume/volume-moving.ts';
import type { Move } from './open-moves.ts';
import type { VolumeRequest } from './volume-activities.ts';

export interface Waiting {
  readonly signal: AbortSignal;
  /** Told what state is seen. */
  readonly seen: (state: string) => void;
}

/** The volume in the target, from the copied image, complete. */
export async function madeVolume(
  move: Move,
  request: VolumeRequest & { readonly targetImageId: string },
  waiting: Waiting,
): Promise<{ readonly targetId: string; readonly made: boolean }> {
  const source = await volume.get(move.source, request.id);
  const making = move.making(source.id);
  const there = await move.correspondence.match(source);
  if (there?.how === 'mapped') return { targetId: there.id, made: false };
  const wanted = (await move.correspondence.wanted(source)) as Resource<VolumeAttributes>;
  const targetId = there?.id ?? (await created(move, making, wanted, request.targetImageId));
  await available(making, wanted, targetId, waiting);
  move.correspondence.learn(source, { how: 'made', type: 'volume', id: targetId });
  await volume.moving?.complete?.(making, targetId, wanted);
  return { targetId, made: there === undefined || there.resource.origin?.run === request.run };
}

/** As the project's own: Cinder gives a volume to the project of the login. */
async function created(
  move: Move,
  { origin }: Making,
  { name, projectId, attributes }: Resource<VolumeAttributes>,
  imageRef: string,
): Promise<string> {
  const cloud = projectId === undefined ? move.target.cloud : move.inTargetProject(projectId);
  const { description, sizeGib, volumeType, availabilityZone } = attributes;
  const { id } = await cloud.volume.create({
    name,
    description,
    size: sizeGib,
    ...(volumeType === undefined ? {} : { volume_type: volumeType }),
    ...(availabilityZone === undefined ? {} : { availability_zone: availabilityZone }),
    metadata: { ...ownMetadata(attributes), ...originProperties(origin) },
    imageRef,
  });
  return id;
}

/** One that failed is removed, so that the next try makes another. */
async function available(
  making: Making,
  { id: sourceId, name, projectId }: Resource<VolumeAttributes>,
  id: string,
  { signal, seen }: Waiting,
): Promise<void> {
  const { volume: cinder } = making.target.cloud;
  const status = await waitUntil(async () => {
    const now = (await cinder.volume(id)).status;
    seen(now);
    return /^(available|in-use|error.*)$/.test(now) ? now : undefined;
  }, signal);
  if (!status.startsWith('error')) return;
  const teller = projectId === undefined ? cinder : making.inProject(projectId).volume;
  const why = (await teller.lastMessage(id)) ?? "Cinder's log of that minute says why";
  await volume.moving?.remove?.(making, id);
  throw ApplicationFailure.retryable(
    `volume ${name || sourceId}: the target made it ${status}: ${why}`,
    'volume-error',
  );
}
