import type { CallObserver, ObservedCall, ObservedOutcome } from './observer.ts';

/** One call in the table of `--timing`. */
export interface CallTiming {
  readonly cloud: string;
  readonly service: string;
  readonly method: string;
  /** Path and query of the URL. */
  readonly path: string;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly durationMs: number;
  readonly sizeBytes: number;
}

/** `--timing`: keeps what each call took, in the order in which they ended. */
export class TimingRecorder implements CallObserver {
  readonly #timings: CallTiming[] = [];

  finished(call: ObservedCall, outcome: ObservedOutcome): void {
    const url = new URL(call.url);
    this.#timings.push({
      cloud: call.cloud,
      service: call.service,
      method: call.method,
      path: url.pathname + url.search,
      status: outcome.status,
      durationMs: outcome.durationMs,
      sizeBytes: outcome.sizeBytes,
    });
  }

  timings(): readonly CallTiming[] {
    return this.#timings;
  }
}
