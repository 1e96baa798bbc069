import { isApiError } from '../services/openstack/index.ts';
import type { Reader } from './reader.ts';
import { referencesOf } from './references.ts';
import type { Reference, Resource, ResourceRef } from './resource-type.ts';
import { isAvailable, resourceTypes } from './resource-types.ts';

/** A resource met on a walk, with what it refers to; or one that is referred to but cannot be read. */
export type Met =
  | { readonly state: 'found'; readonly resource: Resource; readonly references: readonly Reference[] }
  | { readonly state: 'missing' | 'hidden'; readonly ref: ResourceRef };

export interface WalkOptions {
  /** Also follow what a resource contains. */
  readonly withContents?: boolean;
}

/** Resources read at the same time; the session caps calls besides. */
const AT_ONCE = 8;

/**
 * The resource and, step by step, all that it needs: each once, cycles included. Only what is referred to is read, one
 * by one: no list of all users or images of the cloud is made.
 */
export function walk(reader: Reader, start: Resource, options: WalkOptions = {}): AsyncIterable<Met> {
  return walkFrom(reader, [start], (reference) => isFollowed(reference, options));
}

/** The same from many at once, along the references that `follows` says yes to. */
export async function* walkFrom(
  reader: Reader,
  starts: readonly Resource[],
  follows: (reference: Reference, from: Resource) => boolean,
): AsyncIterable<Met> {
  const met = new Set<string>(starts.map(key));
  let front: Met[] = starts.map(asMet);
  while (front.length > 0) {
    const next: ResourceRef[] = [];
    for (const item of front) {
      yield item;
      if (item.state !== 'found') continue;
      for (const reference of item.references) {
        if (met.has(key(reference)) || !follows(reference, item.resource)) continue;
        met.add(key(reference));
        next.push(reference);
      }
    }
    front = [];
    for (let from = 0; from < next.length; from += AT_ONCE)
      front.push(...(await Promise.all(next.slice(from, from + AT_ONCE).map((ref) => read(reader, ref)))));
  }
}

/** Who may use a resource is no part of it: a shared network would lead to every project of the cloud. */
function isFollowed({ relation }: Reference, { withContents }: WalkOptions): boolean {
  return relation === 'requires' || (relation === 'contains' && withContents === true);
}

async function read(reader: Reader, ref: ResourceRef): Promise<Met> {
  const type = resourceTypes[ref.type];
  if (!(await isAvailable(reader, type))) return { state: 'missing', ref: { type: ref.type, id: ref.id } };
  try {
    return asMet(await type.get(reader, ref.id));
  } catch (error) {
    if (!isApiError(error, 'not-found', 'forbidden', 'configuration')) throw error;
    // The keypair of another user, where Nova is older than 2.10.
    if (error.kind === 'configuration')
      reader.note(`${ref.type} ${ref.id} cannot be read: ${error.details.reason}`, ref.type);
    return { state: error.kind === 'not-found' ? 'missing' : 'hidden', ref: { type: ref.type, id: ref.id } };
  }
}

function asMet(resource: Resource): Met {
  return { state: 'found', resource, references: referencesOf(resource) };
}

function key(ref: ResourceRef): string {
  return `${ref.type}/${ref.id}`;
}
