import { ApplicationFailure } from '@temporalio/common';
import { type PowerState, server } from '../resources/compute/server.ts';
import { marked, transferImagesOf, transferName } from '../resources/image/transfer-image.ts';
import { originProperties } from '../resources/moving/origin.ts';
import { waitUntil } from '../resources/moving/wait-until.ts';
import type { Resource } from '../resources/resource-type.ts';
import { unlessGone } from '../resources/visibility.ts';
import { volumesOf } from '../resources/volume/transfer-volume.ts';
import { type VolumeAttributes, volume } from '../resources/volume/volume.ts';
import { type Cloud, isApiError } from '../services/openstack/index.ts';
import type { TransferImage } from './image-activities.ts';
import type { Waiting } from './made-volume.ts';
import type { Move } from './open-moves.ts';
import type { VolumeFacts, VolumeRequest } from './volume-activities.ts';

type Volume = Resource<VolumeAttributes>;

const OFF: ReadonlySet<PowerState> = new Set(['shutdown', 'crashed', 'none']);

export function volumeFacts(source: Volume): VolumeFacts {
  const { id, name, projectId = '', attributes } = source;
  const { sizeGib, bootable, status, attachments } = attributes;
  const why = obstacle(source);
  return {
    ...{ id, name, projectId, sizeGib, bootable, status },
    serverIds: attachments.map(({ serverId }) => serverId),
    ...(why === undefined ? {} : { obstacle: why }),
  };
}

/** An image of the volume in its project, active and marked. */
export async function uploadedVolume(move: Move, request: VolumeRequest, waiting: Waiting): Promise<TransferImage> {
  const source = await volume.get(move.source, request.id);
  const why = obstacle(source);
  if (why !== undefined) throw ApplicationFailure.nonRetryable(why, 'obstacle');
  const making = move.making(source.id);
  const { image } = move.source.cloud;
  const imageId = (await earlierUpload(move, source)) ?? (await begun(move, source, waiting));
  const body = await waitUntil(async () => {
    const found = await unlessGone(() => image.image(imageId));
    waiting.seen(found?.status ?? 'gone');
    if (found === undefined || found.status === 'killed') throw await failed(move, source);
    return found.status === 'active' ? found : undefined;
  }, waiting.signal);
  await marked(move.source, body, making.origin);
  await waitUntil(async () => {
    const { status } = await move.source.cloud.volume.volume(source.id);
    return status === 'uploading' ? undefined : status;
  }, waiting.signal);
  const there = { ...making, target: move.source };
  for (const { id } of await volumesOf(move.source, making.origin)) await volume.moving?.remove?.(there, id);
  return { imageId, sizeBytes: body.size ?? 0 };
}

/** The image of an earlier try, whether it came to be marked or not. */
async function earlierUpload({ source, making }: Move, { id, projectId }: Volume): Promise<string | undefined> {
  const { origin } = making(id);
  const [known] = await transferImagesOf(source, origin);
  if (known !== undefined) return known.id;
  const filter = { name: transferName(origin), ...(projectId === undefined ? {} : { projectId }) };
  for await (const page of source.cloud.image.images(filter)) {
    const [first] = page;
    if (first !== undefined) return first.id;
  }
  return undefined;
}

/** Has Cinder begin; gives the image's id. */
async function begun(move: Move, source: Volume, waiting: Waiting): Promise<string> {
  const { status } = source.attributes;
  const name = transferName(move.making(source.id).origin);
  const cloud = projectCloud(move, source);
  if (status === 'available') return cloud.volume.uploadToImage(source.id, { name, force: false });
  if (status !== 'in-use') throw ApplicationFailure.retryable(`volume ${named(source)} is ${status}`, 'busy');
  await mustBeOff(move, source);
  try {
    return await cloud.volume.uploadToImage(source.id, { name, force: true });
  } catch (error) {
    // As Cinder is installed it never uploads what is attached.
    if (!isApiError(error, 'invalid')) throw error;
    return cloud.volume.uploadToImage(await twin(move, source, waiting), { name, force: false });
  }
}

/** A copy of an attached volume within the source, for as long as the upload takes. */
async function twin(move: Move, source: Volume, { seen, signal }: Waiting): Promise<string> {
  const making = move.making(source.id);
  const { origin } = making;
  const [earlier] = await volumesOf(move.source, origin);
  const { id } =
    earlier ??
    (await projectCloud(move, source).volume.create({
      name: transferName(origin),
      size: source.attributes.sizeGib,
      metadata: originProperties(origin),
      source_volid: source.id,
    }));
  const status = await waitUntil(async () => {
    const now = (await move.source.cloud.volume.volume(id)).status;
    seen(`copy ${now}`);
    return /^(available|error.*)$/.test(now) ? now : undefined;
  }, signal);
  if (status === 'available') return id;
  const why = (await projectCloud(move, source).volume.lastMessage(id)) ?? "Cinder's log of that minute says why";
  await volume.moving?.remove?.({ ...making, target: move.source }, id);
  throw ApplicationFailure.retryable(
    `volume ${named(source)}: its copy in the source is ${status}: ${why}`,
    'volume-error',
  );
}

/** What a running server writes while its volume is copied would be lost, or worse, half there. */
async function mustBeOff(move: Move, source: Volume): Promise<void> {
  for (const { serverId } of source.attributes.attachments) {
    const holder = await unlessGone(() => server.get(move.source, serverId));
    if (holder === undefined || OFF.has(holder.attributes.powerState)) continue;
    const what = `volume ${named(source)} is in use by server ${holder.name} (${serverId}), which is not off`;
    throw ApplicationFailure.nonRetryable(`${what}: stop it first`, 'volume-in-use');
  }
}

function obstacle(source: Volume): string | undefined {
  const { encrypted, status } = source.attributes;
  if (encrypted)
    return `volume ${named(source)} is encrypted: its key is in the source's key manager, and its bytes mean nothing without; copy what is on it from within a server`;
  if (/^(error|maintenance|managing)/.test(status))
    return `volume ${named(source)} is ${status}: bring it to available first`;
  return undefined;
}

async function failed(move: Move, source: Volume): Promise<ApplicationFailure> {
  const why =
    (await projectCloud(move, source).volume.lastMessage(source.id)) ?? "Cinder's log of that minute says why";
  return ApplicationFailure.retryable(
    `volume ${named(source)} could not be written to an image: ${why}`,
    'upload-failed',
  );
}

/** As the volume's project: the image belongs to whom uploads it. */
function projectCloud(move: Move, { projectId }: Volume): Cloud {
  return projectId === undefined ? move.source.cloud : move.inSourceProject(projectId);
}

function named({ id, name }: Volume): string {
  return name === '' ? id : `${name} (${id})`;
}
