import { randomUUID } from 'node:crypto';

/** A look of which no page was asked for so long has ended, or begins again. */
const IDLE_MS = 10 * 60_000;

export interface PageOfLook {
  /** What the page before has told; absent for the first page. */
  readonly look?: string;
  readonly offset: number;
  readonly limit: number;
}

export interface LookedAt<T> {
  readonly page: readonly T[];
  readonly isLast: boolean;
  /** For the next page. */
  readonly look?: string;
}

interface Kept<T> {
  readonly all: readonly T[];
  usedAt: number;
}

/**
 * Lists that are told in pages, each remembered by the worker that has read it until its last page is told: a page must not cost a look at
 * the whole cloud. Another worker, which does not remember it, reads it again.
 */
export class Looks<T> {
  readonly #kept = new Map<string, Kept<T>>();

  async page(
    { look = randomUUID(), offset, limit }: PageOfLook,
    read: () => Promise<readonly T[]>,
  ): Promise<LookedAt<T>> {
    const now = Date.now();
    for (const [key, { usedAt }] of this.#kept) if (now - usedAt > IDLE_MS) this.#kept.delete(key);
    const all = this.#kept.get(look)?.all ?? (await read());
    const page = all.slice(offset, offset + limit);
    if (offset + limit >= all.length) {
      this.#kept.delete(look);
      return { page, isLast: true };
    }
    this.#kept.set(look, { all, usedAt: Date.now() });
    return { page, isLast: false, look };
  }
}
