import { setTimeout as pause } from 'node:timers/promises';

/** A second's worth may pass at once after a rest. */
const BURST_SECONDS = 1;

/** How fast bytes may pass, of all who take from the same one together. */
export class Pace {
  readonly #bytesPerSecond: number;
  #free: number;
  #countedAt = performance.now();

  /** No limit unless told. */
  constructor(bytesPerSecond = Number.POSITIVE_INFINITY) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#free = bytesPerSecond * BURST_SECONDS;
  }

  /** Waits until so many bytes may pass; throws the signal's reason. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    const earned = ((now - this.#countedAt) / 1000) * this.#bytesPerSecond;
    this.#free = Math.min(this.#free + earned, this.#bytesPerSecond * BURST_SECONDS) - bytes;
    this.#countedAt = now;
    if (this.#free >= 0) return;
    const pauseMs = (-this.#free / this.#bytesPerSecond) * 1000;
    await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
