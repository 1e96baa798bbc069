/** Why something could not be done to a run. */
export type RunProblem =
  | 'unknown'
  | 'ambiguous'
  /** It has ended: nothing can be told it any more. */
  | 'ended'
  /** It waits at another gate, or at none. */
  | 'wrong-gate'
  /** The question needs a worker, and none answers. */
  | 'no-worker'
  /** It is a run of another kind. */
  | 'other-kind';

/** What a caller asked of a run and cannot have; the message says what and what to do, one line. */
export class RunError extends Error {
  override readonly name = 'RunError';
  readonly problem: RunProblem;
  /** Ids of the runs that could be meant. */
  readonly candidates: readonly string[];

  constructor(problem: RunProblem, message: string, options: ErrorOptions & { candidates?: readonly string[] } = {}) {
    super(message, options);
    this.problem = problem;
    this.candidates = options.candidates ?? [];
  }
}
