import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

/**
 * Bytes of images and disks. Most are made up from a seed, the same each time they are read, so that a cloud of
 * thousands of images costs no memory; bytes that somebody uploaded are kept as they came.
 */
export type Content =
  | { readonly kind: 'seed'; readonly seed: string; readonly sizeBytes: number }
  | { readonly kind: 'bytes'; readonly chunks: readonly Buffer[]; readonly sizeBytes: number };

export interface Checksums {
  readonly md5: string;
  readonly sha512: string;
}

const BLOCK_BYTES = 64 * 1024;

/** Above this an upload must be of made-up bytes; others are refused as by a full store. */
const KEPT_BYTES = 256 * 1024 * 1024;

export function madeUp(seed: string, sizeBytes: number): Content {
  return { kind: 'seed', seed, sizeBytes };
}

/** One block differs from the next in its number only: quick to make, and blocks in the wrong order are noticed. */
function* blocks(content: Content): Generator<Buffer> {
  if (content.kind === 'bytes') {
    yield* content.chunks;
    return;
  }
  const pattern = createHash('sha512').update(content.seed).digest();
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let at = 0; at < BLOCK_BYTES; at += pattern.length) pattern.copy(block, at);
  for (let at = 0, index = 0; at < content.sizeBytes; at += BLOCK_BYTES, index++) {
    const copy = Buffer.from(block);
    copy.writeUInt32BE(index, 0);
    yield copy.subarray(0, Math.min(BLOCK_BYTES, content.sizeBytes - at));
  }
}

export function readable(content: Content): Readable {
  return Readable.from(blocks(content));
}

const known = new Map<string, Checksums>();

/** Of seeds they are worked out once a process: ten clouds with the same image hash it once. */
export function checksums(content: Content): Checksums {
  const key = content.kind === 'seed' ? `${content.sizeBytes}/${content.seed}` : undefined;
  const cached = key === undefined ? undefined : known.get(key);
  if (cached !== undefined) return cached;
  const md5 = createHash('md5');
  const sha512 = createHash('sha512');
  for (const block of blocks(content)) {
    md5.update(block);
    sha512.update(block);
  }
  const sums = { md5: md5.digest('hex'), sha512: sha512.digest('hex') };
  if (key !== undefined) known.set(key, sums);
  return sums;
}

/**
 * What a stream becomes: hashed on the way, kept as a seed when its sums are those of made-up bytes that this process
 * knows, as bytes up to {@link KEPT_BYTES}, and refused (undefined) beyond.
 */
export async function receive(
  stream: AsyncIterable<Buffer>,
): Promise<{ content: Content; sums: Checksums } | undefined> {
  const md5 = createHash('md5');
  const sha512 = createHash('sha512');
  let chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    md5.update(chunk);
    sha512.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes <= KEPT_BYTES) chunks.push(chunk);
    else chunks = [];
  }
  const sums = { md5: md5.digest('hex'), sha512: sha512.digest('hex') };
  for (const [key, { sha512: other }] of known) {
    if (other !== sums.sha512) continue;
    const slash = key.indexOf('/');
    return { content: madeUp(key.slice(slash + 1), sizeBytes), sums };
  }
  return sizeBytes > KEPT_BYTES ? undefined : { content: { kind: 'bytes', chunks, sizeBytes }, sums };
}
