import type { PlanEntry } from '../planning/plan.ts';

/** A run that has not asked for so long has ended, or plans afresh. */
const IDLE_MS = 10 * 60_000;

interface Kept<T> {
  readonly plan: Promise<T>;
  usedAt: number;
}

/** The plans of a worker's runs: a page of entries must not cost a look at both clouds. */
export class RememberedPlans<T extends { readonly entries: readonly PlanEntry[] }> {
  readonly #kept = new Map<string, Kept<T>>();

  /** Of several that ask at the same time one makes it. A failure is not remembered. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const now = Date.now();
    for (const [other, { usedAt }] of this.#kept) if (now - usedAt > IDLE_MS) this.#kept.delete(other);
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      kept.usedAt = now;
      return kept.plan;
    }
    const plan = make();
    this.#kept.set(key, { plan, usedAt: now });
    plan.catch(() => {
      if (this.#kept.get(key)?.plan === plan) this.#kept.delete(key);
    });
    return plan;
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }
}
