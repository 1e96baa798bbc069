import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import { reasonOf } from './compensations.ts';
import type { HostRun, ParkVerdict, StepBody } from './host-run.ts';
import { seeMachine } from './see-machine.ts';

/** What the answers come to. `retry` can always be said. */
export interface Meanings {
  readonly skip?: string;
  readonly reject?: string;
}

export interface Step<T> {
  /** As `deploy it`. */
  readonly name: string;
  readonly body: StepBody<T>;
  readonly tell?: (result: T) => string;
  /** Before it is tried again. */
  readonly again?: () => Promise<unknown>;
}

/** Failure type of a step at whose gate a person has said `reject`. */
export const REJECTED = 'rejected';

/**
 * A step of a machine that is out of work: where it fails the run waits at the gate `park`, with the machine as it is now, until a person
 * has said what becomes of it. Undefined when the step was skipped.
 *
 * @throws {ApplicationFailure} `rejected`, with the reason of the failure
 */
export async function insist<T>(
  run: HostRun,
  step: Step<T>,
  meanings: Meanings | (() => Meanings),
): Promise<T | undefined> {
  const { name, body, tell, again } = step;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (attempt > 1) await again?.();
      return await run.step(name, body, tell);
    } catch (error) {
      if (isCancellation(error)) throw error;
      await seeMachine(run);
      const known = typeof meanings === 'function' ? meanings() : meanings;
      const answers: Readonly<Partial<Record<ParkVerdict, string>>> = { retry: `${name} again`, ...known };
      const verdict = await run.park(name, reasonOf(error), answers);
      if (verdict === 'retry') continue;
      if (verdict === 'reject') throw ApplicationFailure.nonRetryable(reasonOf(error), REJECTED);
      run.skipped(name);
      return undefined;
    }
  }
}
