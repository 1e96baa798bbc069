import { type Cloud, type NovaServer, NovaServers } from '../../services/openstack/index.ts';
import { waitUntil } from '../moving/wait-until.ts';
import { unlessGone } from '../visibility.ts';
import { stateOf } from './boot-server.ts';
import type { PowerState } from './server.ts';

/** How a server was before it was moved. */
export interface ServerCondition {
  readonly vmState: string;
  readonly powerState: PowerState;
  readonly locked: boolean;
  readonly lockedReason?: string;
}

/** A server of the source that does not do what it must. */
export class SourceServerFailed extends Error {
  override readonly name = 'SourceServerFailed';
  readonly problem: 'stop-timeout' | 'source-error' | 'source-not-safe';

  constructor(problem: SourceServerFailed['problem'], message: string) {
    super(message);
    this.problem = problem;
  }
}

/** A change of a server of the source, and who looks on. */
export interface SourceServer {
  readonly cloud: Cloud;
  readonly id: string;
  readonly signal: AbortSignal;
  /** Told what the cloud says of it, at every look. */
  onState(state: string): void;
}

const PAUSE_MS = 1_000;
/** Looks in a row that must show it off: Nova tells of a guest that comes back by itself a moment later. */
const LOOKS_THAT_CONFIRM = 2;
/** Nova's `power_state` of a guest that does not run: none, shut down, crashed. */
const OFF: ReadonlySet<number> = new Set([0, 4, 6]);

const MOVABLE = ['active', 'stopped', 'paused', 'suspended', 'shelved', 'shelved_offloaded'];

/** Why a server cannot be moved as it is, with the remedy; undefined when it can. */
export function obstacleOf(server: NovaServer): string | undefined {
  const { 'OS-EXT-STS:vm_state': vmState = '', 'OS-EXT-STS:task_state': task, status, fault } = server;
  if (status === 'UNKNOWN') return 'its cell is down: nobody can tell how it is; wait until the cell is up';
  if (vmState === 'error') {
    const why = fault === undefined ? '' : ` (${fault.message})`;
    return `it is in ERROR${why}: reset its state or delete it first`;
  }
  if (vmState === 'resized') return 'its resize waits for a word: confirm or revert it first';
  if (vmState === 'rescued') return 'it is being rescued: unrescue it first';
  if (!MOVABLE.includes(vmState)) return `it is ${status}: wait until it is settled`;
  if (task) return `it is busy (${task}): wait until that ends, or reset its state`;
  return undefined;
}

/** What is locked by us says so, also to the owner who wonders. */
export function lockReason(target: string, run: string): string {
  return `pumphouse: moved to ${target}, run ${run}`;
}

export function isLockedByUs({ locked, locked_reason: reason }: NovaServer): boolean {
  return locked === true && (reason === undefined || reason === null || reason.startsWith('pumphouse: moved to '));
}

/** Locks it as an admin does, over its owner's lock. Locked by us already: nothing is done. */
export async function lockServer({ cloud, id }: SourceServer, reason: string): Promise<void> {
  const there = await cloud.compute.server(id);
  if (there.locked === true && there.locked_reason === reason) return;
  await new NovaServers(cloud.compute.client).lock(id, reason);
}

/**
 * Stops it, whatever its state, and looks until it is off by power state and busy with nothing, twice in a row: the status
 * alone says SHUTOFF of guests that are still going down. A paused or suspended guest must run for a moment to be stopped.
 */
export async function stopServer(server: SourceServer, timeoutMs: number): Promise<Date> {
  const { cloud, id, signal, onState } = server;
  const nova = new NovaServers(cloud.compute.client);
  const limit = Date.now() + timeoutMs;
  let confirmed = 0;
  let asked: string | undefined;
  return waitUntil(
    async () => {
      const there = await cloud.compute.server(id);
      const { 'OS-EXT-STS:vm_state': vmState = '', 'OS-EXT-STS:task_state': task } = there;
      onState(stateOf(there));
      if (isOff(there)) {
        confirmed += 1;
        return confirmed < LOOKS_THAT_CONFIRM ? undefined : new Date();
      }
      confirmed = 0;
      if (vmState === 'error') throw new SourceServerFailed('source-error', `server ${id} went to ERROR on its stop`);
      if (Date.now() > limit)
        throw new SourceServerFailed('stop-timeout', `server ${id} is not off in time: it is ${stateOf(there)}`);
      // Each state is left once: a guest that comes back by itself is not stopped for ever.
      if (!task && vmState !== asked) {
        asked = vmState;
        if (vmState === 'paused') await nova.act(id, 'unpause');
        else if (vmState === 'suspended') await nova.act(id, 'resume');
        else await nova.act(id, 'os-stop');
      }
      return undefined;
    },
    signal,
    PAUSE_MS,
  );
}

function isOff({
  'OS-EXT-STS:vm_state': vmState = '',
  'OS-EXT-STS:task_state': task,
  'OS-EXT-STS:power_state': power = 0,
}: NovaServer): boolean {
  if (task) return false;
  if (vmState.startsWith('shelved')) return true;
  return vmState === 'stopped' && OFF.has(power);
}

/**
 * Unlocks it and brings it back to its former state; one that is there already is left alone. What a paused or suspended guest
 * had in memory is gone since it was stopped.
 */
export async function restoreServer(server: SourceServer, former: ServerCondition): Promise<void> {
  const { cloud, id, signal, onState } = server;
  const nova = new NovaServers(cloud.compute.client);
  let asked: string | undefined;
  await waitUntil(
    async () => {
      const there = await cloud.compute.server(id);
      const { 'OS-EXT-STS:vm_state': vmState = '', 'OS-EXT-STS:task_state': task } = there;
      onState(stateOf(there));
      if (task) return undefined;
      if (isAsBefore(vmState, former)) return true;
      if (vmState === 'error') throw new SourceServerFailed('source-error', `server ${id} went to ERROR on its start`);
      if (vmState === asked) return undefined;
      asked = vmState;
      await nova.act(id, nextAction(vmState, former));
      return undefined;
    },
    signal,
    PAUSE_MS,
  );
  const there = await cloud.compute.server(id);
  if (!former.locked && there.locked === true) await nova.unlock(id);
  if (former.locked && (there.locked_reason ?? undefined) !== former.lockedReason) {
    await nova.unlock(id);
    await nova.lock(id, former.lockedReason);
  }
}

function isAsBefore(vmState: string, former: ServerCondition): boolean {
  return vmState === former.vmState || (vmState.startsWith('shelved') && former.vmState.startsWith('shelved'));
}

function nextAction(vmState: string, former: ServerCondition) {
  if (vmState === 'paused') return 'unpause';
  if (vmState === 'suspended') return 'resume';
  if (vmState === 'stopped') return 'os-start';
  if (former.vmState === 'paused') return 'pause';
  if (former.vmState === 'suspended') return 'suspend';
  return 'os-stop';
}

/** Deletes it and waits until it is gone. One that is gone already is no error. */
export async function deleteServer({ cloud, id, signal, onState }: SourceServer): Promise<void> {
  const nova = new NovaServers(cloud.compute.client);
  await waitUntil(async () => {
    const there = await unlessGone(() => cloud.compute.server(id));
    if (there === undefined) return true;
    onState(stateOf(there));
    if (there['OS-EXT-STS:task_state'] !== 'deleting') await nova.delete(id);
    return undefined;
  }, signal);
}
