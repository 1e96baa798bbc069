/**
 * Whether two names are one host's. Services do not agree on whether a host has its domain in its name; two names that both have one, and
 * not the same, are two hosts'.
 */
export function isSameHost(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a === b) return true;
  if (a.includes('.') === b.includes('.')) return false;
  return a.split('.')[0] === b.split('.')[0];
}

/** Of this host: those with its very name; failing that, those of the only host that its name may be short, or long, for. */
export function ofHost<T>(rows: readonly T[], nameOf: (row: T) => string, host: string): readonly T[] {
  const exact = rows.filter((row) => nameOf(row) === host);
  if (exact.length > 0) return exact;
  const similar = rows.filter((row) => isSameHost(nameOf(row), host));
  return new Set(similar.map((row) => nameOf(row).toLowerCase())).size === 1 ? similar : [];
}
