import pLimit, { type LimitFunction } from 'p-limit';

/** Gives its slot back; calling it again does nothing. */
export type Release = () => void;

/** The cap on concurrent requests of one cloud. A slot is held from before the connection until the body is consumed. */
export class RequestSlots {
  readonly #limit: LimitFunction;

  constructor(maxConcurrentRequests: number) {
    this.#limit = pLimit(maxConcurrentRequests);
  }

  /** Waits for a free slot; rejects with the signal's reason when aborted meanwhile. */
  acquire(signal?: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      void this.#limit(() => {
        signal?.removeEventListener('abort', abort);
        if (signal?.aborted) {
          return;
        }
        return new Promise<void>((release) => resolve(release));
      });
    });
  }
}
