import { isApiError } from '../api-error.ts';
import { getPart, partOf, pathOf } from './answer-part.ts';
import type {
  AssignmentFilter,
  Keystone,
  KeystoneAssignment,
  KeystoneDomain,
  KeystoneFields,
  KeystoneGrant,
  KeystoneGroup,
  KeystoneKind,
  KeystoneObjects,
  KeystoneProject,
  KeystoneRole,
  KeystoneUser,
  ProjectFilter,
} from './keystone.ts';
import type { Query, ServiceClient } from './service-client.ts';

interface RoleInference {
  readonly prior_role: { readonly id: string };
  readonly implies: readonly { readonly id: string }[];
}

/** Identity API v3. Its lists are not paged: one page holds all. */
export class KeystoneV3 implements Keystone {
  readonly version = 'v3';
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  domains(filter: { name?: string } = {}): AsyncIterable<readonly KeystoneDomain[]> {
    return this.#all('domains', 'domains', { name: filter.name });
  }

  async domain(id: string): Promise<KeystoneDomain> {
    return getPart<KeystoneDomain>(this.#client, ['domains', id], 'domain');
  }

  projects(filter: ProjectFilter = {}): AsyncIterable<readonly KeystoneProject[]> {
    return this.#all('projects', 'projects', { name: filter.name, domain_id: filter.domainId, tags: filter.tag });
  }

  async project(id: string): Promise<KeystoneProject> {
    return getPart<KeystoneProject>(this.#client, ['projects', id], 'project');
  }

  ownProjects(): AsyncIterable<readonly KeystoneProject[]> {
    return this.#all('auth/projects', 'projects');
  }

  users(filter: { name?: string; domainId?: string } = {}): AsyncIterable<readonly KeystoneUser[]> {
    return this.#all('users', 'users', { name: filter.name, domain_id: filter.domainId });
  }

  async user(id: string): Promise<KeystoneUser> {
    return getPart<KeystoneUser>(this.#client, ['users', id], 'user');
  }

  groups(filter: { name?: string; domainId?: string } = {}): AsyncIterable<readonly KeystoneGroup[]> {
    return this.#all('groups', 'groups', { name: filter.name, domain_id: filter.domainId });
  }

  async group(id: string): Promise<KeystoneGroup> {
    return getPart<KeystoneGroup>(this.#client, ['groups', id], 'group');
  }

  async groupMembers(groupId: string): Promise<readonly string[]> {
    const users = await getPart<readonly { id: string }[]>(this.#client, ['groups', groupId, 'users'], 'users');
    return users.map((user) => user.id);
  }

  async groupsOf(userId: string): Promise<readonly KeystoneGroup[]> {
    return getPart<readonly KeystoneGroup[]>(this.#client, ['users', userId, 'groups'], 'groups');
  }

  roles(filter: { name?: string; domainId?: string } = {}): AsyncIterable<readonly KeystoneRole[]> {
    return this.#all('roles', 'roles', { name: filter.name, domain_id: filter.domainId });
  }

  async role(id: string): Promise<KeystoneRole> {
    return getPart<KeystoneRole>(this.#client, ['roles', id], 'role');
  }

  async impliedRoles(): Promise<ReadonlyMap<string, readonly string[]>> {
    const inferences = await getPart<readonly RoleInference[]>(this.#client, ['role_inferences'], 'role_inferences');
    return new Map(inferences.map(({ prior_role, implies }) => [prior_role.id, implies.map((role) => role.id)]));
  }

  assignments(filter: AssignmentFilter = {}): AsyncIterable<readonly KeystoneAssignment[]> {
    return this.#all('role_assignments', 'role_assignments', asQuery(filter));
  }

  async rolesInEffect(userId: string, projectId: string): Promise<readonly string[]> {
    const ids: string[] = [];
    const query = { ...asQuery({ userId, projectId }), effective: true };
    for await (const page of this.#all<KeystoneAssignment>('role_assignments', 'role_assignments', query))
      ids.push(...page.map(({ role }) => role.id));
    return ids;
  }

  async create<K extends KeystoneKind>(kind: K, fields: KeystoneFields<K>): Promise<KeystoneObjects[K]> {
    const path = `${kind}s`;
    // The API reference promises the object as it was made.
    return partOf(this.#client, path, await this.#client.post(path, { [kind]: fields }), kind) as KeystoneObjects[K];
  }

  async update<K extends KeystoneKind>(kind: K, id: string, fields: KeystoneFields<K>): Promise<void> {
    await this.#client.patch(pathOf(this.#client, [`${kind}s`, id]), { [kind]: fields });
  }

  async delete(kind: KeystoneKind, id: string): Promise<void> {
    await this.#client.delete(pathOf(this.#client, [`${kind}s`, id]));
  }

  async addMember(groupId: string, userId: string): Promise<void> {
    await this.#client.put(pathOf(this.#client, ['groups', groupId, 'users', userId]), undefined);
  }

  async imply(priorRoleId: string, impliedRoleId: string): Promise<void> {
    try {
      await this.#client.put(pathOf(this.#client, ['roles', priorRoleId, 'implies', impliedRoleId]), undefined);
    } catch (error) {
      // It does already.
      if (!isApiError(error, 'conflict')) throw error;
    }
  }

  async grant(grant: KeystoneGrant): Promise<void> {
    await this.#client.put(this.#grantPath(grant), undefined);
  }

  async revoke(grant: KeystoneGrant): Promise<void> {
    await this.#client.delete(this.#grantPath(grant));
  }

  #grantPath({ roleId, actor, on, inherited }: KeystoneGrant): string {
    const place = on.type === 'system' ? ['system'] : [`${on.type}s`, on.id];
    const path = [...place, `${actor.type}s`, actor.id, 'roles', roleId];
    return pathOf(this.#client, inherited ? ['OS-INHERIT', ...path, 'inherited_to_projects'] : path);
  }

  #all<T>(path: string, collection: string, query: Query = {}): AsyncIterable<readonly T[]> {
    return this.#client.pages<T>(path, { collection, query, paging: 'none' });
  }
}

function asQuery({ projectId, domainId, system, userId, groupId, roleId }: AssignmentFilter): Query {
  return {
    'scope.project.id': projectId,
    'scope.domain.id': domainId,
    'scope.system': system,
    'user.id': userId,
    'group.id': groupId,
    'role.id': roleId,
  };
}
