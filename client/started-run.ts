/** A run that was started, or that was already there and is joined. */
export interface StartedRun<Result, Progress> {
  readonly workflowId: string;
  /** Of its first execution. */
  readonly runId: string;
  /** Settles when the run ends; a failed run rejects with Temporal's `WorkflowFailedError`. */
  result(): Promise<Result>;
  progress(): Promise<Progress>;
}
