import { condition } from '@temporalio/workflow';

export interface Window<T> {
  /** At most so many at once. */
  readonly limit: number;
  /** At most `perKey` at once of those that have the same key; no key, no further limit. */
  readonly keyOf?: (item: T) => string | undefined;
  readonly perKey?: number;
  /** Nothing new is begun while this is false. */
  readonly isOpen: () => boolean;
}

/**
 * Runs `body` for each item as places become free, in order but for those whose key has no place: the others do not wait for
 * them. `body` must not throw but for a cancellation: one that fails must not stop its siblings. Ends when all that was begun has ended. Safe in a workflow.
 */
export async function slidingWindow<T>(
  items: readonly T[],
  { limit, keyOf, perKey = limit, isOpen }: Window<T>,
  body: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const count = (key: string | undefined) => (key === undefined ? 0 : (busy.get(key) ?? 0));
  const next = () => waiting.findIndex((item) => count(keyOf?.(item)) < perKey);

  const failures: unknown[] = [];
  try {
    while (waiting.length > 0 && failures.length === 0) {
      await condition(() => failures.length > 0 || (isOpen() && running.size < limit && next() !== -1));
      if (failures.length > 0) break;
      const [item] = waiting.splice(next(), 1) as [T];
      const key = keyOf?.(item);
      if (key !== undefined) busy.set(key, count(key) + 1);
      const work = body(item)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => {
          running.delete(work);
          if (key !== undefined) busy.set(key, count(key) - 1);
        });
      running.add(work);
    }
  } finally {
    // Cancelled or not: whoever undoes must not begin while something is still under way.
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
}
