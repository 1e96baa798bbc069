import { type Origin, originInDescription, splitTags } from '../moving/origin.ts';

/** Of a project's default group, for each rule that a run adds to it: see `moving/default-group.ts`. */
export const ADDED_RULE = 'pumphouse_rule';

export interface Marked {
  /** Where it came from, for the resource. */
  readonly mark: { readonly origin?: Origin };
  /** Its own, for the attributes. */
  readonly own: { readonly description: string; readonly tags: readonly string[] };
}

/**
 * Takes what Pumphouse wrote on a resource of Neutron away from what is its own. One that is not complete yet has its mark
 * for a description.
 */
export function marksOf(body: { readonly description?: string | null; readonly tags?: readonly string[] }): Marked {
  const text = body.description ?? '';
  const { own, origin } = splitTags(body.tags ?? []);
  const unfinished = originInDescription(text);
  const known = origin ?? unfinished;
  return {
    mark: known === undefined ? {} : { origin: known },
    own: {
      description: unfinished === undefined ? text : '',
      tags: own.filter((tag) => !tag.startsWith(`${ADDED_RULE}=`)).sort(),
    },
  };
}
