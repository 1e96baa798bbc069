import { z } from 'zod';
import { Random } from '../../random.ts';
import { type FaultHandle, FaultRules, ruleLimits } from '../fault-rules.ts';

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

/** `command`: as the specification calls it. The set-up of sessions is struck by rules without a command alone, if mute or slow. */
const bmcFaultSchema = z.strictObject({ command: z.string().optional(), ...ruleLimits, fault: effectSchema });
export type BmcFault = z.input<typeof bmcFaultSchema>;
export type BmcEffect = z.output<typeof effectSchema>;

/** What is wrong with one BMC. */
export class BmcFaults {
  /** This share of packets is lost, in both directions: 0 to 1. */
  lossRate = 0;
  /** Nobody gets more than the level of an operator, whatever the user's limit. */
  refusesAdministrator = false;
  readonly #random: Random;
  readonly #rules = new FaultRules<z.output<typeof bmcFaultSchema>>();

  constructor(seed: string | number) {
    this.#random = new Random(`bmc/${seed}`);
  }

  /** Throws a ZodError for a rule without sense. */
  add(rule: BmcFault): FaultHandle {
    return this.#rules.add(bmcFaultSchema.parse(rule));
  }

  clear(): void {
    this.#rules.clear();
    this.lossRate = 0;
    this.refusesAdministrator = false;
  }

  get losesPacket(): boolean {
    return this.lossRate > 0 && this.#random.next() < this.lossRate;
  }

  /** `command`: undefined for what is before a session. */
  strike(command: string | undefined): BmcEffect | undefined {
    return this.#rules.strike((rule) => {
      if (rule.command !== undefined) return rule.command === command;
      return command !== undefined || rule.fault.kind === 'mute' || rule.fault.kind === 'slow';
    })?.fault;
  }
}
