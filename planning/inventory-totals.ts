import type { ResourceTypeName } from '../resources/resource-type.ts';

/** How many of each type, and one digest over all: equal digests of two looks mean that nothing that matters changed. */
export interface InventoryTotals {
  readonly counts: { readonly [T in ResourceTypeName]?: number };
  /** 16 hexadecimal digits. */
  readonly digest: string;
}

export const NOTHING_FOUND: InventoryTotals = { counts: {}, digest: '0000000000000000' };

const DIGEST_SPACE = 1n << 64n;

/** Totals with one more resource, whose own digest is given. */
export function withResource(totals: InventoryTotals, type: ResourceTypeName, digest: string): InventoryTotals {
  return {
    counts: { ...totals.counts, [type]: (totals.counts[type] ?? 0) + 1 },
    digest: addDigests(totals.digest, digest),
  };
}

/** Totals of two disjoint parts; which comes first does not matter, so parts may be read side by side. */
export function addTotals(a: InventoryTotals, b: InventoryTotals): InventoryTotals {
  const counts: { [T in ResourceTypeName]?: number } = { ...a.counts };
  for (const [type, count] of Object.entries(b.counts) as [ResourceTypeName, number][])
    counts[type] = (counts[type] ?? 0) + count;
  return { counts, digest: addDigests(a.digest, b.digest) };
}

/** A sum, not an exclusive or: the same resource twice must not look like none. */
function addDigests(a: string, b: string): string {
  const sum = (BigInt(`0x${a}`) + BigInt(`0x${b}`)) % DIGEST_SPACE;
  return sum.toString(16).padStart(16, '0');
}

export function countAll(totals: InventoryTotals): number {
  return Object.values(totals.counts).reduce((sum, count) => sum + count, 0);
}
