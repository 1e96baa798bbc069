import { isApiError, type NovaServer, NovaServers, type PowerAction } from '../../../services/openstack/index.ts';
import { waitUntil } from '../../moving/wait-until.ts';
import { goalOf, type PowerGoal } from '../power-goal.ts';
import { takeMarkAway } from './failure-mark.ts';
import type { Former } from './our-lock.ts';
import { SourceFailed } from './source-failed.ts';
import { lookAt, named, novaOf, PAUSE_MS, type SourceWork, stateOf, tryTo } from './work.ts';

/** A guest that falls back by itself is not brought up for ever. */
const MOST_STEPS = 6;

/**
 * Brings a server of the source back to its former state, then gives it its former lock: until then ours tells what it was, and that its
 * move failed if it did.
 *
 * @throws {SourceFailed} `restore-failed`, which may pass
 */
export async function restoreServer(work: SourceWork, former: Former): Promise<void> {
  const goal = goalOf(former);
  let steps = 0;
  await waitUntil(
    async () => {
      const there = await lookAt(work);
      if (isReached(goal, there)) return true;
      if (there['OS-EXT-STS:task_state']) return undefined;
      const next = nextStep(goal, there);
      if (next === undefined || ++steps > MOST_STEPS) throw failed(there, goal);
      await tryTo(work, next);
      return undefined;
    },
    work.signal,
    PAUSE_MS,
  );
  await takeMarkAway(work);
  await restoreLock(work, former);
}

function isReached(goal: PowerGoal, there: NovaServer): boolean {
  if (there['OS-EXT-STS:task_state']) return false;
  const vmState = there['OS-EXT-STS:vm_state'];
  // Stopping leaves a shelved server as it is; a cloud offloads one after a while.
  if (goal === 'shelved' || goal === 'shelved_offloaded')
    return vmState === 'shelved' || vmState === 'shelved_offloaded';
  return vmState === goal;
}

/** Undefined from where no way leads there that a person would not have to choose. */
function nextStep(goal: PowerGoal, there: NovaServer): PowerAction | undefined {
  const vmState = there['OS-EXT-STS:vm_state'];
  if (goal.startsWith('shelved')) return undefined;
  if (vmState === 'stopped') return 'os-start';
  if (vmState === 'paused') return 'unpause';
  if (vmState === 'suspended') return 'resume';
  if (vmState !== 'active') return undefined;
  switch (goal) {
    case 'stopped':
      return 'os-stop';
    case 'paused':
      return 'pause';
    case 'suspended':
      return 'suspend';
    default:
      return undefined;
  }
}

async function restoreLock(work: SourceWork, { locked, lockedReason }: Former): Promise<void> {
  const { id } = work;
  const there = await lookAt(work);
  const isLocked = there.locked === true;
  const hasReason = (there.locked_reason ?? undefined) === lockedReason;
  if (isLocked === locked && (!locked || hasReason)) return;
  // A lock over ours would keep our reason.
  if (isLocked) await novaOf(work).unlock(id);
  if (!locked) return;
  try {
    // As a member of the project, so that its owner can unlock it; Nova does not tell whether an admin had locked it.
    await new NovaServers(work.inProject(there.tenant_id).compute.client).lock(id, lockedReason);
  } catch (error) {
    if (!isApiError(error, 'forbidden', 'authentication')) throw error;
    await novaOf(work).lock(id, lockedReason);
  }
}

function failed(there: NovaServer, goal: PowerGoal): SourceFailed {
  const fault = there.fault === undefined ? '' : ` (${there.fault.message})`;
  const what = `${named(there)} was ${goal} and is ${stateOf(there)}${fault}`;
  return new SourceFailed(
    'restore-failed',
    `${what}: it cannot be brought back to it; bring it to SHUTOFF or ACTIVE`,
    true,
  );
}
