import { createHash } from 'node:crypto';
import type { PlanEntry } from './plan.ts';

/**
 * What a plan would do, in 16 hexadecimal digits. Reasons and places do not count: a plan that says the same in other words,
 * or of a server that went to another host meanwhile, is the same plan.
 */
export function digestOfPlan(entries: readonly PlanEntry[]): string {
  const hash = createHash('sha256');
  // One by one: all of them as one text can be longer than a text may be.
  for (const { reason: _reason, label: _label, host: _host, ...entry } of entries) hash.update(`${canonical(entry)}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** JSON with sorted keys, after RFC 8785. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
