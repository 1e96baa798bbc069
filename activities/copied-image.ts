import { ApplicationFailure } from '@temporalio/common';
import { type ImageAttributes, image } from '../resources/image/image.ts';
import { hasBytes } from '../resources/image/image-moving.ts';
import { type Made, make } from '../resources/moving/make.ts';
import { comesFrom } from '../resources/moving/origin.ts';
import type { Resource } from '../resources/resource-type.ts';
import { bringBytes, type CopyTools } from './bring-bytes.ts';
import type { CopiedImage } from './image-activities.ts';
import type { Move } from './open-moves.ts';

/** A record whose bytes are lost is made again, under another id, so often in one try. */
const MAKINGS = 2;

/** The image in the target with its bytes, whatever an earlier try has left there. */
export async function copiedImage(
  move: Move,
  source: Resource<ImageAttributes>,
  tools: CopyTools,
): Promise<CopiedImage> {
  const { status, sizeBytes = 0 } = source.attributes;
  mustBeSettled(source);
  const making = move.making(source.id);
  const sizes = { sizeBytes, sentBytes: 0 };
  for (let round = 1; round <= MAKINGS; round++) {
    const made = await make(making, move.correspondence, source);
    const present = await image.get(move.target, made.targetId);
    if (!comesFrom(present.origin, move.source.cloud.name, source.id)) return { ...made, ...sizes, notes: [] };
    const notes = notesOn(source, made);
    if (!hasBytes(status)) return { ...made, ...sizes, notes };
    const brought = await bringBytes(move, source, made.targetId, tools);
    if (brought.kind === 'there') {
      const completed = await make(making, move.correspondence, source);
      return { ...completed, ...sizes, sentBytes: brought.sentBytes, notes };
    }
    move.correspondence.forget(source);
    await image.moving?.remove?.(making, made.targetId);
  }
  throw ApplicationFailure.retryable(`image ${named(source)}: the target does not keep its bytes`, 'bytes-lost');
}

/** An image that is still being written has no bytes to be checked against. */
function mustBeSettled(source: Resource<ImageAttributes>): void {
  const { status } = source.attributes;
  if (hasBytes(status) || status === 'queued') return;
  if (['saving', 'uploading', 'importing'].includes(status))
    throw ApplicationFailure.retryable(
      `image ${named(source)} of the source is ${status}: it is not complete yet`,
      'busy',
    );
  throw ApplicationFailure.nonRetryable(
    `image ${named(source)} of the source is ${status}: it has no bytes`,
    'invalid',
  );
}

function notesOn(source: Resource<ImageAttributes>, { targetId }: Made): readonly string[] {
  const notes: string[] = [];
  if (targetId !== source.id)
    notes.push(
      `image ${named(source)} has the id ${targetId} in the target: its own belonged to an image that was deleted there, and Glance gives no id twice`,
    );
  if (!hasBytes(source.attributes.status))
    notes.push(`image ${named(source)} has no bytes in the source (${source.attributes.status}): neither has its copy`);
  return notes;
}

function named({ id, name }: Resource): string {
  return name === '' ? id : `${name} (${id})`;
}
