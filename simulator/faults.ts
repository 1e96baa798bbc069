import { z } from 'zod';
import { SERVICES, type ServiceName } from './options.ts';
import { Random } from './random.ts';

const effectSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    /** Text or JSON; without it the service's own error of that status. */
    body: z.unknown().optional(),
    retryAfterSeconds: z.number().int().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('delay'), delayMs: z.number().min(0) }),
  /** The connection is reset before an answer. The request has been carried out if `afterwards`. */
  z.strictObject({ kind: z.literal('reset'), afterwards: z.boolean().default(false) }),
  /** No answer ever; the connection stays open. The request has been carried out if `afterwards`. */
  z.strictObject({ kind: z.literal('hang'), afterwards: z.boolean().default(false) }),
  /** The answer begins, with its full length announced, and breaks off. */
  z.strictObject({ kind: z.literal('truncated-body') }),
  /** One byte of an image's data is not as it was stored; nothing else tells. */
  z.strictObject({ kind: z.literal('corrupted-body') }),
  /** The token of the request is not good any more: 401, until the client logs in anew. */
  z.strictObject({ kind: z.literal('expired-token') }),
]);

/** One fault: which requests it is for, how many of them, and what happens to them. */
export const faultRuleSchema = z.strictObject({
  cloud: z.string().optional(),
  /** `fuel`: the simulated Fuel that was started with these faults, whose `cloud` is `fuel` too. */
  service: z.enum([...SERVICES, 'fuel']).optional(),
  method: z
    .string()
    .transform((text) => text.toUpperCase())
    .optional(),
  /** Regular expression over path and query, as sent. */
  path: z
    .string()
    .refine((text) => isPattern(text), 'not a regular expression')
    .optional(),
  /** So many matching requests pass first. */
  after: z.number().int().min(0).default(0),
  /** So many are hit then; all unless told. */
  times: z.number().int().min(1).optional(),
  /** Of those that may be hit, this part is; dice of the simulator's seed. */
  probability: z.number().min(0).max(1).default(1),
  fault: effectSchema,
});
export type FaultRule = z.input<typeof faultRuleSchema>;
export type FaultEffect = z.output<typeof effectSchema>;

interface Entry {
  readonly id: number;
  readonly rule: z.output<typeof faultRuleSchema>;
  seen: number;
  hits: number;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

export interface RequestFacts {
  readonly cloud: string;
  readonly service: ServiceName | 'fuel';
  readonly method: string;
  readonly url: string;
}

/** Rules in force; the first that matches a request decides. */
export class Faults {
  readonly #random: Random;
  #entries: Entry[] = [];
  #nextId = 1;

  constructor(seed: string | number) {
    this.#random = new Random(`faults/${seed}`);
  }

  /** Returns a handle to take the rule back and to see how often it struck. Throws a ZodError for a rule without sense. */
  add(given: FaultRule): { readonly id: number; readonly hits: () => number; readonly remove: () => void } {
    const entry: Entry = { id: this.#nextId++, rule: faultRuleSchema.parse(given), seen: 0, hits: 0 };
    this.#entries.push(entry);
    return { id: entry.id, hits: () => entry.hits, remove: () => this.remove(entry.id) };
  }

  remove(id: number): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
  }

  clear(): void {
    this.#entries = [];
  }

  list(): readonly object[] {
    return this.#entries.map(({ id, rule, seen, hits }) => ({ id, ...rule, seen, hits }));
  }

  strike(request: RequestFacts): FaultEffect | undefined {
    for (const entry of this.#entries) {
      const { rule } = entry;
      const matches =
        (rule.cloud === undefined || rule.cloud === request.cloud) &&
        (rule.service === undefined || rule.service === request.service) &&
        (rule.method === undefined || rule.method === request.method) &&
        (rule.path === undefined || new RegExp(rule.path).test(request.url));
      if (!matches) continue;
      entry.seen += 1;
      if (entry.seen <= rule.after) continue;
      if (rule.times !== undefined && entry.hits >= rule.times) continue;
      if (rule.probability < 1 && this.#random.next() >= rule.probability) continue;
      entry.hits += 1;
      return rule.fault;
    }
    return undefined;
  }
}
