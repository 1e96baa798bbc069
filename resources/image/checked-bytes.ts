import { createHash, getHashes, type Hash } from 'node:crypto';
import type { ImageAttributes } from './image.ts';

/** What is known of an image's bytes: no sums where Glance was given a location instead of bytes. */
export type KnownSums = Pick<ImageAttributes, 'sizeBytes' | 'checksum' | 'hash'>;

/** The bytes are not those that the image should have. */
export class BytesDiffer extends Error {
  override readonly name = 'BytesDiffer';

  constructor(what: string, expected: string, found: string) {
    super(`${what}: it should be ${expected} and is ${found}`);
  }
}

/** Bytes on their way, counted and hashed as they pass. */
export class CheckedBytes {
  #passed = 0;
  readonly #hashes = new Map<string, Hash>();

  /** `expected` says which sums are asked for besides MD5 and SHA-512, which every Glance has one of. */
  constructor(expected: KnownSums) {
    for (const algorithm of new Set(['md5', 'sha512', split(expected.hash)?.algorithm ?? 'sha512'])) {
      const name = nameInNode(algorithm);
      if (name !== undefined) this.#hashes.set(algorithm, createHash(name));
    }
  }

  get sizeBytes(): number {
    return this.#passed;
  }

  /**
   * The same chunks, one behind: the last is let through only when all are as expected. An upload that ends before is put
   * back to `queued` by Glance, and the image's id is saved.
   *
   * @throws {BytesDiffer}
   */
  async *through(chunks: AsyncIterable<Uint8Array>, expected: KnownSums): AsyncGenerator<Uint8Array> {
    let held: Uint8Array | undefined;
    for await (const chunk of chunks) {
      if (held !== undefined) yield held;
      for (const hash of this.#hashes.values()) hash.update(chunk);
      this.#passed += chunk.length;
      held = chunk;
    }
    this.#compare(expected, 'what the source sent');
    if (held !== undefined) yield held;
  }

  /** @throws {BytesDiffer} when `found` is not what has passed */
  compare(found: KnownSums): void {
    this.#compare(found, 'what the target has');
  }

  #compare({ sizeBytes, checksum, hash }: KnownSums, what: string): void {
    const { algorithm, value } = split(hash) ?? {};
    for (const [name, told, passed] of [
      ['size in bytes', sizeBytes?.toString(), String(this.#passed)],
      ['MD5', checksum, this.#sum('md5')],
      [algorithm ?? '', value, this.#sum(algorithm)],
    ] as const)
      if (told !== undefined && passed !== undefined && told.toLowerCase() !== passed)
        throw new BytesDiffer(`${name} of ${what}`, told, passed);
  }

  #sum(algorithm: string | undefined): string | undefined {
    return algorithm === undefined ? undefined : this.#hashes.get(algorithm)?.copy().digest('hex');
  }
}

/** Whether two images have the same bytes, by the sums that both have; nothing when there is none that tells. */
export function sameBytes(left: KnownSums, right: KnownSums): boolean | undefined {
  if (left.sizeBytes !== right.sizeBytes) return false;
  const [one, other] = [split(left.hash), split(right.hash)];
  if (one !== undefined && one.algorithm === other?.algorithm) return one.value === other.value;
  if (left.checksum === undefined || right.checksum === undefined) return undefined;
  return left.checksum === right.checksum;
}

function split(hash: string | undefined): { readonly algorithm: string; readonly value: string } | undefined {
  const [, algorithm, value] = /^(\w+):(.+)$/.exec(hash ?? '') ?? [];
  return algorithm === undefined || value === undefined ? undefined : { algorithm, value };
}

/** Python's name of a hash in OpenSSL's spelling. */
function nameInNode(algorithm: string): string | undefined {
  const names = [algorithm, algorithm.replace('_', '-')];
  return names.find((name) => getHashes().includes(name));
}
