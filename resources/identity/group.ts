import type { KeystoneGroup } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { goneMeanwhile, pagesUnlessForbidden, unlessForbidden, unlessGone } from '../visibility.ts';
import { ofEachDomain } from './each-domain.ts';
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
    // The members of others would be asked for in vain.
    const wanted = (body: KeystoneGroup) => scope.name === undefined || scope.name === body.name;
    const named = scope.name === undefined ? {} : { name: scope.name };
    if (scope.projectId === undefined) {
      const all = ofEachDomain(reader, 'group', (domainId) => keystone.groups({ domainId, ...named }));
      for await (const page of pagesUnlessForbidden(reader, 'group', 'groups', all))
        yield await asResources(reader, page.filter(wanted));
      return;
    }
    const ids = new Set((await assignmentsOf(reader, scope.projectId)).flatMap((item) => item.group?.id ?? []));
    const read = (id: string) => unlessForbidden(reader, 'group', 'groups', () => unlessGone(() => keystone.group(id)));
    const bodies = await Promise.all([...ids].map(read));
    yield await asResources(reader, bodies.filter((body) => body !== undefined).filter(wanted));
  },

  async get(reader, id) {
    const [only] = await asResources(reader, [await (await reader.cloud.identity()).group(id)]);
    if (only === undefined) throw goneMeanwhile(reader, 'identity', `groups/${id}`);
    return only;
  },

  references({ attributes }) {
    const members = attributes.memberIds.map((id) => ({ type: 'user', id, relation: 'contains', why: 'has' }) as const);
    return [{ type: 'domain', id: attributes.domainId, relation: 'requires', why: 'belongs to' }, ...members];
  },
};

async function asResources(reader: Reader, bodies: readonly KeystoneGroup[]): Promise<Resource<GroupAttributes>[]> {
  const found = await Promise.all(bodies.map((body) => asResource(reader, body)));
  return found.filter((resource) => resource !== undefined);
}

async function asResource(reader: Reader, body: KeystoneGroup): Promise<Resource<GroupAttributes> | undefined> {
  const members = await membersOf(reader, body.id);
  if (members === undefined) return undefined;
  return {
    type: 'group',
    id: body.id,
    name: body.name,
    attributes: {
      description: body.description ?? '',
      domainId: body.domain_id,
      memberIds: [...members].sort(),
    },
  };
}
