import { unlessGone } from '../../visibility.ts';
import { server } from '../server.ts';
import { markAsFailed, takeFormerMarkAway } from './failure-mark.ts';
import { formerOf, ourLock, ourReason } from './our-lock.ts';
import { novaOf, type SourceWork } from './work.ts';

/**
 * Locks a server of the source as an admin, so that its owner can neither start nor delete it. Somebody else's lock is replaced by
 * ours; what it was is in our reason. Locked by this run already is done.
 */
export async function lockServer(work: SourceWork): Promise<void> {
  const { attributes } = await server.get(work.source, work.id);
  const { target, origin } = work;
  const lock = ourLock(attributes);
  if (lock?.run === origin.run && lock.target === target) return;
  await takeFormerMarkAway(work);
  const nova = novaOf(work);
  const hasReasons = await nova.knows('2.73');
  if (!hasReasons && attributes.locked) return;
  await nova.lock(work.id, ourReason({ target, run: origin.run, former: formerOf(attributes) }));
}

/**
 * Says in our lock, or on the server itself where Nova is too old, that the move failed and could not be undone, for whoever comes to
 * delete it. One that this run has not locked, or has unlocked again, is left as it is.
 */
export async function lockAsFailed(work: SourceWork): Promise<void> {
  const there = await unlessGone(() => server.get(work.source, work.id));
  if (there === undefined || !there.attributes.locked) return;
  if (!(await novaOf(work).knows('2.73'))) return markAsFailed(work);
  const lock = ourLock(there.attributes);
  if (lock === undefined || lock.run !== work.origin.run || lock.isFailed === true) return;
  await novaOf(work).lock(work.id, ourReason({ ...lock, isFailed: true }));
}
