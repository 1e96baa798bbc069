import { type Cloud, type GlanceImage, NovaServers } from '../../services/openstack/index.ts';
import { transferImagesOf } from '../image/transfer-image.ts';
import { type Origin, originProperties } from '../moving/origin.ts';
import { waitUntil } from '../moving/wait-until.ts';
import type { Reader } from '../reader.ts';
import { type SourceServer, SourceServerFailed } from './source-server.ts';

export interface Snapshot extends SourceServer {
  readonly source: Reader;
  /** The server's project as a member sees it: an image that an admin makes elsewhere is not the tenant's. */
  readonly member: Cloud;
  /** Of the image: the server, and the run. */
  readonly origin: Origin;
}

/** How long an image may stay out of sight after Nova has taken the order. */
const UNSEEN_MS = 60_000;

/**
 * An image of a stopped server's root disk, active. One that an earlier try has begun is known by the mark that Nova puts on
 * it, and waited for. Of a shelved server the image is made from the image that it was shelved to.
 */
export async function diskSnapshot(snapshot: Snapshot): Promise<GlanceImage> {
  const { source, member, origin, id, signal, onState } = snapshot;
  if ((await imageOf(snapshot)) === undefined)
    await new NovaServers(member.compute.client).createImage(id, `disk of ${id}`, originProperties(origin));
  const unseenUntil = Date.now() + UNSEEN_MS;
  let seen: string | undefined;
  return waitUntil(async () => {
    const image = await imageOf(snapshot);
    onState(image?.status ?? 'not there yet');
    if (image?.status === 'active' && (await isSettled(source, id))) return image;
    const isLost = image === undefined && (seen !== undefined || Date.now() > unseenUntil);
    if (isLost || image?.status === 'killed' || image?.status === 'deleted')
      throw new SourceServerFailed(
        'source-error',
        `the image of server ${id}'s disk came to nothing: look at its host`,
      );
    seen = image?.id ?? seen;
    return undefined;
  }, signal);
}

async function imageOf({ source, origin }: Snapshot): Promise<GlanceImage | undefined> {
  return (await transferImagesOf(source, origin))[0];
}

/** Until its task is done, Nova refuses to start it again. */
async function isSettled({ cloud }: Reader, id: string): Promise<boolean> {
  return !(await cloud.compute.server(id))['OS-EXT-STS:task_state'];
}
