import { isApiError, type NeutronKind, type NeutronRequest } from '../../../services/openstack/index.ts';
import type { Making } from '../../moving/making.ts';
import { originTags } from '../../moving/origin.ts';
import type { ResourceTypeName } from '../../resource-type.ts';

/** A request's words for what is complete but for its tags and description. */
interface Finished {
  readonly description: string;
  readonly tags: readonly string[];
}

/**
 * The last two calls of every `complete`: the mark goes from the description into tags, then the description becomes its
 * own. A Neutron without tags for the kind (before Pike for most) keeps the mark in the description, and a note is taken:
 * without it nobody would know whose it is.
 *
 * @param more changed with the description
 */
export async function finish(
  { target, origin }: Making,
  type: ResourceTypeName,
  kind: NeutronKind,
  id: string,
  { description, tags }: Finished,
  more: NeutronRequest = {},
): Promise<void> {
  const { write } = target.cloud.network;
  let tagged = true;
  try {
    await write.setTags(kind, id, [...originTags(origin), ...tags]);
  } catch (error) {
    if (!isApiError(error, 'not-found')) throw error;
    tagged = false;
    target.note(`Neutron has no tags for ${type}s: their descriptions keep the mark of where they came from`, type);
  }
  const request = { ...more, ...(tagged ? { description } : {}) };
  // One that is gone, and not only its tags, is found out here.
  if (Object.keys(request).length > 0) await write.update(kind, id, request);
}
