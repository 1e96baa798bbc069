import { isDeepStrictEqual } from 'node:util';
import { type NovaServer, NovaServers, type PowerAction } from '../../services/openstack/index.ts';
import type { Correspondence } from '../moving/correspondence.ts';
import type { Making } from '../moving/making.ts';
import { originProperties } from '../moving/origin.ts';
import { waitUntil } from '../moving/wait-until.ts';
import type { Resource } from '../resource-type.ts';
import { BootFailed } from './boot-failed.ts';
import { restorePorts } from './boot-ports.ts';
import { launchedAtOf, stateOf, wantedServer } from './boot-server.ts';
import { goalOf, type PowerGoal } from './power-goal.ts';
import type { PowerState, ServerAttributes } from './server.ts';
import { markedTags } from './server-request.ts';

export interface Settling {
  readonly making: Making;
  readonly correspondence: Correspondence;
  /** As the source has it, stopped and locked. */
  readonly source: Resource<ServerAttributes>;
  /** As it was before that. */
  readonly former: {
    readonly vmState: string;
    readonly powerState: PowerState;
    readonly locked: boolean;
    readonly lockedReason?: string;
  };
  readonly targetId: string;
  onState(state: string): void;
}

/** Brings a booted server of the target to what the source's was. Gives when it was first ACTIVE, by the target's clock. */
export async function settleServer(settling: Settling): Promise<Date> {
  const { making, correspondence, source, former, targetId } = settling;
  const { cloud } = making.target;
  const nova = new NovaServers(cloud.compute.client);
  const wanted = await wantedServer(settling);
  const goal = goalOf(former);
  const isShelved = goal.startsWith('shelved');
  if (!isShelved) await reach(settling, nova, goal);
  const there = await cloud.compute.server(targetId);
  await settleAttributes(nova, there, wanted, making);
  if (isShelved) await reach(settling, nova, goal);
  // Not before: until it is stopped, nobody in the network is to hear of one that did not run.
  await restorePorts(making, correspondence, source);
  const isLocked = there.locked === true && (there.locked_reason ?? undefined) === former.lockedReason;
  if (former.locked && !isLocked) {
    // As a member of the project, so that its owner can unlock it.
    const member = making.inProject(there.tenant_id);
    await new NovaServers(member.compute.client).lock(targetId, former.lockedReason);
  }
  return launchedAtOf(there) ?? new Date();
}

async function settleAttributes(
  nova: NovaServers,
  there: NovaServer,
  { name, attributes }: Resource<ServerAttributes>,
  making: Making,
): Promise<void> {
  const { id } = there;
  const { description, metadata, tags, volumes } = attributes;
  const described = (await nova.knows('2.19')) && (there.description ?? '') !== description;
  const change = {
    ...(name !== '' && there.name !== name ? { name } : {}),
    ...(described ? { description: description === '' ? null : description } : {}),
  };
  if (Object.keys(change).length > 0) await nova.update(id, change);
  const marked = { ...metadata, ...originProperties(making.origin) };
  if (!isDeepStrictEqual({ ...there.metadata }, marked)) await nova.replaceMetadata(id, marked);
  if (await nova.knows('2.26')) {
    const wantedTags = markedTags(tags, making.origin);
    if (!isDeepStrictEqual([...(there.tags ?? [])].sort(), [...wantedTags].sort()))
      await nova.replaceTags(id, wantedTags);
  }
  if (!(await nova.knows('2.85'))) return;
  for (const volume of volumes) if (volume.deleteOnTermination) await nova.setDeleteOnTermination(id, volume.id, true);
}

const ACTIONS: Readonly<Record<Exclude<PowerGoal, 'active'>, PowerAction>> = {
  stopped: 'os-stop',
  paused: 'pause',
  suspended: 'suspend',
  shelved: 'shelve',
  shelved_offloaded: 'shelve',
};

/** One that was shelved for a while may be offloaded, as its cloud's settings have it. */
function isReached(goal: PowerGoal, there: NovaServer): boolean {
  const { 'OS-EXT-STS:vm_state': vmState, 'OS-EXT-STS:power_state': power } = there;
  if (goal === 'shelved') return vmState === 'shelved' || vmState === 'shelved_offloaded';
  return vmState === goal && (goal !== 'stopped' || power === SHUT_DOWN);
}

const SHUT_DOWN = 4;
const PAUSE_MS = 1_000;

async function reach({ making, targetId, onState }: Settling, nova: NovaServers, goal: PowerGoal): Promise<void> {
  const { compute } = making.target.cloud;
  let asked = 0;
  await waitUntil(
    async () => {
      const there = await compute.server(targetId);
      onState(stateOf(there));
      const { 'OS-EXT-STS:task_state': task, 'OS-EXT-STS:vm_state': vmState } = there;
      if (vmState === 'error') throw new BootFailed('boot-failed', unsettled(there, goal));
      if (task) return undefined;
      if (isReached(goal, there)) return true;
      if (goal === 'active') throw new BootFailed('boot-failed', unsettled(there, goal));
      if (vmState === 'shelved') await nova.act(targetId, 'shelveOffload');
      else if (vmState === 'active') {
        // A guest that comes back by itself would be stopped for ever.
        if (++asked > 3) throw new BootFailed('boot-failed', unsettled(there, goal));
        // What shelving writes is an image of the caller's project: an administrator's would be lent to the tenant.
        const caller = goal.startsWith('shelved') ? making.inProject(there.tenant_id) : making.target.cloud;
        await new NovaServers(caller.compute.client).act(targetId, ACTIONS[goal]);
      }
      return undefined;
    },
    making.signal,
    PAUSE_MS,
  );
}

function unsettled(there: NovaServer, goal: PowerGoal): string {
  const fault = there.fault === undefined ? '' : `: ${there.fault.message}`;
  return `server ${there.id} of the target should be ${goal} and is ${stateOf(there)}${fault}`;
}
