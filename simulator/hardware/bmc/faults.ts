import { z } from 'zod';
import { Random } from '../../random.ts';

const effectSchema = z.discriminatedUnion('kind', [
  /** Not a word; what was asked has not happened. */
  z.strictObject({ kind: z.literal('mute') }),
  /** A completion code instead of doing it: C0h busy, D5h not now … */
  z.strictObject({ kind: z.literal('code'), code: z.number().int().min(1).max(255) }),
  /** The answer comes so much later, real milliseconds. It is done at once. */
  z.strictObject({ kind: z.literal('slow'), delayMs: z.number().min(0) }),
  /** Says yes and does nothing, as some firmware does. */
  z.strictObject({ kind: z.literal('lies') }),
]);

/** Names of commands, as the specification has them. Set-up of sessions is struck by rules without a command alone. */
export const bmcFaultSchema = z.strictObject({
  command: z.string().optional(),
  /** So many that match pass first; so many are hit then, all unless told. */
  after: z.number().int().min(0).default(0),
  times: z.number().int().min(1).optional(),
  fault: effectSchema,
});
export type BmcFault = z.input<typeof bmcFaultSchema>;
export type BmcEffect = z.output<typeof effectSchema>;

interface Entry {
  readonly rule: z.output<typeof bmcFaultSchema>;
  seen: number;
  hits: number;
}

/** What is wrong with one BMC; the first rule that matches decides. */
export class BmcFaults {
  /** This share of packets is lost, in both directions: 0 to 1. */
  lossRate = 0;
  /** Nobody gets more than this level, whatever the user's limit. */
  refusesAdministrator = false;
  readonly #random: Random;
  #entries: Entry[] = [];

  constructor(seed: string | number) {
    this.#random = new Random(`bmc/${seed}`);
  }

  /** Throws a ZodError for a rule without sense. */
  add(given: BmcFault): { readonly hits: () => number; readonly remove: () => void } {
    const entry: Entry = { rule: bmcFaultSchema.parse(given), seen: 0, hits: 0 };
    this.#entries.push(entry);
    return {
      hits: () => entry.hits,
      remove: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }

  clear(): void {
    this.#entries = [];
    this.lossRate = 0;
    this.refusesAdministrator = false;
  }

  get losesPacket(): boolean {
    return this.lossRate > 0 && this.#random.next() < this.lossRate;
  }

  /** `command`: undefined for what is before a session. */
  strike(command: string | undefined): BmcEffect | undefined {
    for (const entry of this.#entries) {
      const { rule } = entry;
      if (rule.command !== undefined && rule.command !== command) continue;
      if (command === undefined && rule.fault.kind !== 'mute' && rule.fault.kind !== 'slow') continue;
      entry.seen += 1;
      if (entry.seen <= rule.after || (rule.times !== undefined && entry.hits >= rule.times)) continue;
      entry.hits += 1;
      return rule.fault;
    }
    return undefined;
  }
}
