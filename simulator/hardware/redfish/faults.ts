import { z } from 'zod';
import { type FaultHandle, FaultRules, ruleLimits } from '../fault-rules.ts';

const effectSchema = z.discriminatedUnion('kind', [
  /** With this body, or Redfish's own internal error. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    body: z.unknown().optional(),
  }),
  /** Real milliseconds. */
  z.strictObject({ kind: z.literal('slow'), delayMs: z.number().min(0) }),
  /** No answer, and the connection stays open. */
  z.strictObject({ kind: z.literal('mute') }),
  /** It has started anew just before: tokens are known no more. */
  z.strictObject({ kind: z.literal('forgets-sessions') }),
  /** A change is answered with 204 and not made. */
  z.strictObject({ kind: z.literal('lies') }),
]);

const redfishFaultSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']).optional(),
  /** Part of the path. */
  path: z.string().optional(),
  ...ruleLimits,
  fault: effectSchema,
});
export type RedfishFault = z.input<typeof redfishFaultSchema>;
export type RedfishEffect = z.output<typeof effectSchema>;

/** What is wrong with one Redfish service. */
export class RedfishFaults {
  readonly #rules = new FaultRules<z.output<typeof redfishFaultSchema>>();

  /** Throws a ZodError for a rule without sense. */
  add(rule: RedfishFault): FaultHandle {
    return this.#rules.add(redfishFaultSchema.parse(rule));
  }

  clear(): void {
    this.#rules.clear();
  }

  strike(request: { readonly method: string; readonly url: string }): RedfishEffect | undefined {
    return this.#rules.strike(
      (rule) =>
        (rule.method === undefined || rule.method === request.method) &&
        (rule.path === undefined || request.url.includes(rule.path)),
    )?.fault;
  }
}
