import type { KeystoneRole } from '../../services/openstack/index.ts';
import { isApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceType } from '../resource-type.ts';
import { pagesUnlessForbidden, unlessGone } from '../visibility.ts';
import { ofEachDomain } from './each-domain.ts';
import { assignmentsOf } from './role-assignments.ts';

export interface RoleAttributes {
  readonly description: string;
  /** Absent for a role of the whole cloud. */
  readonly domainId?: string;
  /** Roles that this one brings with it, by id. */
  readonly impliedRoleIds: readonly string[];
}

/** Identity v3 API, "Roles"; of a project: those that somebody has in it. */
export const role: ResourceType<RoleAttributes> = {
  name: 'role',
  service: 'identity',
  ownedBy: 'cloud',
  identity: { keepsId: false, key: ['name', 'domainId'] },
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
    return asResource(await keystone.role(id), await impliedRoles(reader));
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

/** Readable by admins only; others see roles without what they imply, and a note. */
function impliedRoles(reader: Reader): Promise<ReadonlyMap<string, readonly string[]>> {
  return reader.once('implied roles', async () => {
    try {
      return await (await reader.cloud.identity()).impliedRoles();
    } catch (error) {
      // 404: Keystone before Mitaka.
      if (!isApiError(error, 'forbidden', 'not-found')) throw error;
      if (error.kind === 'forbidden') reader.note('not allowed to read which roles imply others', 'role');
      return new Map();
    }
  });
}

function asResource(body: KeystoneRole, implied: ReadonlyMap<string, readonly string[]>): Resource<RoleAttributes> {
  return {
    type: 'role',
    id: body.id,
    name: body.name,
    attributes: {
      description: body.description ?? '',
      ...(body.domain_id === undefined || body.domain_id === null ? {} : { domainId: body.domain_id }),
      impliedRoleIds: [...(implied.get(body.id) ?? [])].sort(),
    },
  };
}
