import { inventory, type Selection } from '../inventory.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceRef, ResourceTypeName } from '../resource-type.ts';
import { resourceTypes } from '../resource-types.ts';
import { unlessGone } from '../visibility.ts';
import { walkFrom } from '../walk.ts';
import { isLeftOut } from './left-out.ts';

/** What of the source is to be looked at: lists, and single ones. */
export interface Reading {
  readonly lists: readonly Selection[];
  readonly refs: readonly ResourceRef[];
  /** Of keypairs and users: only this user's. */
  readonly userId?: string;
  /** Of flavors that every tenant may use, only those that something needs. */
  readonly onlyNeededPublicFlavors: boolean;
}

export interface Gathered {
  readonly resource: Resource;
  readonly references: readonly Reference[];
  /** Absent for what was asked for. */
  readonly neededBy?: ResourceRef & { readonly name: string };
}

export type Absent = ResourceRef & { readonly state: 'missing' | 'hidden' };

/** Read and not yet compared, by type: whoever compares takes a type out and lets it go. */
export interface Gathering {
  take(type: ResourceTypeName): readonly Gathered[];
  readonly absent: readonly Absent[];
  /** Whether it is among what is to be moved. */
  has(ref: ResourceRef): boolean;
}

/** Resources of the source that are to be moved, and all that they need. */
export async function gather(source: Reader, reading: Reading): Promise<Gathering> {
  const selected = new Map<string, Resource>();
  for await (const resource of chosen(source, reading))
    if (!isLeftOut(source, resource)) selected.set(keyOf(resource), resource);
  const byType = new Map<ResourceTypeName, Gathered[]>();
  const absent: Absent[] = [];
  const neededBy = new Map<string, ResourceRef & { readonly name: string }>();
  const follows = (reference: Reference, from: Resource) => {
    if (!isFollowed(reference, from)) return false;
    const key = keyOf(reference);
    const { type, id, name } = from;
    if (!selected.has(key) && !neededBy.has(key)) neededBy.set(key, { type, id, name });
    return true;
  };
  for await (const met of walkFrom(source, [...selected.values()], follows)) {
    if (met.state !== 'found') {
      absent.push({ ...met.ref, state: met.state });
      continue;
    }
    const { resource, references } = met;
    if (isLeftOut(source, resource)) continue;
    const by = neededBy.get(keyOf(resource));
    const known = byType.get(resource.type) ?? [];
    byType.set(resource.type, known);
    known.push({ resource, references, ...(by === undefined ? {} : { neededBy: by }) });
  }
  const gathered = new Set([...byType.values()].flat().map(({ resource }) => keyOf(resource)));
  return {
    absent,
    has: (ref) => gathered.has(keyOf(ref)),
    take(type) {
      const taken = byType.get(type) ?? [];
      byType.delete(type);
      return taken;
    },
  };
}

async function* chosen(source: Reader, reading: Reading): AsyncIterable<Resource> {
  for (const list of reading.lists)
    for await (const page of inventory(source, list))
      for (const resource of page) if (isChosen(resource, reading)) yield resource;
  for (const { type, id } of reading.refs) {
    const resource = await unlessGone(() => resourceTypes[type].get(source, id));
    if (resource === undefined) source.note(`${type} ${id} does not exist any more: it is left out`, type);
    else yield resource;
  }
}

function isChosen({ type, id, attributes }: Resource, { userId, onlyNeededPublicFlavors }: Reading): boolean {
  if (type === 'flavor' && onlyNeededPublicFlavors) return 'isPublic' in attributes && attributes.isPublic === false;
  if (userId === undefined) return true;
  if (type === 'user') return id === userId;
  return type !== 'keypair' || ('userId' in attributes && attributes.userId === userId);
}

/**
 * What it needs; and of what it contains the addresses of a server, the subnets of a network, the members of a group.
 * Not the tenant that a user happens to log in to, nor the other servers of a group: those are others' to move.
 */
function isFollowed({ relation, type }: Reference, from: Resource): boolean {
  if (relation === 'requires') return !(from.type === 'user' && type === 'project');
  return relation === 'contains' && CONTENTS[from.type] === type;
}

const CONTENTS: { readonly [T in ResourceTypeName]?: ResourceTypeName } = {
  server: 'floating-ip',
  network: 'subnet',
  group: 'user',
};

function keyOf({ type, id }: ResourceRef): string {
  return `${type}/${id}`;
}
