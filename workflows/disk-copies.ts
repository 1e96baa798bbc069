import type { ServerFacts } from '../activities/server-activities.ts';
import type { Compensations } from './compensations.ts';
import { type InstanceSteps, REMOVE_COPY } from './instance-steps.ts';
import { making, ofCopy, ofDisk, takingBack } from './move-activities.ts';
import { copyTimeMs, diskTimeMs } from './time-limits.ts';

const GIB = 1024 ** 3;

export interface DiskCopy {
  /** In the source: to be removed when all is well. */
  readonly imageId: string;
  readonly targetImageId: string;
  readonly sizeBytes: number;
}

/** A stopped instance's root disk: an image of it in the source, copied to the target, where it stays: the copy is built on it. */
export async function copyRootDisk(
  { server, move, begin, request }: InstanceSteps,
  { rootDiskGib, projectId }: ServerFacts,
  undo: Compensations,
): Promise<DiskCopy> {
  const summary = 'remove the image of its disk';
  // A storage that clones keeps the image as long as there is a disk made of it.
  undo.add(summary, () => takingBack.removeTransferImages.executeWithOptions({ summary }, [server]), REMOVE_COPY);
  const taking = ofDisk(diskTimeMs(rootDiskGib));
  const image = await taking.snapshotServer.executeWithOptions(begin('take an image of its disk'), [server]);
  const copying = ofCopy(copyTimeMs(image.sizeBytes), request.dataTaskQueue);
  const copy = { ...move, ...image, projectId, name: `disk of ${request.name}` };
  const { targetImageId } = await copying.copyTransferImage.executeWithOptions(
    begin(`copy its disk, ${mib(image.sizeBytes)}`),
    [copy],
  );
  return { ...image, targetImageId };
}

export interface VolumeCopy {
  readonly volume: {
    readonly source: string;
    readonly target: string;
    readonly run: string;
    readonly type: 'volume';
    readonly id: string;
  };
  /** Notes that a step begins, and gives its summary. */
  begin(step: string): { readonly summary: string };
  readonly dataTaskQueue: string;
}

export interface CopiedVolume {
  readonly name: string;
  readonly targetId: string;
  readonly made: boolean;
  readonly sizeBytes: number;
}

/** A volume: to an image by Cinder, to the other cloud, and to a volume again. The images on both sides are removed. */
export async function copyVolume(
  { volume, begin, dataTaskQueue }: VolumeCopy,
  undo: Compensations,
): Promise<CopiedVolume> {
  const facts = await making.inspectVolume.executeWithOptions(begin(`look at volume ${volume.id}`), [volume]);
  const what = facts.name === '' ? `volume ${volume.id}` : `volume ${facts.name}`;
  const working = ofDisk(diskTimeMs(facts.sizeGib));
  const removeImages = { summary: `remove the images of ${what}` };
  const removeVolume = { summary: `remove ${what} of the target` };
  const remove = () => takingBack.removeResource.executeWithOptions(removeVolume, [volume]);
  // What it is attached to has it as long as it is there.
  undo.add(removeVolume.summary, remove, REMOVE_COPY);
  undo.add(removeImages.summary, () => takingBack.removeTransferImages.executeWithOptions(removeImages, [volume]));

  const image = await working.uploadVolume.executeWithOptions(begin(`write ${what} to an image`), [volume]);
  const copying = ofCopy(copyTimeMs(image.sizeBytes), dataTaskQueue);
  const copy = { ...volume, ...image, projectId: facts.projectId, name: `volume ${facts.name || volume.id}` };
  const { targetImageId } = await copying.copyTransferImage.executeWithOptions(
    begin(`copy ${what}, ${mib(image.sizeBytes)}`),
    [copy],
  );
  const made = await working.makeVolume.executeWithOptions(begin(`make ${what} of the copy`), [
    { ...volume, targetImageId },
  ]);
  const images = { ...volume, imageId: image.imageId, targetImageId };
  await working.removeTransferImages.executeWithOptions(begin(removeImages.summary), [images]);
  return { ...made, name: facts.name, sizeBytes: facts.sizeGib * GIB };
}

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`;
}
