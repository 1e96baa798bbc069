import { z } from 'zod';

/** Of every rule: so many that match pass first; so many are hit then, all unless told. */
export const ruleLimits = {
  after: z.number().int().min(0).default(0),
  times: z.number().int().min(1).optional(),
};

interface Limited {
  readonly after: number;
  readonly times?: number | undefined;
}

export interface FaultHandle {
  /** How often it struck. */
  readonly hits: () => number;
  readonly remove: () => void;
}

/** Rules in force, of one kind; the first that matches decides. */
export class FaultRules<Rule extends Limited> {
  #entries: { readonly rule: Rule; seen: number; hits: number }[] = [];

  add(rule: Rule): FaultHandle {
    const entry = { rule, seen: 0, hits: 0 };
    this.#entries.push(entry);
    const remove = (): void => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
    return { hits: () => entry.hits, remove };
  }

  clear(): void {
    this.#entries = [];
  }

  strike(matches: (rule: Rule) => boolean): Rule | undefined {
    for (const entry of this.#entries) {
      const { rule } = entry;
      if (!matches(rule)) continue;
      entry.seen += 1;
      if (entry.seen <= rule.after || (rule.times !== undefined && entry.hits >= rule.times)) continue;
      entry.hits += 1;
      return rule;
    }
    return undefined;
  }
}
