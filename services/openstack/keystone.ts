import type { ServiceClient } from './service-client.ts';

/** Keystone's objects in v3's shapes; what v2.0 does not have is filled with what it means there. */
export interface KeystoneDomain {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly enabled: boolean;
  readonly tags?: readonly string[];
}

export interface KeystoneProject {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly enabled: boolean;
  readonly domain_id: string;
  /** The domain's id for a project at the top. */
  readonly parent_id?: string | null;
  readonly tags?: readonly string[];
}

export interface KeystoneUser {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly email?: string | null;
  readonly enabled: boolean;
  readonly domain_id: string;
  readonly default_project_id?: string | null;
}

export interface KeystoneGroup {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly domain_id: string;
}

export interface KeystoneRole {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  /** Null for a role that every domain can use. */
  readonly domain_id?: string | null;
}

/** A role, who has it and where. Identity v3 API, "List role assignments", without `effective`. */
export interface KeystoneAssignment {
  readonly role: { readonly id: string; readonly name?: string };
  readonly user?: { readonly id: string; readonly name?: string };
  readonly group?: { readonly id: string; readonly name?: string };
  readonly scope: {
    readonly project?: { readonly id: string; readonly name?: string };
    readonly domain?: { readonly id: string; readonly name?: string };
    readonly system?: { readonly all: boolean };
    readonly 'OS-INHERIT:inherited_to'?: string;
  };
}

/** All that are given must be true. */
export interface AssignmentFilter {
  readonly projectId?: string;
  readonly domainId?: string;
  readonly system?: true;
  readonly userId?: string;
  readonly groupId?: string;
  readonly roleId?: string;
}

/** Kinds of objects that can be made; of each, what Keystone answers. */
export interface KeystoneObjects {
  readonly domain: KeystoneDomain;
  readonly project: KeystoneProject;
  readonly user: KeystoneUser;
  readonly group: KeystoneGroup;
  readonly role: KeystoneRole;
}

export type KeystoneKind = keyof KeystoneObjects;

/** Fields of an object to be made or changed. v3 keeps those that it does not know, and gives them back. */
export type KeystoneFields<K extends KeystoneKind> = Partial<Omit<KeystoneObjects[K], 'id'>> & {
  readonly [field: string]: unknown;
};

/** A role that somebody gets or loses. */
export interface KeystoneGrant {
  readonly roleId: string;
  readonly actor: { readonly type: 'user' | 'group'; readonly id: string };
  readonly on: { readonly type: 'project' | 'domain'; readonly id: string } | { readonly type: 'system' };
  readonly inherited: boolean;
}

export interface ProjectFilter {
  readonly name?: string;
  readonly domainId?: string;
  readonly tag?: string;
}

/**
 * What Pumphouse asks of Keystone, whichever version answers. Lists are pages; v3 has one page a list. Making and changing is
 * v3's: on v2.0 it is a `configuration` error, but for a user's role in a project.
 */
export interface Keystone {
  readonly version: 'v2.0' | 'v3';
  domains(filter?: { readonly name?: string }): AsyncIterable<readonly KeystoneDomain[]>;
  domain(id: string): Promise<KeystoneDomain>;
  /** `tag` and `domainId` are v3's; where Keystone is too old for tags all are given, so callers look again. */
  projects(filter?: ProjectFilter): AsyncIterable<readonly KeystoneProject[]>;
  project(id: string): Promise<KeystoneProject>;
  /** Projects that the logged-in user has a role in: for logins that may not list all. */
  ownProjects(): AsyncIterable<readonly KeystoneProject[]>;
  users(filter?: { readonly name?: string; readonly domainId?: string }): AsyncIterable<readonly KeystoneUser[]>;
  user(id: string): Promise<KeystoneUser>;
  groups(filter?: { readonly name?: string; readonly domainId?: string }): AsyncIterable<readonly KeystoneGroup[]>;
  group(id: string): Promise<KeystoneGroup>;
  /** Ids of a group's users. */
  groupMembers(groupId: string): Promise<readonly string[]>;
  /** The groups that a user is in. */
  groupsOf(userId: string): Promise<readonly KeystoneGroup[]>;
  /** With `domainId` the roles that only this domain can use. */
  roles(filter?: { readonly name?: string; readonly domainId?: string }): AsyncIterable<readonly KeystoneRole[]>;
  role(id: string): Promise<KeystoneRole>;
  /** Ids of the roles that a role brings with it, by its id. */
  impliedRoles(): Promise<ReadonlyMap<string, readonly string[]>>;
  assignments(filter?: AssignmentFilter): AsyncIterable<readonly KeystoneAssignment[]>;
  /** Ids of the roles that a user has in a project by whatever way: groups, inheritance, implication. */
  rolesInEffect(userId: string, projectId: string): Promise<readonly string[]>;
  create<K extends KeystoneKind>(kind: K, fields: KeystoneFields<K>): Promise<KeystoneObjects[K]>;
  update<K extends KeystoneKind>(kind: K, id: string, fields: KeystoneFields<K>): Promise<void>;
  delete(kind: KeystoneKind, id: string): Promise<void>;
  addMember(groupId: string, userId: string): Promise<void>;
  /** Who has the prior role has the implied one too. */
  imply(priorRoleId: string, impliedRoleId: string): Promise<void>;
  /** Any number of times. */
  grant(grant: KeystoneGrant): Promise<void>;
  revoke(grant: KeystoneGrant): Promise<void>;
}

export interface KeystoneEndpoints {
  readonly public: ServiceClient;
  /** v2.0 keeps users, roles and the list of all tenants on its admin endpoint (port 35357). */
  readonly admin: ServiceClient;
}
