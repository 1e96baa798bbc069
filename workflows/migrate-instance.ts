import { ApplicationFailure } from '@temporalio/workflow';
import type { FormerAddress } from '../activities/address-activities.ts';
import type { ResourceRequest } from '../activities/move-request.ts';
import type { FidelityReport } from '../activities/resource-activities.ts';
import type { ServerFacts } from '../activities/server-activities.ts';
import type { ServerPolicy } from '../planning/policy.ts';
import { Compensations } from './compensations.ts';
import { copyRootDisk, copyVolume } from './disk-copies.ts';
import { endWith, type InstanceSteps, REMOVE_COPY, stepsOf } from './instance-steps.ts';
import { cuttingOver, making, ofCopy, ofDisk, takingBack } from './move-activities.ts';
import type { InstanceOutcome } from './run-report.ts';
import { copyTimeMs, diskTimeMs } from './time-limits.ts';

export interface MigrateInstanceRequest {
  readonly source: string;
  readonly target: string;
  /** Mark of the run. */
  readonly run: string;
  /** In the source. */
  readonly id: string;
  readonly name: string;
  readonly policy: Pick<ServerPolicy, 'strategy' | 'stopTimeoutMs'>;
  readonly dataTaskQueue: string;
}

export interface MigratedInstance extends InstanceOutcome {
  readonly targetId: string;
  readonly fidelity: FidelityReport;
  /** Those that it has taken along. */
  readonly volumes: readonly MovedVolume[];
  readonly notes: readonly string[];
}

export interface MovedVolume {
  /** In the source. */
  readonly id: string;
  readonly name: string;
  readonly fidelity: FidelityReport;
}

/** Attributes without which an instance is not what its owner had: where one differs, the move is taken back. */
const ESSENTIAL: ReadonlySet<string> = new Set([
  ...['vmState', 'powerState', 'flavor', 'interfaces', 'floatingIpIds', 'volumes'],
  ...['keyName', 'metadata', 'userData', 'configDrive'],
]);

const SHELVED_AGAIN =
  'it is shelved in the target too, where Nova wrote its disk to one more image of its tenant, named after it with "-shelved"';

/**
 * Moves one instance. Its ports and addresses are reserved in the target before it stops, so that it is down only from its
 * stop to the boot of its copy. The source's instance stays, stopped and locked. Whatever fails before the end is undone:
 * the copy removed, the addresses back, the instance as it was.
 */
export async function migrateInstance(request: MigrateInstanceRequest): Promise<MigratedInstance> {
  const steps = stepsOf(request);
  const undo = new Compensations();
  try {
    const facts = await lookAt(steps);
    const strategy = facts.imageId === undefined ? 'volume' : request.policy.strategy;
    const imageId = strategy === 'image' ? await imageInTarget(steps, facts) : undefined;
    await reserveAddresses(steps, facts, undo);

    const offAt = await stopAndLock(steps, facts, undo);
    const disk = strategy === 'snapshot' ? await copyRootDisk(steps, facts, undo) : undefined;
    const copied = await moveVolumes(steps, facts, undo);
    const addresses = await releaseAddresses(steps, facts, undo);
    const booted = await boot(steps, facts, disk?.targetImageId ?? imageId, undo);
    await moveAddresses(steps, addresses, undo);
    await settle(steps, facts, booted.targetId);
    // One whose root is a volume is shelved without an image.
    if (strategy !== 'volume' && facts.former.vmState.startsWith('shelved')) steps.notes.push(SHELVED_AGAIN);
    const fidelity = await verify(steps);
    const volumes = await verifyVolumes(steps, copied);

    if (disk !== undefined) await steps.cleanUp(disk);
    return endWith(steps, {
      targetId: booted.targetId,
      strategy,
      copiedBytes: copied.reduce((sum, { sizeBytes }) => sum + sizeBytes, disk?.sizeBytes ?? 0),
      ...(facts.former.vmState === 'active'
        ? { downtimeMs: Math.max(0, Date.parse(booted.activeAt) - Date.parse(offAt)) }
        : {}),
      fidelity,
      volumes,
      notes: [...booted.notes, ...steps.notes],
    });
  } catch (error) {
    throw await steps.fail(error, undo);
  }
}

async function lookAt({ server, begin }: InstanceSteps): Promise<ServerFacts> {
  const facts = await cuttingOver.inspectServer.executeWithOptions(begin('look at it'), [server]);
  if (facts.obstacle !== undefined) throw ApplicationFailure.nonRetryable(facts.obstacle, 'obstacle');
  return facts;
}

/** The image that it was booted from, which was copied before: nothing is sent again. */
async function imageInTarget({ move, begin, request }: InstanceSteps, { imageId: id }: ServerFacts): Promise<string> {
  const copying = ofCopy(copyTimeMs(0), request.dataTaskQueue);
  const image = { ...move, type: 'image', id: id ?? '' } as const;
  return (await copying.copyImage.executeWithOptions(begin('look for its image in the target'), [image])).targetId;
}

/** The same MAC and IP addresses, and floating IPs that lead nowhere yet. */
async function reserveAddresses(
  { move, begin }: InstanceSteps,
  facts: ServerFacts,
  undo: Compensations,
): Promise<void> {
  const wanted = [
    ...facts.portIds.map((id) => ({ type: 'port', id }) as const),
    ...facts.floatingIpIds.map((id) => ({ type: 'floating-ip', id }) as const),
  ];
  for (const ref of wanted) {
    const what = { ...move, ...ref };
    const { targetId, made } = await making.makeResource.executeWithOptions(begin(`reserve ${ref.type} ${ref.id}`), [
      what,
    ]);
    if (!made) continue;
    const summary = `remove ${ref.type} ${targetId} of the target`;
    const remove = () => takingBack.removeResource.executeWithOptions({ summary }, [{ ...what, targetId }]);
    undo.add(summary, remove, REMOVE_COPY);
  }
}

/** From here on it is down. It is locked first, so that its owner does not start it again meanwhile. */
async function stopAndLock(
  { server, begin, request }: InstanceSteps,
  facts: ServerFacts,
  undo: Compensations,
): Promise<string> {
  const { former } = facts;
  const summary = 'bring the source instance back as it was';
  const restore = () => takingBack.restoreServer.executeWithOptions({ summary }, [{ ...server, former }]);
  undo.add(summary, restore, REMOVE_COPY);
  await cuttingOver.lockServer.executeWithOptions(begin('lock it in the source'), [server]);
  const { stopTimeoutMs } = request.policy;
  const stopping = ofDisk(diskTimeMs(0) + stopTimeoutMs);
  const stop = { ...server, former, stopTimeoutMs };
  return (await stopping.stopServer.executeWithOptions(begin('stop it in the source'), [stop])).offAt;
}

type MovingVolume = Omit<MovedVolume, 'fidelity'> & { readonly sizeBytes: number };

async function moveVolumes(
  steps: InstanceSteps,
  facts: ServerFacts,
  undo: Compensations,
): Promise<readonly MovingVolume[]> {
  const { move, begin, request } = steps;
  const moved: MovingVolume[] = [];
  // One after the other: each is copied at the speed of the storage, and the order of a failure is clear.
  for (const id of facts.volumeIds) {
    const volume = { ...move, type: 'volume', id } as const;
    const { name, sizeBytes } = await copyVolume({ volume, begin, dataTaskQueue: request.dataTaskQueue }, undo);
    moved.push({ id, name, sizeBytes });
  }
  return moved;
}

function takeBack(addressId: string): string {
  return `take address ${addressId} from the target`;
}

type LedAddress = ResourceRequest & { readonly type: 'floating-ip'; readonly former: FormerAddress };

/** The same address never answers in both clouds. */
async function releaseAddresses(
  { move, begin }: InstanceSteps,
  { floatingIpIds }: ServerFacts,
  undo: Compensations,
): Promise<readonly LedAddress[]> {
  const led: LedAddress[] = [];
  for (const id of floatingIpIds) {
    const address = { ...move, type: 'floating-ip', id } as const;
    const look = begin(`look where address ${id} leads`);
    const former = await cuttingOver.inspectAddress.executeWithOptions(look, [address]);
    led.push({ ...address, former });
    const summary = `lead address ${id} of the source back`;
    undo.add(
      summary,
      () => takingBack.attachSourceAddress.executeWithOptions({ summary }, [{ ...address, former }]),
      takeBack(id),
    );
    await cuttingOver.detachSourceAddress.executeWithOptions(begin(`take address ${id} from the source`), [address]);
  }
  return led;
}

async function boot(
  { server, begin }: InstanceSteps,
  { rootDiskGib, former }: ServerFacts,
  imageId: string | undefined,
  undo: Compensations,
) {
  const summary = REMOVE_COPY;
  undo.add(summary, () => takingBack.removeServer.executeWithOptions({ summary }, [server]));
  const booting = ofDisk(diskTimeMs(rootDiskGib));
  const request = { ...server, former, ...(imageId === undefined ? {} : { imageId }) };
  return booting.bootServer.executeWithOptions(begin('boot it in the target'), [request]);
}

async function moveAddresses(
  { begin }: InstanceSteps,
  addresses: readonly LedAddress[],
  undo: Compensations,
): Promise<void> {
  for (const address of addresses) {
    const summary = takeBack(address.id);
    undo.add(summary, () => takingBack.detachTargetAddress.executeWithOptions({ summary }, [address]));
    const lead = begin(`lead address ${address.id} to the target`);
    await cuttingOver.attachTargetAddress.executeWithOptions(lead, [address]);
  }
}

async function settle(
  { server, begin }: InstanceSteps,
  { former, rootDiskGib }: ServerFacts,
  targetId: string,
): Promise<void> {
  // Shelving writes the disk.
  const settling = ofDisk(diskTimeMs(rootDiskGib));
  const request = { ...server, targetId, former };
  await settling.settleServer.executeWithOptions(begin('give it its former state'), [request]);
}

async function verify({ server, begin }: InstanceSteps): Promise<FidelityReport> {
  const request = { ...server, withConditions: true } as const;
  const fidelity = await cuttingOver.verifyResource.executeWithOptions(begin('verify it'), [request]);
  const wrong = [...fidelity.changed, ...fidelity.lost].filter(({ attribute }) => ESSENTIAL.has(attribute));
  if (wrong.length === 0) return fidelity;
  const what = wrong.map(({ attribute, why }) => `${attribute} (${why})`).join(', ');
  throw ApplicationFailure.nonRetryable(`the copy is not as it should be: ${what}`, 'not-as-wanted', fidelity);
}

/** Attribute by attribute, once they are attached: what differs is told, and is no reason to take the instance back. */
async function verifyVolumes(
  { move, begin }: InstanceSteps,
  moved: readonly MovingVolume[],
): Promise<readonly MovedVolume[]> {
  const verified: MovedVolume[] = [];
  for (const { id, name } of moved) {
    const request = { ...move, type: 'volume', id } as const;
    const summary = begin(`verify volume ${name || id}`);
    verified.push({ id, name, fidelity: await cuttingOver.verifyResource.executeWithOptions(summary, [request]) });
  }
  return verified;
}
