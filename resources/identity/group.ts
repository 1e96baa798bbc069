import type { KeystoneGroup } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { pagesUnlessForbidden } from '../visibility.ts';
import { assignmentsOf, membersOf } from './role-assignments.ts';

export interface GroupAttributes {
  readonly description: string;
  readonly domainId: string;
  readonly memberIds: readonly string[];
}

/** Identity v3 API, "Groups"; v2.0 has none. Of a project: those with a role in it. */
export const group: ResourceType<GroupAttributes> = {
  name: 'group',
  service: 'identity',
  ownedBy: 'cloud',
  identity: { keepsId: false, key: ['name', 'domainId'] },
  rules: { description: 'exact', domainId: 'reference', memberIds: 'reference' },

  async *list(reader, scope) {
    const keystone = await reader.cloud.identity();
    const wanted = (body: KeystoneGroup) => scope.name === undefined || scope.name === body.name;
    if (scope.projectId === undefined) {
      for await (const page of pagesUnlessForbidden(reader, 'group', 'groups', keystone.groups()))
        yield await Promise.all(page.filter(wanted).map((body) => asResource(reader, body)));
      return;
    }
    const ids = new Set((await assignmentsOf(reader, scope.projectId)).flatMap((item) => item.group?.id ?? []));
    const bodies = await Promise.all([...ids].map((id) => keystone.group(id)));
    yield await Promise.all(bodies.filter(wanted).map((body) => asResource(reader, body)));
  },

  async get(reader, id) {
    return asResource(reader, await (await reader.cloud.identity()).group(id));
  },

  references({ attributes }) {
    const members = attributes.memberIds.map((id) => ({ type: 'user', id, relation: 'contains', why: 'has' }) as const);
    return [{ type: 'domain', id: attributes.domainId, relation: 'requires', why: 'belongs to' }, ...members];
  },
};

async function asResource(reader: Reader, body: KeystoneGroup): Promise<Resource<GroupAttributes>> {
  return {
    type: 'group',
    id: body.id,
    name: body.name,
    attributes: {
      description: body.description ?? '',
      domainId: body.domain_id,
      memberIds: [...(await membersOf(reader, body.id))].sort(),
    },
  };
}
