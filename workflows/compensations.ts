import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  log,
} from '@temporalio/workflow';

/** Failure type of what needs something that the target does not have. */
export const MISSING = 'NotInTarget';

interface Compensation {
  /** What it does, as `start web-1 again in the source`. */
  readonly what: string;
  /** What must have been undone before: without it, this would do harm. */
  readonly after: readonly string[];
  run(): Promise<unknown>;
}

/**
 * What has to be undone when a later step fails. A step that may half succeed has its undoing added before it is taken: undoing
 * what was never done does nothing.
 */
export class Compensations {
  readonly #steps: Compensation[] = [];

  /** Nothing was done that would have to be undone. */
  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  add(what: string, run: () => Promise<unknown>, ...after: readonly string[]): void {
    this.#steps.push({ what, run, after });
  }

  /**
   * Undoes all, the last first, also when the run is being cancelled. What cannot be undone does not keep the rest
   * from being: it is told.
   */
  async undo(): Promise<readonly string[]> {
    const left: string[] = [];
    const failed = new Set<string>();
    await CancellationScope.nonCancellable(async () => {
      for (const { what, after, run } of this.#steps.splice(0).reverse()) {
        const missing = after.find((each) => failed.has(each));
        if (missing !== undefined) {
          failed.add(what);
          left.push(`did not ${what}, since it could not ${missing}`);
          continue;
        }
        try {
          await run();
        } catch (error) {
          log.error('cannot be undone', { what, reason: reasonOf(error) });
          failed.add(what);
          left.push(`could not ${what}: ${reasonOf(error)}`);
        }
      }
    });
    return left;
  }
}

/** What went wrong, in the words of who refused: the failures around it only say that something below failed. */
export function reasonOf(error: unknown): string {
  let cause = error;
  while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) && cause.cause !== undefined)
    cause = cause.cause;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The type of the failure that began it: an error's kind as `services/` classifies it, or a name of ours. */
export function failureType(error: unknown): string | undefined {
  let cause = error;
  while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) && cause.cause !== undefined)
    cause = cause.cause;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}
