import { setTimeout as pause } from 'node:timers/promises';

/** Pauses between two looks: quick for what takes a moment, sparing for what takes an hour. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const GROWTH = 1.5;

/**
 * Looks until there is something to give. How long that may take is the caller's to say, by `signal`: it throws the reason.
 * `longestPauseMs`: for what somebody's downtime depends on.
 */
export async function waitUntil<T>(
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
  longestPauseMs = LONGEST_PAUSE_MS,
): Promise<T> {
  for (let pauseMs = Math.min(FIRST_PAUSE_MS, longestPauseMs); ; pauseMs = Math.min(pauseMs * GROWTH, longestPauseMs)) {
    signal.throwIfAborted();
    const seen = await look();
    if (seen !== undefined) return seen;
    await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
