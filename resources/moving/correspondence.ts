import type { Configuration } from '../../config/index.ts';
import { isApiError } from '../../services/openstack/index.ts';
import { exactList } from '../exact-list.ts';
import { find } from '../find.ts';
import type { Reader } from '../reader.ts';
import { referencesOf } from '../references.ts';
import type { Resource, ResourceRef, ResourceType, ResourceTypeName } from '../resource-type.ts';
import { isAvailable, resourceTypes } from '../resource-types.ts';
import { unlessGone } from '../visibility.ts';
import type { Match } from './making.ts';
import { comesFrom, originTag } from './origin.ts';
import { type NamedOnly, NotInTarget, type Translation } from './translation.ts';

export type Mappings = Configuration['mappings'];

/** A match with the resource of the target as it is. */
export interface Found extends Match {
  readonly resource: Resource;
}

export interface WantedOptions {
  /**
   * What stands for a resource that the target does not have yet, so that a plan can compare all the same. Without it, such a
   * reference is a {@link NotInTarget}.
   */
  readonly placeholder?: (ref: ResourceRef) => string | undefined;
}

/** Another worker may have removed it since, and made it again: what is known is looked at again from time to time. */
const KNOWN_FOR_MS = 60_000;

interface Known extends Match {
  readonly learntAt: number;
}

/**
 * Which resource of the target stands for which of the source, found out from the clouds alone: by `mappings`, by the mark
 * of where it came from, by the id where ids survive, by what tells it from its like. What was found is remembered;
 * that nothing was found is not.
 */
export class Correspondence {
  readonly #source: Reader;
  readonly #target: Reader;
  readonly #mappings: Mappings;
  readonly #known = new Map<string, Known>();
  readonly #absent = new Set<string>();

  constructor(source: Reader, target: Reader, mappings: Mappings) {
    this.#source = source;
    this.#target = target;
    this.#mappings = mappings;
  }

  /** What stands for a resource of the source; undefined when the target has nothing of the kind. */
  targetOf(ref: ResourceRef): Promise<Match | undefined> {
    return this.#targetOf(ref, []);
  }

  /** The same, with the resource of the target as it is now. */
  match(resource: Resource): Promise<Found | undefined> {
    return this.#match(resource, []);
  }

  /** Notes what was found or made by others. */
  learn(ref: ResourceRef, { how, type, id }: Match): void {
    this.#absent.delete(keyOf(ref));
    this.#known.set(keyOf(ref), { how, type, id, learntAt: Date.now() });
  }

  /** Notes that the target has nothing for it, so that nobody looks again: for a plan, while nothing is made. */
  learnAbsence(ref: ResourceRef): void {
    this.#absent.add(keyOf(ref));
  }

  /** The target has removed it, or never had it. */
  forget(ref: ResourceRef): void {
    this.#known.delete(keyOf(ref));
  }

  /** A resource of the source as the target should have it: its id is still the source's. */
  async wanted(resource: Resource, options: WantedOptions = {}): Promise<Resource> {
    const references = referencesOf(resource);
    await Promise.all(references.map((ref) => this.targetOf(ref)));
    return this.#translated(resource, options);
  }

  /** The target's name of a zone or volume type. */
  nameOf(kind: NamedOnly, sourceName: string): string {
    return this.#mappings[kind]?.[sourceName] ?? sourceName;
  }

  #translated(resource: Resource, { placeholder }: WantedOptions): Resource {
    const idIfThere = (type: ResourceTypeName, id: string) =>
      this.#known.get(keyOf({ type, id }))?.id ?? placeholder?.({ type, id });
    const translation: Translation = {
      idIfThere,
      id: (type, id) => {
        const there = idIfThere(type, id);
        if (there === undefined) throw new NotInTarget({ type, id });
        return there;
      },
      name: (kind, name) => this.nameOf(kind, name),
    };
    const { projectId, host: _host, origin: _origin, ...own } = resource;
    const { moving } = resourceTypes[resource.type];
    // What is adopted (an external network) may belong to a project that stays.
    const how = this.#known.get(keyOf(resource))?.how;
    const isAdopted = how !== undefined && how !== 'made';
    const ownerOf = isAdopted ? idIfThere : translation.id;
    const owner = projectId === undefined ? undefined : ownerOf('project', projectId);
    return {
      ...own,
      ...(owner === undefined ? {} : { projectId: owner }),
      attributes: moving === undefined ? resource.attributes : moving.translate(resource.attributes, translation),
    };
  }

  /** `path`: who asks, on whose behalf. Of groups that name each other, one that is asked for again on the way gets none yet. */
  async #targetOf(ref: ResourceRef, path: readonly string[]): Promise<Match | undefined> {
    const key = keyOf(ref);
    const known = this.#known.get(key);
    if (known !== undefined && Date.now() - known.learntAt < KNOWN_FOR_MS) return known;
    if (this.#absent.has(key) || path.includes(key)) return undefined;
    const resource = await unlessGone(() => resourceTypes[ref.type].get(this.#source, ref.id));
    return resource === undefined ? undefined : this.#match(resource, path);
  }

  async #match(resource: Resource, path: readonly string[]): Promise<Found | undefined> {
    const found = await this.#find(resource, [...path, keyOf(resource)]);
    if (found === undefined) this.forget(resource);
    else this.learn(resource, found);
    return found;
  }

  async #find(resource: Resource, path: readonly string[]): Promise<Found | undefined> {
    const type = resourceTypes[resource.type];
    if (!(await isAvailable(this.#target, type))) return undefined;
    return (
      (await this.#mapped(resource)) ??
      (await this.#sameId(type, resource)) ??
      (await this.#alike(type, resource, path))
    );
  }

  /** An operator's word: one that leads nowhere is an error, not a reason to make something else. */
  async #mapped({ type, id, name }: Resource): Promise<Found | undefined> {
    const mapped = this.#mappings[type]?.[id] ?? (name === '' ? undefined : this.#mappings[type]?.[name]);
    if (mapped === undefined) return undefined;
    return found('mapped', await find(this.#target, type, mapped));
  }

  async #sameId(type: ResourceType, resource: Resource): Promise<Found | undefined> {
    if (!type.identity.keepsId) return undefined;
    const there = await unlessGone(() => type.get(this.#target, resource.id));
    if (there === undefined) return undefined;
    return found(this.#isOurs(there, resource) ? 'made' : 'same-id', there);
  }

  async #alike(type: ResourceType, resource: Resource, path: readonly string[]): Promise<Found | undefined> {
    await Promise.all(referencesOf(resource).map((ref) => this.#targetOf(ref, path)));
    const wanted = this.#translated(resource, { placeholder: (ref) => `not-in-target:${ref.type}/${ref.id}` });
    const isSame = type.moving?.isSame;
    // What is to be made in a project that is not there cannot be there, unless its type knows better.
    if (wanted.projectId?.startsWith('not-in-target:') === true && isSame === undefined) return undefined;
    const candidates = await this.#candidates(type, wanted);
    const ours = candidates.find((candidate) => this.#isOurs(candidate, resource));
    if (ours !== undefined) return found('made', ours);
    const like = candidates.find(
      (candidate) =>
        candidate.origin === undefined && (isSame?.(wanted, candidate) ?? sameKey(type, wanted, candidate)),
    );
    return like === undefined ? undefined : found('same-key', like);
  }

  async #candidates(type: ResourceType, wanted: Resource): Promise<readonly Resource[]> {
    const { projectId, name } = wanted;
    const scope = { ...(projectId === undefined ? {} : { projectId }), ...(name === '' ? {} : { name }) };
    const pages = type.moving?.candidates?.(this.#target, wanted) ?? exactList(this.#target, type, scope);
    const all: Resource[] = [];
    try {
      for await (const page of pages) all.push(...page);
      if (type.moving?.tagged === true)
        for await (const page of exactList(this.#target, type, { tag: originTag(wanted.id) })) all.push(...page);
    } catch (error) {
      // A project or domain of the target that went away since it was found.
      if (!isApiError(error, 'not-found')) throw error;
    }
    return all;
  }

  #isOurs({ origin }: Resource, { id }: ResourceRef): boolean {
    return comesFrom(origin, this.#source.cloud.name, id);
  }
}

function found(how: Match['how'], resource: Resource): Found {
  return { how, type: resource.type, id: resource.id, resource };
}

/** Servers, ports and volumes without a name are never taken for each other by it. */
function sameKey(type: ResourceType, wanted: Resource, candidate: Resource): boolean {
  return type.identity.key.every((field) => {
    const [left, right] = [fieldOf(wanted, field), fieldOf(candidate, field)];
    return left !== undefined && left !== '' && JSON.stringify(left) === JSON.stringify(right);
  });
}

function fieldOf(resource: Resource, field: string): unknown {
  if (field === 'name') return resource.name;
  if (field === 'projectId') return resource.projectId;
  return (resource.attributes as Readonly<Record<string, unknown>>)[field];
}

function keyOf({ type, id }: ResourceRef): string {
  return `${type}/${id}`;
}
