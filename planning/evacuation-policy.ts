/** How a host is emptied, with nothing left open. */
export interface EvacuationPolicy {
  /** In which order an instance that runs is tried. */
  readonly ways: readonly ('live' | 'cold')[];
  /** How disks go with an instance that runs. */
  readonly storage: 'auto' | 'shared' | 'block';
  /** Instances under way at once. */
  readonly concurrency: number;
  /** To one host at once: see {@link atOnce}. */
  readonly perHost: number;
  /** After so long a live migration counts as one that does not converge. */
  readonly convergeTimeoutMs: number;
  readonly onSlow: 'force-complete' | 'abort' | 'wait';
  /** Nova moves no instance that is suspended: it stays, or is resumed, moved and suspended again. */
  readonly suspended: 'leave' | 'resume';
  /** Of a host that is down: instances are built anew elsewhere, or stay. */
  readonly hostDown: 'leave' | 'rebuild';
  /** After a failure: the others go on, or nothing new is begun and the host is enabled again. */
  readonly onError: 'continue' | 'compensate';
}

/** What loses nothing unless told: a guest's memory, a disk that nobody else has. */
export const EVACUATION_DEFAULTS: EvacuationPolicy = {
  ways: ['live', 'cold'],
  storage: 'auto',
  concurrency: 4,
  perHost: 2,
  convergeTimeoutMs: 15 * 60_000,
  onSlow: 'force-complete',
  suspended: 'leave',
  hostDown: 'leave',
  onError: 'continue',
};

/** The policy of a run: what the configuration says, and the defaults for the rest. */
export function evacuationPolicy(given: Partial<EvacuationPolicy>): EvacuationPolicy {
  return { ...EVACUATION_DEFAULTS, ...given };
}

/**
 * How many may be under way at once. Where a host is named it is the only target, and the limit holds for it; where the scheduler chooses
 * nobody knows before whom it takes: then as many as the hosts that could take them may have together.
 */
export function atOnce({ concurrency, perHost }: EvacuationPolicy, targets: number): number {
  return Math.min(concurrency, perHost * Math.max(1, targets));
}
