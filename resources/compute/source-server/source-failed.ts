/** Why a server of the source is not as it was asked to be. */
export type SourceProblem =
  | 'stop-timeout'
  | 'stop-failed'
  | 'snapshot-failed'
  | 'restore-failed'
  | 'source-not-safe'
  | 'delete-failed';

export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
  readonly problem: SourceProblem;
  /** It may go well the next time. */
  readonly isPassing: boolean;

  constructor(problem: SourceProblem, message: string, isPassing = false) {
    super(message);
    this.problem = problem;
    this.isPassing = isPassing;
  }
}
