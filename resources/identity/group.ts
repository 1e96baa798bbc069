import type { KeystoneGroup } from '../../services/openstack/index.ts';
import { originProperties } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';
import type { Moving, Resource, ResourceType } from '../resource-type.ts';
import { goneMeanwhile, pagesUnlessForbidden, unlessForbidden, unlessGone } from '../visibility.ts';
import { ofEachDomain } from './each-domain.ts';
import { originOf } from './marks.ts';
import { assignmentsOf, membersOf, readMembers } from './role-assignments.ts';

export interface GroupAttributes {
  readonly description: string;
  readonly domainId: string;
  readonly memberIds: readonly string[];
}

const moving: Moving<GroupAttributes> = {
  /** Members that the target does not have come when they are moved. */
  translate: ({ description, domainId, memberIds }, to) => ({
    description,
    domainId: to.id('domain', domainId),
    memberIds: memberIds.flatMap((id) => to.idIfThere('user', id) ?? []).sort(),
  }),

  async *candidates(target, { name, attributes: { domainId } }) {
    for await (const page of (await target.cloud.identity()).groups({ name, domainId })) {
      const named = page.filter((body) => body.name === name);
      yield await asResources(target, named, readMembers);
    }
  },

  async create({ target, origin }, { name, attributes: { description, domainId } }) {
    const fields = { name, description, domain_id: domainId, ...originProperties(origin) };
    return (await (await target.cloud.identity()).create('group', fields)).id;
  },

  /** Who joined it in the target since stays. */
  async complete({ target }, id, { attributes: { description, memberIds } }) {
    const keystone = await target.cloud.identity();
    const found = await group.get(target, id);
    if (found.attributes.description !== description) await keystone.update('group', id, { description });
    for (const userId of memberIds)
      if (!found.attributes.memberIds.includes(userId)) await keystone.addMember(id, userId);
  },

  async remove({ target }, id) {
    const keystone = await target.cloud.identity();
    await unlessGone(() => keystone.delete('group', id));
  },

  losses: { memberIds: 'members were added or removed in the target' },
};

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
    const [only] = await asResources(reader, [await (await reader.cloud.identity()).group(id)], readMembers);
    if (only === undefined) throw goneMeanwhile(reader, 'identity', `groups/${id}`);
    return only;
  },

  references({ attributes }) {
    const members = attributes.memberIds.map((id) => ({ type: 'user', id, relation: 'contains', why: 'has' }) as const);
    return [{ type: 'domain', id: attributes.domainId, relation: 'requires', why: 'belongs to' }, ...members];
  },

  moving,
};

/** Lists share what they found of a group's members; a look at one group is fresh. */
type Members = (reader: Reader, groupId: string) => Promise<readonly string[] | undefined>;

async function asResources(
  reader: Reader,
  bodies: readonly KeystoneGroup[],
  members: Members = membersOf,
): Promise<Resource<GroupAttributes>[]> {
  const found = await Promise.all(bodies.map(async (body) => asResource(body, await members(reader, body.id))));
  return found.filter((resource) => resource !== undefined);
}

function asResource(
  body: KeystoneGroup,
  memberIds: readonly string[] | undefined,
): Resource<GroupAttributes> | undefined {
  if (memberIds === undefined) return undefined;
  return {
    type: 'group',
    id: body.id,
    name: body.name,
    ...originOf(body),
    attributes: {
      description: body.description ?? '',
      domainId: body.domain_id,
      memberIds: [...memberIds].sort(),
    },
  };
}
