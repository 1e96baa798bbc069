import { setTimeout as pause } from 'node:timers/promises';

/** A second's worth may pass at once after a rest. */
const BURST_SECONDS = 1;

export interface PaceClock {
  /** Milliseconds. */
  readonly now: () => number;
  /** Rejects when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const REAL: PaceClock = {
  now: () => performance.now(),
  wait: (ms, signal) => pause(ms, undefined, { signal }),
};

/** How fast bytes may pass, of all who take from the same one together. */
export class Pace {
  readonly #bytesPerSecond: number;
  readonly #clock: PaceClock;
  #free: number;
  #countedAt: number;

  /** No limit unless told. */
  constructor(bytesPerSecond = Number.POSITIVE_INFINITY, clock = REAL) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#free = bytesPerSecond * BURST_SECONDS;
    this.#countedAt = clock.now();
  }

  /** Waits until so many bytes may pass; throws the signal's reason. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === Number.POSITIVE_INFINITY) return;
    const now = this.#clock.now();
    const earned = ((now - this.#countedAt) / 1000) * this.#bytesPerSecond;
    this.#free = Math.min(this.#free + earned, this.#bytesPerSecond * BURST_SECONDS) - bytes;
    this.#countedAt = now;
    if (this.#free >= 0) return;
    const waitMs = (-this.#free / this.#bytesPerSecond) * 1000;
    await this.#clock.wait(waitMs, signal).catch(() => signal.throwIfAborted());
  }
}
