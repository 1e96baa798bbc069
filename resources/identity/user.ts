import type { KeystoneUser } from '../../services/openstack/index.ts';
import { isApiError, NovaWriting } from '../../services/openstack/index.ts';
import { originProperties } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';
import type { Moving, Reference, Resource, ResourceType } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import { ofEachDomain } from './each-domain.ts';
import { originOf } from './marks.ts';
import { usersWithRoles } from './role-assignments.ts';

export interface UserAttributes {
  readonly description: string;
  readonly email?: string;
  readonly enabled: boolean;
  readonly domainId: string;
  readonly defaultProjectId?: string;
}

/** Stands for a default project that is not moved: the user is made without, and the comparison tells that it is lost. */
const NOT_MOVED = 'not-in-target:project/';

const moving: Moving<UserAttributes> = {
  translate: ({ domainId, defaultProjectId, ...own }, to) => ({
    ...own,
    domainId: to.id('domain', domainId),
    ...(defaultProjectId === undefined
      ? {}
      : { defaultProjectId: to.idIfThere('project', defaultProjectId) ?? `${NOT_MOVED}${defaultProjectId}` }),
  }),

  async *candidates(target, { name, attributes: { domainId } }) {
    for await (const page of (await target.cloud.identity()).users({ name, domainId }))
      yield page.filter((body) => body.name === name).map(asResource);
  },

  /** Passwords can't be read in the source: one that is not given a new one can't log in, so it is made disabled. */
  async create({ target, origin, passwordOf }, { name, attributes }) {
    const { domainId, enabled } = attributes;
    const given = passwordOf({ name, domainId });
    const login = given.kind === 'password' ? { password: given.password, enabled } : { enabled: false };
    const fields = { name, domain_id: domainId, ...detailsOf(attributes), ...login, ...originProperties(origin) };
    return (await (await target.cloud.identity()).create('user', fields)).id;
  },

  /** Neither password nor whether it is enabled: since it was made, somebody may have set the one and changed the other. */
  async complete({ target }, id, { attributes }) {
    const keystone = await target.cloud.identity();
    const found = detailsOf((await user.get(target, id)).attributes);
    const changed = Object.entries(detailsOf(attributes)).filter(([field, value]) => found[field] !== value);
    if (changed.length > 0) await keystone.update('user', id, Object.fromEntries(changed));
  },

  /** Nova would keep the keypairs of a user who is gone, and nobody could reach them. */
  async remove({ target }, id) {
    const keystone = await target.cloud.identity();
    await removeKeypairs(target, id);
    await unlessGone(() => keystone.delete('user', id));
  },

  losses: {
    enabled: 'it was made without a password: set one, then enable it',
    defaultProjectId: 'the project is not in the target',
  },
};

async function removeKeypairs({ cloud }: Reader, userId: string): Promise<void> {
  if (!(await cloud.has('compute'))) return;
  const writing = new NovaWriting(cloud.compute.client);
  try {
    for await (const page of cloud.compute.keypairs(userId))
      for (const { name } of page) await writing.deleteKeypair(name, userId);
  } catch (error) {
    // Before 2.10 nobody reaches the keypairs of others: so none was made either.
    if (!isApiError(error, 'configuration')) throw error;
  }
}

/** What may be brought up to date at any time, as Keystone's fields. */
function detailsOf({ description, email, defaultProjectId }: UserAttributes): Readonly<Record<string, string>> {
  const isThere = defaultProjectId !== undefined && !defaultProjectId.startsWith(NOT_MOVED);
  return {
    ...(description === '' ? {} : { description }),
    ...(email === undefined ? {} : { email }),
    ...(isThere ? { default_project_id: defaultProjectId } : {}),
  };
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
      references.push({ type: 'project', id: attributes.defaultProjectId, relation: 'admits', why: 'logs in to' });
    return references;
  },

  moving,
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
    ...originOf(body),
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
