import { Table } from '../table.ts';

export interface Domain {
  readonly id: string;
  name: string;
  description: string;
  enabled: boolean;
  tags: string[];
  /** Fields that Keystone does not know are kept and given back: of domains, projects, users, groups and roles. */
  extra?: Record<string, unknown>;
}

export interface Project {
  readonly id: string;
  name: string;
  readonly domainId: string;
  /** The domain's id for a project at the top. */
  readonly parentId: string;
  description: string;
  enabled: boolean;
  tags: string[];
  extra: Record<string, unknown>;
}

export interface User {
  readonly id: string;
  name: string;
  readonly domainId: string;
  password: string;
  enabled: boolean;
  defaultProjectId?: string | undefined;
  description?: string | undefined;
  extra: Record<string, unknown>;
}

export interface Group {
  readonly id: string;
  name: string;
  readonly domainId: string;
  description: string;
  memberIds: string[];
  extra?: Record<string, unknown>;
}

export interface Role {
  readonly id: string;
  name: string;
  readonly domainId: string | null;
  description: string | null;
  readonly immutable: boolean;
  extra?: Record<string, unknown>;
}

export type TargetKind = 'project' | 'domain' | 'system';

export interface Assignment {
  readonly id: string;
  readonly actor: 'user' | 'group';
  readonly actorId: string;
  readonly target: TargetKind;
  /** `all` for the system. */
  readonly targetId: string;
  readonly roleId: string;
  /** Counts for the projects below, not for the target itself (OS-INHERIT). */
  readonly inherited: boolean;
}

export interface Implication {
  readonly id: string;
  readonly priorId: string;
  readonly impliedId: string;
}

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly description: string | null;
  readonly userId: string;
  readonly projectId: string;
  readonly roleIds: readonly string[];
  readonly expiresAt: string | null;
  readonly unrestricted: boolean | null;
}

export interface CatalogService {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  description?: string | undefined;
  enabled: boolean;
}

export interface Endpoint {
  readonly id: string;
  readonly serviceId: string;
  readonly interface: 'public' | 'internal' | 'admin';
  readonly region: string;
  readonly url: string;
  enabled: boolean;
}

export type Scope =
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'system' }
  | { readonly kind: 'project' | 'domain'; readonly id: string };

export interface Token {
  readonly id: string;
  readonly userId: string;
  readonly scope: Scope;
  readonly methods: readonly string[];
  readonly issuedAt: Date;
  expiresAt: Date;
  readonly auditIds: readonly string[];
  readonly applicationCredentialId?: string;
}

export class IdentityState {
  readonly domains = new Table<Domain>();
  readonly projects = new Table<Project, 'name'>({ name: (row) => row.name });
  readonly users = new Table<User, 'name'>({ name: (row) => row.name });
  readonly groups = new Table<Group, 'member'>({ member: (row) => row.memberIds });
  readonly roles = new Table<Role, 'name'>({ name: (row) => row.name });
  readonly assignments = new Table<Assignment, 'actor' | 'target'>({
    actor: (row) => row.actorId,
    target: (row) => row.targetId,
  });
  readonly implications = new Table<Implication, 'prior'>({ prior: (row) => row.priorId });
  readonly applicationCredentials = new Table<ApplicationCredential, 'user'>({ user: (row) => row.userId });
  readonly services = new Table<CatalogService>();
  readonly endpoints = new Table<Endpoint, 'service'>({ service: (row) => row.serviceId });
  readonly tokens = new Map<string, Token>();
}

/** By id, as the tables of the real one come out of the database. */
export function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
