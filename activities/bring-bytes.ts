import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { BytesDiffer, sameBytes } from '../resources/image/checked-bytes.ts';
import { copyBytes } from '../resources/image/copy-bytes.ts';
import { type ImageAttributes, image } from '../resources/image/image.ts';
import { hasBytes } from '../resources/image/image-moving.ts';
import type { Pace } from '../resources/image/pace.ts';
import { waitUntil } from '../resources/moving/wait-until.ts';
import type { Resource } from '../resources/resource-type.ts';
import { isApiError } from '../services/openstack/index.ts';
import type { CopyProgress, CopySettings } from './image-activities.ts';
import type { Move } from './open-moves.ts';

export interface CopyTools extends CopySettings {
  readonly progress: CopyProgress;
  readonly pace: Pace;
}

/** `lost`: the record can never have the bytes, and must be removed. */
export type Brought = { readonly kind: 'there'; readonly sentBytes: number } | { readonly kind: 'lost' };

/** Somebody who sends more slowly than this is taken for dead. */
const SLOWEST_BYTES_PER_SECOND = 10 * 2 ** 20;
const LEAST_PATIENCE_MS = 60_000;
const MOST_PATIENCE_MS = 15 * 60_000;

/**
 * The bytes of `source` into a record of the target that carries our mark. What is there already is not sent again. A record
 * of a try that was cut short is `saving` for a moment and then `queued` again; one whose Glance died stays
 * `saving` for ever, and Glance takes bytes for it no more.
 */
export async function bringBytes(
  move: Move,
  source: Resource<ImageAttributes>,
  targetId: string,
  tools: CopyTools,
): Promise<Brought> {
  const { sizeBytes = 0 } = source.attributes;
  const { progress, pace } = tools;
  progress.sizeBytes = sizeBytes;
  const before = await settled(move, targetId, patienceMs(sizeBytes, tools));
  if (before === undefined) return { kind: 'lost' };
  if (hasBytes(before.status)) {
    progress.sentBytes = sizeBytes;
    return sameBytes(source.attributes, before) === false ? { kind: 'lost' } : { kind: 'there', sentBytes: 0 };
  }
  try {
    const passed = await copyBytes({
      from: { glance: move.source.cloud.image, imageId: source.id },
      to: { glance: move.target.cloud.image, imageId: targetId },
      sizeBytes,
      expected: source.attributes,
      signal: cancellationSignal(),
      sent: (sentBytes) => {
        progress.sentBytes = sentBytes;
      },
      pace,
    });
    passed.compare((await image.get(move.target, targetId)).attributes);
    return { kind: 'there', sentBytes: sizeBytes };
  } catch (error) {
    // Deleted while it was written to: 410.
    if (isApiError(error, 'not-found') && error.details.cloud === move.target.cloud.name) return { kind: 'lost' };
    if (!(error instanceof BytesDiffer)) throw error;
    throw ApplicationFailure.retryable(`image ${source.name} (${source.id}): ${error.message}`, 'bytes-differ');
  }
}

/** The target's record once nobody writes to it; undefined when that will not be. */
async function settled(move: Move, id: string, patience: number): Promise<ImageAttributes | undefined> {
  const deadline = Date.now() + patience;
  return (
    (await waitUntil(async () => {
      const { attributes } = await image.get(move.target, id);
      if (attributes.status === 'queued' || hasBytes(attributes.status)) return attributes;
      const mayEnd = ['saving', 'uploading', 'importing'].includes(attributes.status);
      return mayEnd && Date.now() < deadline ? undefined : null;
    }, cancellationSignal())) ?? undefined
  );
}

function patienceMs(sizeBytes: number, { patienceMs: told }: CopySettings): number {
  const grown = LEAST_PATIENCE_MS + (sizeBytes / SLOWEST_BYTES_PER_SECOND) * 1000;
  return told ?? Math.min(grown, MOST_PATIENCE_MS);
}
