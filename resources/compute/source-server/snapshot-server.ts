import type { GlanceImage, NovaServer } from '../../../services/openstack/index.ts';
import { NovaServers } from '../../../services/openstack/index.ts';
import { transferImagesOf, transferName } from '../../image/transfer-image.ts';
import { originProperties } from '../../moving/origin.ts';
import { waitUntil } from '../../moving/wait-until.ts';
import { unlessGone } from '../../visibility.ts';
import { SourceFailed } from './source-failed.ts';
import { isOff, lookAt, named, PAUSE_MS, type SourceWork, stateOf } from './work.ts';

/** An image with the bytes of a server's root disk. */
export interface Snapshot {
  readonly imageId: string;
  readonly sizeBytes: number;
}

/** Looks in a row at which Nova does nothing about an image that is not there yet: it has given up. */
const IDLE_LOOKS = 3;

/**
 * An image of the root disk of a server that is off, in the server's project. Asked for twice, it is one image, found by its mark. A
 * shelved server cannot be snapshotted and need not be: shelving has written its disk to an image, `NAME-shelved`, which is given
 * as it is, without a mark, so that nobody removes it.
 *
 * @throws {SourceFailed} `snapshot-failed`
 */
export async function snapshotServer(work: SourceWork): Promise<Snapshot> {
  const there = await lookAt(work);
  if (!isOff(there) && !isBeingRead(there)) throw failed(there, `is not off, it is ${stateOf(there)}`);
  if (there['OS-EXT-STS:vm_state']?.startsWith('shelved') === true) return shelvedImage(work, there);
  if ((await marked(work)) === undefined) {
    const project = work.inProject(there.tenant_id);
    const nova = new NovaServers(project.compute.client);
    await nova.createImage(work.id, transferName(work.origin), originProperties(work.origin));
  }
  return written(work, there);
}

async function written(work: SourceWork, server: NovaServer): Promise<Snapshot> {
  let idle = 0;
  return waitUntil(
    async () => {
      const there = await lookAt(work);
      const image = await marked(work);
      if (image?.status === 'active') return asSnapshot(image);
      work.onState(`${stateOf(there)}, image ${image?.status ?? 'not there yet'}`);
      idle = isBeingRead(there) ? 0 : idle + 1;
      if (idle < IDLE_LOOKS) return undefined;
      // A second try makes another.
      if (image !== undefined) await unlessGone(() => work.source.cloud.image.delete(image.id));
      const fate = image === undefined ? 'is gone' : `stays ${image.status} and was removed`;
      throw failed(server, `could not be written to an image, which ${fate}: the log of nova-compute says why`, true);
    },
    work.signal,
    PAUSE_MS,
  );
}

/** The one that has bytes first: two workers may have asked at once. */
async function marked({ source, origin }: SourceWork): Promise<GlanceImage | undefined> {
  const all = await transferImagesOf(source, origin);
  return all.find(({ status }) => status === 'active') ?? all[0];
}

function isBeingRead(server: NovaServer): boolean {
  return server['OS-EXT-STS:task_state']?.startsWith('image_') === true;
}

/** By the server's id, which Nova writes on it: the server may have another name by now. */
async function shelvedImage({ source, id }: SourceWork, there: NovaServer): Promise<Snapshot> {
  const found: GlanceImage[] = [];
  for await (const page of source.cloud.image.images({ properties: { instance_uuid: id } }))
    found.push(...page.filter(({ name, status }) => name?.endsWith('-shelved') === true && status === 'active'));
  found.sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  if (found[0] === undefined)
    throw failed(there, 'is shelved, and the image that its disk was written to cannot be found: unshelve it');
  return asSnapshot(found[0]);
}

function asSnapshot({ id, size }: GlanceImage): Snapshot {
  return { imageId: id, sizeBytes: size ?? 0 };
}

function failed(server: NovaServer, what: string, isPassing = false): SourceFailed {
  return new SourceFailed('snapshot-failed', `${named(server)} ${what}`, isPassing);
}
