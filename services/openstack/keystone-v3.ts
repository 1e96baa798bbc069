import { getPart } from './answer-part.ts';
import type {
  AssignmentFilter,
  Keystone,
  KeystoneAssignment,
  KeystoneDomain,
  KeystoneGroup,
  KeystoneProject,
  KeystoneRole,
  KeystoneUser,
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

  domains(): AsyncIterable<readonly KeystoneDomain[]> {
    return this.#all('domains', 'domains');
  }

  async domain(id: string): Promise<KeystoneDomain> {
    return getPart<KeystoneDomain>(this.#client, ['domains', id], 'domain');
  }

  projects(filter: { name?: string } = {}): AsyncIterable<readonly KeystoneProject[]> {
    return this.#all('projects', 'projects', { name: filter.name });
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
    return this.#all('role_assignments', 'role_assignments', { 'scope.project.id': filter.projectId });
  }

  #all<T>(path: string, collection: string, query: Query = {}): AsyncIterable<readonly T[]> {
    return this.#client.pages<T>(path, { collection, query, paging: 'none' });
  }
}
