import type { ServiceType } from '../services/openstack/index.ts';
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
  /** Pages as the API gives them, at most one ahead of the reader. */
  list(reader: Reader, scope: ListScope): AsyncIterable<readonly Resource<A>[]>;
  /** Throws an `ApiError` of kind `not-found` when there is none. */
  get(reader: Reader, id: string): Promise<Resource<A>>;
  /** True for one that the cloud makes and remakes by itself: it is listed, but no part of the digest. */
  isMadeByCloud?(resource: Resource<A>): boolean;
  /** What it needs or contains besides its project, from its attributes alone. Readers call {@link referencesOf}. */
  references(resource: Resource<A>): readonly Reference[];
}

/** The rule of an attribute of any type; undefined for a name that the type does not have. */
export function ruleOf(type: ResourceType, attribute: string): AttributeRule | undefined {
  const rules: object = type.rules;
  return Object.hasOwn(rules, attribute) ? (rules as Record<string, AttributeRule>)[attribute] : undefined;
}
