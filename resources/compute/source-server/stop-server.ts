import { setTimeout as pause } from 'node:timers/promises';
import type { NovaServer } from '../../../services/openstack/index.ts';
import { waitUntil } from '../../moving/wait-until.ts';
import { SourceFailed } from './source-failed.ts';
import { isOff, lookAt, named, PAUSE_MS, type SourceWork, stateOf, tryTo } from './work.ts';

/**
 * Stops a server, whatever of the states it is in that can be moved, and gives when it was off. Nova asks the guest to shut
 * down and switches it off when it does not. Off is what is seen twice, by the power state.
 *
 * @throws {SourceFailed} `stop-timeout` when it is not off in time, `stop-failed` when it went to ERROR
 */
export async function stopServer(work: SourceWork, timeoutMs: number): Promise<Date> {
  const deadline = Date.now() + timeoutMs;
  const first = await lookAt(work);
  // Of an earlier try that was cut short: when it was changed last.
  if (isOff(first)) return confirmed(work, new Date(first.updated), deadline);
  const offAt = await waitUntil(
    async () => {
      const there = await lookAt(work);
      if (isOff(there)) return new Date();
      mayStillStop(there, deadline);
      if (!there['OS-EXT-STS:task_state']) await nextStep(work, there);
      return undefined;
    },
    work.signal,
    PAUSE_MS,
  );
  return confirmed(work, offAt, deadline);
}

async function nextStep(work: SourceWork, there: NovaServer): Promise<void> {
  switch (there['OS-EXT-STS:vm_state']) {
    case 'active':
      return tryTo(work, 'os-stop');
    case 'paused':
      return tryTo(work, 'unpause');
    case 'suspended':
      return tryTo(work, 'resume');
    default:
      // Stopped by word and not yet by its guest.
      return undefined;
  }
}

/** A look a moment later: Nova takes what its hypervisor tells late for a guest that was started from outside. */
async function confirmed(work: SourceWork, offAt: Date, deadline: number): Promise<Date> {
  await pause(PAUSE_MS, undefined, { signal: work.signal }).catch(() => work.signal.throwIfAborted());
  const there = await lookAt(work);
  if (isOff(there)) return offAt;
  return stopServer(work, Math.max(0, deadline - Date.now()));
}

function mayStillStop(there: NovaServer, deadline: number): void {
  if (there['OS-EXT-STS:vm_state'] === 'error') {
    const why = there.fault === undefined ? '' : `: ${there.fault.message}`;
    throw new SourceFailed('stop-failed', `${named(there)} went to ERROR while it was stopped${why}`);
  }
  if (Date.now() < deadline) return;
  throw new SourceFailed(
    'stop-timeout',
    `${named(there)} is not off in time, it is ${stateOf(there)}: see what holds it, or allow more with \`stop_timeout\``,
  );
}
