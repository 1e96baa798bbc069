/** Rules, routes and their like have no order of their own; a fixed one keeps digests and listings still. */
export function inOrder<T extends object>(items: readonly T[]): readonly T[] {
  const key = (item: T) => JSON.stringify(Object.entries(item).sort());
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
