import { type NovaServer, NovaServers } from '../../services/openstack/index.ts';
import { originTag, splitProperties } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';

/** The microversion that takes tags when a server is created. */
export const TAGS_AT_CREATION = '2.52';

/**
 * Servers of the target that carry the mark of the source's server `id`, whatever they are called by now: one quick question where
 * tags can be given at creation, a walk through all servers of the project where they cannot.
 */
export async function* serversMadeOf(
  { cloud }: Reader,
  id: string,
  projectId: string | undefined,
): AsyncIterable<readonly NovaServer[]> {
  const tagged = await new NovaServers(cloud.compute.client).knows(TAGS_AT_CREATION);
  const filter = { ...(projectId === undefined ? {} : { projectId }), ...(tagged ? { tag: originTag(id) } : {}) };
  for await (const page of cloud.compute.servers(filter, true)) {
    const made = page.filter(({ metadata }) => splitProperties(metadata).origin?.id === id);
    if (made.length > 0) yield made;
  }
}
