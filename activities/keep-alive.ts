import { cancelled, heartbeat } from '@temporalio/activity';

export const HEARTBEAT_INTERVAL_MS = 15_000;

/**
 * Runs `work` with a heartbeat as a clock gives it, and ends at once when the activity is cancelled. For reading only: a
 * call under way is left to end unseen. A hung call is not hidden by this: each has its own time-outs in the session.
 * `progress` is shown as the activity's last heartbeat.
 */
export async function keptAlive<T>(progress: () => unknown, work: () => Promise<T>): Promise<T> {
  heartbeat(progress());
  const clock = setInterval(() => heartbeat(progress()), HEARTBEAT_INTERVAL_MS);
  try {
    return await Promise.race([work(), cancelled()]);
  } finally {
    clearInterval(clock);
  }
}

/**
 * The same for changes: a change under way is brought to its end also when the activity is cancelled, so that what is undone
 * after it is known. Long waits within look at the activity's cancellation signal themselves.
 * `first`: workers send a heartbeat at once only when there was none for a while. `none` keeps the first one for what `work` has to tell.
 */
export async function carriedThrough<T>(
  progress: () => unknown,
  work: () => Promise<T>,
  intervalMs = HEARTBEAT_INTERVAL_MS,
  first: 'at once' | 'none' = 'at once',
): Promise<T> {
  if (first === 'at once') heartbeat(progress());
  const clock = setInterval(() => heartbeat(progress()), intervalMs);
  try {
    return await work();
  } finally {
    clearInterval(clock);
  }
}
