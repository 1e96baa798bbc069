/** What a run without a worker comes to. */
export const NO_WORKER =
  'no worker answers: the run waits for one (start it with pump-worker, or all on this machine with pump-dev)';
