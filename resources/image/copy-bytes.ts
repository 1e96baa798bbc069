import { Readable } from 'node:stream';
import type { Glance } from '../../services/openstack/index.ts';
import { CheckedBytes, type KnownSums } from './checked-bytes.ts';
import type { Pace } from './pace.ts';

/** The bytes of an image, from one Glance to the other. */
export interface BytesToCopy {
  readonly from: { readonly glance: Glance; readonly imageId: string };
  /** A `queued` image. */
  readonly to: { readonly glance: Glance; readonly imageId: string };
  readonly sizeBytes: number;
  readonly expected: KnownSums;
  /** Ends both transfers. */
  readonly signal: AbortSignal;
  readonly sent: (sentBytes: number) => void;
  readonly pace: Pace;
}

/**
 * Streams without holding more than a few chunks, and without a file. Gives what passed, to be compared with what the target
 * says of it.
 *
 * @throws {BytesDiffer} before the upload ends, when the source sent something else than its Glance says of the image
 */
export async function copyBytes(copy: BytesToCopy): Promise<CheckedBytes> {
  const { from, to, expected, sizeBytes, signal, sent, pace } = copy;
  const checked = new CheckedBytes(expected);
  const download = await from.glance.data.download(from.imageId, signal);
  try {
    const bytes = paced(checked.through(download.body, expected), { sent, pace, signal });
    await to.glance.data.upload(to.imageId, Readable.from(bytes, { objectMode: false }), sizeBytes, signal);
  } finally {
    download.body.destroy();
  }
  return checked;
}

async function* paced(
  chunks: AsyncIterable<Uint8Array>,
  { sent, pace, signal }: Pick<BytesToCopy, 'sent' | 'pace' | 'signal'>,
): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  for await (const chunk of chunks) {
    await pace.take(chunk.length, signal);
    yield chunk;
    sentBytes += chunk.length;
    sent(sentBytes);
  }
}
