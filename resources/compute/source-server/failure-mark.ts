import { isApiError } from '../../../services/openstack/index.ts';
import { FAILURE_KEY, splitProperties } from '../../moving/origin.ts';
import { lookAt, novaOf, type SourceWork } from './work.ts';

/** Nova takes so many letters. */
const LONGEST_VALUE = 255;

/**
 * Says in a locked server's metadata that its move failed, where Nova takes no reasons for locks. Where it takes no metadata either (of
 * what is shelved or in ERROR, or beyond the quota), our lock is taken off: nothing deletes what is not locked.
 */
export async function markAsFailed(work: SourceWork): Promise<void> {
  const nova = novaOf(work);
  try {
    await nova.addMetadata(work.id, { [FAILURE_KEY]: markOf(work) });
  } catch (error) {
    if (!isApiError(error, 'conflict', 'over-quota')) throw error;
    await nova.unlock(work.id);
  }
}

/** The mark of this run's own move stays, when the next begins that of others goes. */
export async function takeFormerMarkAway(work: SourceWork): Promise<void> {
  await takeMarkAway(work, markOf(work));
}

/** One that Nova keeps, of what is shelved or in ERROR, harms nobody: what is marked is not deleted. */
export async function takeMarkAway(work: SourceWork, butFor?: string): Promise<void> {
  const { failure } = splitProperties((await lookAt(work)).metadata);
  if (failure === undefined || failure === butFor) return;
  try {
    await novaOf(work).removeMetadata(work.id, FAILURE_KEY);
  } catch (error) {
    if (!isApiError(error, 'conflict')) throw error;
  }
}

function markOf({ target, origin }: SourceWork): string {
  return `run ${origin.run}, to ${target}`.slice(0, LONGEST_VALUE);
}
