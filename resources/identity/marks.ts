import { type Origin, originProperties, originTags, splitProperties, splitTags } from '../moving/origin.ts';

/** Tags that a project of Keystone may have. */
const MOST_TAGS = 80;

/** Where an object of Keystone came from: v3 keeps, and gives back, whatever further fields it is given. */
export function originOf(body: object): { readonly origin?: Origin } {
  const { origin } = splitProperties<unknown>({ ...body });
  return origin === undefined ? {} : { origin };
}

/** The tags of a project that are its own, and where it came from. */
export function tagsOf(body: { readonly tags?: readonly string[] }): {
  readonly own: readonly string[];
  readonly mark: { readonly origin?: Origin };
} {
  const { own, origin } = splitTags(body.tags ?? []);
  return { own: [...own].sort(), mark: origin === undefined ? originOf(body) : { origin } };
}

/** A project's tags with the marks among them, so that they can be searched for; as fields where there is no room. */
export function markedTags(own: readonly string[], origin: Origin): { readonly [field: string]: unknown } {
  const tags = [...own, ...originTags(origin)];
  return tags.length <= MOST_TAGS ? { tags } : { tags: own, ...originProperties(origin) };
}
