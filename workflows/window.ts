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
 * them. `body` must not throw: one that fails must not stop its siblings. Safe in a workflow.
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

  while (waiting.length > 0) {
    await condition(() => isOpen() && running.size < limit && next() !== -1);
    const [item] = waiting.splice(next(), 1) as [T];
    const key = keyOf?.(item);
    if (key !== undefined) busy.set(key, count(key) + 1);
    const work = body(item).finally(() => {
      running.delete(work);
      if (key !== undefined) busy.set(key, count(key) - 1);
    });
    running.add(work);
  }
  await Promise.all(running);
}
