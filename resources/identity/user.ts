import type { KeystoneUser } from '../../services/openstack/index.ts';
import { isApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceType } from '../resource-type.ts';
import { ofEachDomain } from './each-domain.ts';
import { usersWithRoles } from './role-assignments.ts';

export interface UserAttributes {
  readonly description: string;
  readonly email?: string;
  readonly enabled: boolean;
  readonly domainId: string;
  readonly defaultProjectId?: string;
}

/**
 * Identity v3 API, "Users". All users of a cloud are one call a domain, which an LDAP may take long to answer: only a
 * list of the whole cloud makes it. For a project, those with a role in it are read one by one.
 */
export const user: ResourceType<UserAttributes> = {
  name: 'user',
  service: 'identity',
  ownedBy: 'cloud',
  identity: { keepsId: false, key: ['name', 'domainId'] },
  rules: {
    description: 'exact',
    email: 'exact',
    enabled: 'exact',
    domainId: 'reference',
    defaultProjectId: 'reference',
  },

  async *list(reader, scope) {
    if (scope.projectId === undefined) {
      yield* allUsers(reader, scope.name);
      return;
    }
    for (const id of await usersWithRoles(reader, scope.projectId)) {
      const item = await readable(reader, id);
      if (item !== undefined) yield [item];
    }
  },

  async get(reader, id) {
    return asResource(await (await reader.cloud.identity()).user(id));
  },

  references({ attributes }) {
    const references: Reference[] = [
      { type: 'domain', id: attributes.domainId, relation: 'requires', why: 'belongs to' },
    ];
    if (attributes.defaultProjectId !== undefined)
      references.push({ type: 'project', id: attributes.defaultProjectId, relation: 'requires', why: 'logs in to' });
    return references;
  },
};

async function* allUsers(reader: Reader, name?: string): AsyncIterable<Resource<UserAttributes>[]> {
  const keystone = await reader.cloud.identity();
  try {
    const named = name === undefined ? {} : { name };
    for await (const page of ofEachDomain(reader, 'user', (domainId) => keystone.users({ domainId, ...named })))
      yield page.map(asResource);
  } catch (error) {
    if (!isApiError(error, 'forbidden')) throw error;
    reader.note('not allowed to list users: only the login itself is shown', 'user');
    const own = await readable(reader, (await reader.cloud.whoAmI()).user.id);
    if (own !== undefined) yield [own];
  }
}

/** A user that an assignment names may have been removed from its LDAP since, or be out of our sight. */
async function readable(reader: Reader, id: string): Promise<Resource<UserAttributes> | undefined> {
  try {
    return await user.get(reader, id);
  } catch (error) {
    if (isApiError(error, 'not-found')) reader.note(`user ${id} has a role but does not exist any more`, 'user');
    else if (isApiError(error, 'forbidden')) reader.note('not allowed to read other users', 'user');
    else throw error;
    return undefined;
  }
}

function asResource(body: KeystoneUser): Resource<UserAttributes> {
  return {
    type: 'user',
    id: body.id,
    name: body.name,
    attributes: {
      description: body.description ?? '',
      ...(body.email === undefined || body.email === null ? {} : { email: body.email }),
      enabled: body.enabled,
      domainId: body.domain_id,
      ...(body.default_project_id === undefined || body.default_project_id === null
        ? {}
        : { defaultProjectId: body.default_project_id }),
    },
  };
}
