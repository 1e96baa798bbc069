interface Ended {
  readonly outcome: string;
  readonly gates: readonly { readonly gate: string; readonly verdict: string }[];
}

/** Whether a run ended at its gate `plan`, before anything was begun: after any other gate there was something to undo. */
export function isRejectedPlan({ outcome, gates }: Ended): boolean {
  return outcome === 'compensated' && gates.every(({ gate }) => gate === 'plan') && gates.at(-1)?.verdict === 'reject';
}
