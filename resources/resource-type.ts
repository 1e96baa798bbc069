import type { ServiceType } from '../services/openstack/index.ts';
import type { Making, Undo } from './moving/making.ts';
import type { Origin } from './moving/origin.ts';
import type { Translation } from './moving/translation.ts';
import type { Reader } from './reader.ts';

/** Every type, dependencies first: the order in which an inventory is read and shown. */
export const RESOURCE_TYPE_NAMES = [
  'domain',
  'project',
  'role',
  'user',
  'group',
  'assignment',
  'quota',
  'flavor',
  'keypair',
  'security-group',
  'network',
  'subnet',
  'router',
  'port',
  'floating-ip',
  'image',
  'volume',
  'server-group',
  'server',
] as const;

export type ResourceTypeName = (typeof RESOURCE_TYPE_NAMES)[number];

/** A resource within one cloud. */
export interface ResourceRef {
  readonly type: ResourceTypeName;
  readonly id: string;
}

/**
 * Why one resource speaks of another. `requires`: it must exist in the target first. `contains`: it is moved along,
 * after. `admits`: it may use this one, and is not moved along with it. `why` completes the sentence "server web-1 → flavor m1.small: boots with".
 */
export interface Reference extends ResourceRef {
  readonly relation: 'requires' | 'contains' | 'admits';
  readonly why: string;
}

/** One thing of a cloud, in our words: names and units are the same whatever the age of the API that gave it. */
export interface Resource<A extends object = object> extends ResourceRef {
  /** Empty where it has none: OpenStack allows unnamed ports, volumes, networks. */
  readonly name: string;
  /** The project that owns it; absent for what belongs to the cloud or a domain. */
  readonly projectId?: string;
  /** The compute service's host that it is on. */
  readonly host?: string;
  /** Of one that Pumphouse made: where it came from. The marks themselves are not among the attributes. */
  readonly origin?: Origin;
  readonly attributes: A;
}

/**
 * How an attribute counts when two clouds are compared. `exact`: equal. `set`: equal whatever the order. `reference`:
 * the id of another resource, equal once mapped to the other cloud. `condition`: what a move must restore and everyday
 * work changes (running, stopped): compared after a move, not in the digest. `state`: of the moment or of the place
 * (status, host, time stamps): shown, never compared and not in the digest.
 */
export type AttributeRule = 'exact' | 'set' | 'reference' | 'condition' | 'state';

export type AttributeRules<A extends object> = { readonly [K in keyof A]-?: AttributeRule };

/**
 * What makes a resource of the target "the same" as one of the source. `keepsId`: the API takes the id from who creates
 * it, so the same id is the first thing to look for (images, flavors). `key`: what tells it from its like in any cloud;
 * references in it are equal once mapped. Names are no proof: several servers may share one.
 */
export interface Identity {
  readonly keepsId: boolean;
  /** `name`, `projectId` or names of attributes. */
  readonly key: readonly string[];
}

export interface ListScope {
  /** Only what this project owns or, for users, roles and flavors, has to do with it. */
  readonly projectId?: string;
  /** Only what is on this compute host. Types that know no host give nothing. */
  readonly host?: string;
  /** Those of this name, as far as the API filters: `exactList` leaves out what is only called nearly so. */
  readonly name?: string;
  /** Only those with this tag, of types whose API has tags. */
  readonly tag?: string;
  /** Only what none of these projects owns: what belongs to nobody, or to a project that exists no more. */
  readonly outside?: ReadonlySet<string>;
}

/** A kind of thing that can be discovered and moved. A type is one file; nothing else knows it by name. */
export interface ResourceType<A extends object = object> {
  readonly name: ResourceTypeName;
  /** The service that it lives in; a cloud without that service has none of these. */
  readonly service: ServiceType;
  /**
   * Whose it is: a project's, or the cloud's (a domain, a user, a flavor: found without any project). Assignments are
   * both: on projects, and on domains and the system.
   */
  readonly ownedBy: 'cloud' | 'project' | 'both';
  /** True when `ListScope.host` can select it. */
  readonly onHosts?: true;
  readonly identity: Identity;
  /** Attributes that a faithful move keeps, and how each is compared. */
  readonly rules: AttributeRules<A>;
  /** Those that people put passwords into: plans, histories and reports tell that they differ, and never what they hold. */
  readonly untold?: Partial<Readonly<Record<keyof A, true>>>;
  /** Pages as the API gives them, at most one ahead of the reader. */
  list(reader: Reader, scope: ListScope): AsyncIterable<readonly Resource<A>[]>;
  /** Throws an `ApiError` of kind `not-found` when there is none. */
  get(reader: Reader, id: string): Promise<Resource<A>>;
  /** True for one that the cloud makes and remakes by itself: it is listed, but no part of the digest. */
  isMadeByCloud?(resource: Resource<A>): boolean;
  /** What it needs or contains besides its project, from its attributes alone. Readers call {@link referencesOf}. */
  references(resource: Resource<A>): readonly Reference[];

  readonly moving: Moving<A>;
}

export interface NotCreated {
  readonly action: 'update' | 'skip' | 'conflict';
  readonly reason: string;
}

/**
 * How resources of a type get into the target. Callers use `make`, `complete` and `unmake` of `moving/`, which look for what
 * an earlier try has made: nothing here needs to.
 */
export interface Moving<A extends object = object> {
  /** The attributes as the target should have them: every id and mapped name translated. Pure. */
  translate(attributes: A, to: Translation): A;
  /**
   * Resources of the target that could be the same as `wanted`, which is in the target's terms. Absent: those of its name
   * and project.
   */
  candidates?(target: Reader, wanted: Resource<A>): AsyncIterable<readonly Resource<A>[]>;
  /**
   * One call that makes it, with the mark of its origin from the first moment on where the API can take one; gives its id. What needs further
   * calls is left to `complete`. Absent for what exists by nature (quotas) or is made in steps of its own (servers).
   */
  create?(making: Making, wanted: Resource<A>): Promise<string>;
  /** Brings one that we made to what is wanted: rules, tags, members … Any number of times, with the same end. */
  complete?(making: Making, id: string, wanted: Resource<A>): Promise<void>;
  /**
   * Changes one that we did not make to what is wanted, for types where the plan says `update`; gives what undoes it. Nothing
   * of the target's own is taken away.
   */
  update?(making: Making, present: Resource<A>, wanted: Resource<A>): Promise<Undo>;
  revert?(making: Making, id: string, undo: Undo): Promise<void>;
  /** Removes it and waits until it is gone. One that is gone already is no error. */
  remove?(making: Making, id: string): Promise<void>;
  /**
   * Whether an attribute is as wanted, for those that cannot be compared by their rule alone. Undefined: compare by the rule.
   */
  isKept?(attribute: keyof A & string, wanted: Resource<A>, found: Resource<A>): boolean | undefined;
  /**
   * Whether a resource of the target is in the place of the wanted one, for types whose key does not tell: the same L2 segment
   * under another name, an address that something else has. Undefined: the key decides. It is asked also when
   * `wanted`'s project is not in the target.
   */
  isSame?(wanted: Resource<A>, candidate: Resource<A>): boolean | undefined;
  /**
   * Of one that is never created although others of its type are: what the plan says instead, and why, as a sentence.
   * `update`: it exists by nature. `skip`: something else brings it along. `conflict`: unless the target has it, an
   * operator must say what stands for it.
   */
  notCreated?(resource: Resource<A>): NotCreated | undefined;
  /** It is looked for by the tag of its origin too: who was given it may have renamed it. */
  readonly tagged?: true;
  /** For types whose project is compared too, because what another project has is in the way: whether it may stay with its own. */
  isOwnerKept?(wanted: Resource<A>, found: Resource<A>): boolean;
  /** The API has no place for a mark of where it came from; making one is a single call. */
  readonly unmarked?: true;
  /** Why an attribute can be changed or lost in a move, as the end of a sentence. */
  readonly losses?: Partial<Readonly<Record<keyof A, string>>>;
}

/** The rule of an attribute of any type; undefined for a name that the type does not have. */
export function ruleOf(type: ResourceType, attribute: string): AttributeRule | undefined {
  const rules: object = type.rules;
  return Object.hasOwn(rules, attribute) ? (rules as Record<string, AttributeRule>)[attribute] : undefined;
}
