import type { NovaServer } from '../../../services/openstack/index.ts';
import type { Correspondence } from '../../moving/correspondence.ts';
import { waitUntil } from '../../moving/wait-until.ts';
import { unlessGone } from '../../visibility.ts';
import { type ServerAttributes, server } from '../server.ts';
import { hasFailedToMove, ourLock } from './our-lock.ts';
import { SourceFailed } from './source-failed.ts';
import { isOff, lookAt, named, novaOf, type SourceWork, stateOf } from './work.ts';

/**
 * Deletes a server of the source after a last look, and waits until it is gone. Ports that Nova made for it go with it; so do volumes that
 * were to be deleted with it. Our lock stays to the end: admins may delete what is locked, and a second try sees it again.
 *
 * @throws {SourceFailed} `source-not-safe` unless it is off, locked by us, and its copy is there
 */
export async function deleteSource(work: SourceWork, correspondence: Correspondence): Promise<void> {
  const first = await present(work);
  if (first === undefined) return;
  const why = await notSafe(work, correspondence, first);
  if (why !== undefined) throw new SourceFailed('source-not-safe', `${named(first)} is not deleted: ${why}`);
  let asked = 0;
  await waitUntil(async () => {
    const there = await present(work);
    if (there === undefined) return true;
    if (isBeingDeleted(there)) return undefined;
    // A deletion that failed on its host leaves it as it was.
    if (++asked > MOST_TRIES) throw new SourceFailed('delete-failed', `${named(there)} stays ${stateOf(there)}`, true);
    await novaOf(work).delete(work.id);
    return undefined;
  }, work.signal);
}

const MOST_TRIES = 5;

/** One that the cloud keeps for a while after its deletion is gone as well. */
async function present(work: SourceWork): Promise<NovaServer | undefined> {
  const there = await unlessGone(() => lookAt(work));
  return there?.['OS-EXT-STS:vm_state'] === 'soft-delete' ? undefined : there;
}

/** Nova shows it as DELETED for a moment before it is gone. */
function isBeingDeleted(there: NovaServer): boolean {
  const { 'OS-EXT-STS:task_state': task, 'OS-EXT-STS:vm_state': vmState } = there;
  return vmState === 'deleted' || /^(soft-)?deleting$/.test(task ?? '');
}

async function notSafe(
  work: SourceWork,
  correspondence: Correspondence,
  there: NovaServer,
): Promise<string | undefined> {
  const { source, id, target } = work;
  if (!isOff(there) && !isBeingDeleted(there)) return `it is not off, it is ${stateOf(there)}`;
  const resource = await server.get(source, id);
  const hasReasons = await novaOf(work).knows('2.73');
  if (hasReasons ? ourLock(resource.attributes)?.target !== target : !resource.attributes.locked)
    return `it is not locked with our reason: somebody has used it since it was moved to ${target}`;
  if (hasFailedToMove(resource.attributes)) return `its move to ${target} failed and could not be undone: roll it back`;
  const copy = await correspondence.match(resource);
  if (copy?.how !== 'made') return `${target} has no server that carries its mark`;
  const { status, vmState, taskState } = copy.resource.attributes as ServerAttributes;
  const isGoing = /^(deleted|soft-delete)$/.test(vmState) || /deleting$/.test(taskState ?? '');
  if (isGoing || vmState === 'error' || vmState === 'building') return `its copy ${copy.id} in ${target} is ${status}`;
  return undefined;
}
