import type { KeystoneRole } from '../../services/openstack/index.ts';
import { isApiError } from '../../services/openstack/index.ts';
import { originProperties } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';
import type { Moving, Reference, Resource, ResourceType } from '../resource-type.ts';
import { pagesUnlessForbidden, unlessGone } from '../visibility.ts';
import { ofEachDomain } from './each-domain.ts';
import { originOf } from './marks.ts';
import { assignmentsOf } from './role-assignments.ts';

export interface RoleAttributes {
  readonly description: string;
  /** Absent for a role of the whole cloud. */
  readonly domainId?: string;
  /** Roles that this one brings with it, by id. */
  readonly impliedRoleIds: readonly string[];
}

/** Roles that Keystone itself makes: what they imply and are described as is each release's own. */
const KEYSTONES_OWN: ReadonlySet<string> = new Set(['admin', 'manager', 'member', 'reader', 'service']);

const moving: Moving<RoleAttributes> = {
  translate: ({ description, domainId, impliedRoleIds }, to) => ({
    description,
    ...(domainId === undefined ? {} : { domainId: to.id('domain', domainId) }),
    impliedRoleIds: impliedRoleIds.map((id) => to.id('role', id)).sort(),
  }),

  async *candidates(target, { name, attributes: { domainId } }) {
    const keystone = await target.cloud.identity();
    // Not what the reader remembers: this run may have added to it since.
    const implied = await readImpliedRoles(target);
    for await (const page of keystone.roles({ name, ...(domainId === undefined ? {} : { domainId }) })) {
      const named = page.filter((body) => body.name === name).map((body) => asResource(body, implied));
      yield named.filter((found) => found.attributes.domainId === domainId);
    }
  },

  async create({ target, origin }, { name, attributes: { description, domainId } }) {
    const told = description === '' ? {} : { description };
    const within = domainId === undefined ? {} : { domain_id: domainId };
    const fields = { name, ...told, ...within, ...originProperties(origin) };
    return (await (await target.cloud.identity()).create('role', fields)).id;
  },

  async complete({ target }, id, { attributes: { description, impliedRoleIds } }) {
    const keystone = await target.cloud.identity();
    const found = await role.get(target, id);
    if (found.attributes.description !== description) await keystone.update('role', id, { description });
    for (const impliedId of impliedRoleIds) {
      if (found.attributes.impliedRoleIds.includes(impliedId)) continue;
      try {
        await keystone.imply(id, impliedId);
      } catch (error) {
        // That admin is implied is forbidden unless the cloud's configuration allows it: reported as lost.
        if (!isApiError(error, 'forbidden', 'invalid')) throw error;
      }
    }
  },

  async remove({ target }, id) {
    const keystone = await target.cloud.identity();
    await unlessGone(() => keystone.delete('role', id));
  },

  isKept: (attribute, { name, attributes: { domainId } }) =>
    domainId === undefined && KEYSTONES_OWN.has(name) && attribute !== 'domainId' ? true : undefined,

  losses: { impliedRoleIds: 'the target allows no such implication, or has more of them' },
};

/** Identity v3 API, "Roles"; of a project: those that somebody has in it. */
export const role: ResourceType<RoleAttributes> = {
  name: 'role',
  service: 'identity',
  ownedBy: 'cloud',
  // Those of another domain are no candidates.
  identity: { keepsId: false, key: ['name'] },
  rules: { description: 'exact', domainId: 'reference', impliedRoleIds: 'reference' },

  async *list(reader, scope) {
    const keystone = await reader.cloud.identity();
    const implied = await impliedRoles(reader);
    const select = (page: readonly KeystoneRole[]) => page.map((body) => asResource(body, implied));
    if (scope.projectId !== undefined) {
      const ids = new Set((await assignmentsOf(reader, scope.projectId)).map((assignment) => assignment.role.id));
      const wanted = await Promise.all([...ids].map((id) => visibleRole(reader, id)));
      yield select(wanted.filter((body) => body !== undefined));
      return;
    }
    for await (const page of pagesUnlessForbidden(reader, 'role', 'roles', keystone.roles())) yield select(page);
    // The plain list leaves out the roles of domains.
    const ofDomains = ofEachDomain(reader, 'role', (domainId) => keystone.roles({ domainId }));
    for await (const page of pagesUnlessForbidden(reader, 'role', 'roles of domains', ofDomains)) yield select(page);
  },

  async get(reader, id) {
    const keystone = await reader.cloud.identity();
    return asResource(await keystone.role(id), await readImpliedRoles(reader));
  },

  references({ attributes }) {
    const references: Reference[] = attributes.impliedRoleIds.map((id) => ({
      type: 'role',
      id,
      relation: 'requires',
      why: 'implies',
    }));
    if (attributes.domainId !== undefined)
      references.unshift({ type: 'domain', id: attributes.domainId, relation: 'requires', why: 'belongs to' });
    return references;
  },

  moving,
};

/** A plain user knows the names of its own roles from its token, but may not read roles. */
async function visibleRole(reader: Reader, id: string): Promise<KeystoneRole | undefined> {
  try {
    const keystone = await reader.cloud.identity();
    return await unlessGone(() => keystone.role(id));
  } catch (error) {
    if (!isApiError(error, 'forbidden')) throw error;
    const own = (await reader.cloud.whoAmI()).roles.find((held) => held.id === id);
    return own === undefined ? undefined : { id, name: own.name };
  }
}

function impliedRoles(reader: Reader): Promise<ReadonlyMap<string, readonly string[]>> {
  return reader.once('implied roles', () => readImpliedRoles(reader));
}

/** Readable by admins only; others see roles without what they imply, and a note. */
async function readImpliedRoles(reader: Reader): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    return await (await reader.cloud.identity()).impliedRoles();
  } catch (error) {
    // 404: Keystone before Mitaka.
    if (!isApiError(error, 'forbidden', 'not-found')) throw error;
    if (error.kind === 'forbidden') reader.note('not allowed to read which roles imply others', 'role');
    return new Map();
  }
}

function asResource(body: KeystoneRole, implied: ReadonlyMap<string, readonly string[]>): Resource<RoleAttributes> {
  return {
    type: 'role',
    id: body.id,
    name: body.name,
    ...originOf(body),
    attributes: {
      description: body.description ?? '',
      ...(body.domain_id === undefined || body.domain_id === null ? {} : { domainId: body.domain_id }),
      impliedRoleIds: [...(implied.get(body.id) ?? [])].sort(),
    },
  };
}
