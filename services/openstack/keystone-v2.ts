import { ApiError, isApiError, notFound } from '../api-error.ts';
import { getPart, pathOf } from './answer-part.ts';
import type {
  AssignmentFilter,
  Keystone,
  KeystoneAssignment,
  KeystoneDomain,
  KeystoneEndpoints,
  KeystoneGrant,
  KeystoneGroup,
  KeystoneProject,
  KeystoneRole,
  KeystoneUser,
  ProjectFilter,
} from './keystone.ts';
import type { ServiceClient } from './service-client.ts';

interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly enabled: boolean;
}

interface V2User {
  readonly id: string;
  readonly name: string;
  readonly email?: string | null;
  readonly enabled: boolean;
  readonly tenantId?: string | null;
}

/** v2.0 has no domains; all that it shows is in the one that v3 calls `default`. */
const DEFAULT_DOMAIN: KeystoneDomain = { id: 'default', name: 'Default', enabled: true };

/**
 * Identity API v2.0 in v3's shapes. Users, roles and the list of all tenants are on the admin endpoint; groups, domains
 * and role inheritance do not exist. Roles are read per tenant and user: `/users/ID/roles` answers 501.
 */
export class KeystoneV2 implements Keystone {
  readonly version = 'v2.0';
  readonly #public: ServiceClient;
  readonly #admin: ServiceClient;

  constructor(endpoints: KeystoneEndpoints) {
    this.#public = endpoints.public;
    this.#admin = endpoints.admin;
  }

  async *domains(filter: { name?: string } = {}): AsyncIterable<readonly KeystoneDomain[]> {
    yield filter.name === undefined || filter.name === DEFAULT_DOMAIN.name ? [DEFAULT_DOMAIN] : [];
  }

  async domain(id: string): Promise<KeystoneDomain> {
    if (id !== DEFAULT_DOMAIN.id) throw this.#unknown('domain', id);
    return DEFAULT_DOMAIN;
  }

  async *projects(filter: ProjectFilter = {}): AsyncIterable<readonly KeystoneProject[]> {
    if (filter.name === undefined) {
      for await (const page of this.#admin.pages<Tenant>('tenants', { collection: 'tenants', paging: 'marker' }))
        yield page.map(asProject);
      return;
    }
    // `?name=` answers one object instead of a list, and 404 for none.
    const found = getPart<Tenant>(this.#admin, ['tenants'], 'tenant', { query: { name: filter.name } });
    yield await noneIfGone(found.then((tenant) => [asProject(tenant)]));
  }

  async project(id: string): Promise<KeystoneProject> {
    return asProject(await getPart<Tenant>(this.#admin, ['tenants', id], 'tenant'));
  }

  async *ownProjects(): AsyncIterable<readonly KeystoneProject[]> {
    for await (const page of this.#public.pages<Tenant>('tenants', { collection: 'tenants', paging: 'marker' }))
      yield page.map(asProject);
  }

  async *users(filter: { name?: string; domainId?: string } = {}): AsyncIterable<readonly KeystoneUser[]> {
    if (filter.domainId !== undefined && filter.domainId !== DEFAULT_DOMAIN.id) return;
    if (filter.name === undefined) {
      for await (const page of this.#admin.pages<V2User>('users', { collection: 'users', paging: 'none' }))
        yield page.map(asUser);
      return;
    }
    const found = getPart<V2User>(this.#admin, ['users'], 'user', { query: { name: filter.name } });
    yield await noneIfGone(found.then((user) => [asUser(user)]));
  }

  async user(id: string): Promise<KeystoneUser> {
    return asUser(await getPart<V2User>(this.#admin, ['users', id], 'user'));
  }

  async *groups(): AsyncIterable<readonly KeystoneGroup[]> {
    // no groups in v2.0
  }

  async group(id: string): Promise<KeystoneGroup> {
    throw this.#unknown('group', id);
  }

  async groupMembers(): Promise<readonly string[]> {
    return [];
  }

  async groupsOf(): Promise<readonly KeystoneGroup[]> {
    return [];
  }

  async *roles(filter: { name?: string; domainId?: string } = {}): AsyncIterable<readonly KeystoneRole[]> {
    if (filter.domainId !== undefined) return;
    const pages = this.#admin.pages<KeystoneRole>('OS-KSADM/roles', { collection: 'roles', paging: 'none' });
    for await (const page of pages) yield page.filter((role) => filter.name === undefined || role.name === filter.name);
  }

  async role(id: string): Promise<KeystoneRole> {
    return getPart<KeystoneRole>(this.#admin, ['OS-KSADM', 'roles', id], 'role');
  }

  async impliedRoles(): Promise<ReadonlyMap<string, readonly string[]>> {
    return new Map();
  }

  async *assignments(filter: AssignmentFilter = {}): AsyncIterable<readonly KeystoneAssignment[]> {
    const { projectId, userId, roleId } = filter;
    // Only users have roles here, and only in projects.
    if (filter.domainId !== undefined || filter.groupId !== undefined || filter.system === true) return;
    const wanted = (page: readonly KeystoneAssignment[]) =>
      page.filter(
        ({ user, role }) =>
          (userId === undefined || user?.id === userId) && (roleId === undefined || role.id === roleId),
      );
    if (projectId !== undefined) {
      yield wanted(
        await (userId === undefined ? this.#assignmentsIn(projectId) : this.#assignmentsOf(userId, projectId)),
      );
      return;
    }
    for await (const page of this.projects())
      for (const { id } of page) yield wanted(await noneIfGone(this.#assignmentsIn(id)));
  }

  async rolesInEffect(userId: string, projectId: string): Promise<readonly string[]> {
    return (await this.#assignmentsOf(userId, projectId)).map(({ role }) => role.id);
  }

  async create(kind: string): Promise<never> {
    throw this.#readOnly('POST', `${kind}s`);
  }

  async update(kind: string, id: string): Promise<never> {
    throw this.#readOnly('PATCH', `${kind}s/${id}`);
  }

  async delete(kind: string, id: string): Promise<never> {
    throw this.#readOnly('DELETE', `${kind}s/${id}`);
  }

  async addMember(groupId: string): Promise<never> {
    throw this.#readOnly('PUT', `groups/${groupId}/users`);
  }

  async imply(priorRoleId: string): Promise<never> {
    throw this.#readOnly('PUT', `roles/${priorRoleId}/implies`);
  }

  async grant(grant: KeystoneGrant): Promise<void> {
    try {
      await this.#admin.put(this.#grantPath('PUT', grant), undefined);
    } catch (error) {
      // v2.0 refuses to be told twice.
      if (!isApiError(error, 'conflict')) throw error;
    }
  }

  async revoke(grant: KeystoneGrant): Promise<void> {
    await this.#admin.delete(this.#grantPath('DELETE', grant));
  }

  #grantPath(method: string, { roleId, actor, on, inherited }: KeystoneGrant): string {
    if (actor.type !== 'user' || on.type !== 'project' || inherited) throw this.#readOnly(method, 'role assignments');
    return pathOf(this.#admin, ['tenants', on.id, 'users', actor.id, 'roles', 'OS-KSADM', roleId]);
  }

  async #assignmentsIn(projectId: string): Promise<KeystoneAssignment[]> {
    const users = await getPart<readonly V2User[]>(this.#admin, ['tenants', projectId, 'users'], 'users');
    const found = await Promise.all(users.map((user) => noneIfGone(this.#assignmentsOf(user.id, projectId))));
    return found.flat();
  }

  async #assignmentsOf(userId: string, projectId: string): Promise<KeystoneAssignment[]> {
    const segments = ['tenants', projectId, 'users', userId, 'roles'];
    const roles = await getPart<readonly KeystoneRole[]>(this.#admin, segments, 'roles');
    return roles.map(({ id }) => ({ role: { id }, user: { id: userId }, scope: { project: { id: projectId } } }));
  }

  #readOnly(method: string, path: string): ApiError {
    return new ApiError({
      cloud: this.#public.cloud,
      service: 'identity',
      method,
      path,
      kind: 'configuration',
      retry: { when: 'never' },
      reason: 'Pumphouse changes nothing of the kind through Identity v2.0',
      hint: "give the cloud's v3 URL as auth_url, if it has one",
    });
  }

  #unknown(what: string, id: string): ApiError {
    return notFound({
      cloud: this.#public.cloud,
      service: 'identity',
      path: `${what}s/${id}`,
      reason: `Identity v2.0 has no ${what} ${id}`,
    });
  }
}

/** What is not there, or was listed a moment ago and has been deleted since, has nothing to tell. */
async function noneIfGone<T>(list: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await list;
  } catch (error) {
    if (isApiError(error, 'not-found')) return [];
    throw error;
  }
}

function asProject(tenant: Tenant): KeystoneProject {
  return {
    id: tenant.id,
    name: tenant.name,
    description: tenant.description ?? '',
    enabled: tenant.enabled,
    domain_id: DEFAULT_DOMAIN.id,
    parent_id: DEFAULT_DOMAIN.id,
    tags: [],
  };
}

function asUser(user: V2User): KeystoneUser {
  return {
    id: user.id,
    name: user.name,
    email: user.email ?? null,
    enabled: user.enabled,
    domain_id: DEFAULT_DOMAIN.id,
    default_project_id: user.tenantId ?? null,
  };
}
