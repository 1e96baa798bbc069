import { isApiError } from '../services/openstack/index.ts';
import { exactList } from './exact-list.ts';
import type { Reader } from './reader.ts';
import type { ListScope, Resource, ResourceTypeName } from './resource-type.ts';
import { isAvailable, resourceTypes } from './resource-types.ts';

export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly projectId?: string;
}

/** Nothing in the cloud has this name or id. */
export class UnknownName extends Error {
  override readonly name = 'UnknownName';

  constructor(cloud: string, what: string, nameOrId: string) {
    super(`${cloud}: no ${what} is called ${JSON.stringify(nameOrId)}, by name or id`);
  }
}

/** Several things have this name: an id is needed. */
export class AmbiguousName extends Error {
  override readonly name = 'AmbiguousName';
  readonly candidates: readonly Candidate[];

  constructor(cloud: string, what: string, nameOrId: string, candidates: readonly Candidate[]) {
    const list = candidates.map(({ id, projectId }) => (projectId === undefined ? id : `${id} (project ${projectId})`));
    super(
      `${cloud}: ${candidates.length} ${what}s are called ${JSON.stringify(nameOrId)}; use an id: ${list.join(', ')}`,
    );
    this.candidates = candidates;
  }
}

/** The one resource of a type with this id or, failing that, this name. */
export async function find(
  reader: Reader,
  typeName: ResourceTypeName,
  nameOrId: string,
  scope: Omit<ListScope, 'name'> = {},
): Promise<Resource> {
  const type = resourceTypes[typeName];
  if (!(await isAvailable(reader, type))) throw new UnknownName(reader.cloud.name, typeName, nameOrId);
  const byId = await withId(reader, typeName, nameOrId);
  if (byId !== undefined) return byId;
  const named: Resource[] = [];
  for await (const page of exactList(reader, type, { ...scope, name: nameOrId })) named.push(...page);
  if (named.length > 1) throw new AmbiguousName(reader.cloud.name, typeName, nameOrId, named);
  if (named[0] === undefined) throw new UnknownName(reader.cloud.name, typeName, nameOrId);
  return named[0];
}

/**
 * Ids of OpenStack have no spaces or non-ASCII letters; asking by such a name is an error in some services. Dots alone
 * and the `detail` of a list's path would not be asked for but lead elsewhere.
 */
function mayBeId(typeName: ResourceTypeName, text: string): boolean {
  if (!/^[\w.:/-]+$/.test(text) || text.split('/').some((part) => /^\.*$/.test(part) || part === 'detail'))
    return false;
  return typeName !== 'keypair' || text.includes('/');
}

async function withId(reader: Reader, typeName: ResourceTypeName, id: string): Promise<Resource | undefined> {
  if (!mayBeId(typeName, id)) return undefined;
  try {
    return await resourceTypes[typeName].get(reader, id);
  } catch (error) {
    // Some services call a text that is no UUID invalid or unknown, and a plain user is forbidden to ask at all.
    if (isApiError(error, 'not-found', 'invalid', 'forbidden')) return undefined;
    throw error;
  }
}
