import { randomBytes } from 'node:crypto';
import type { ResourceTypeName } from '../../resources/resource-type.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import type { KeystoneFields, KeystoneKind } from '../../services/openstack/keystone.ts';
import { PREFIX } from './stage.ts';

export const OURS = `${PREFIX}identity-`;

/** A name that no other test has. */
export function named(what: string): string {
  return `${OURS}${what}-${randomBytes(4).toString('hex')}`;
}

export async function made<K extends KeystoneKind>(cloud: Cloud, kind: K, fields: KeystoneFields<K>): Promise<string> {
  const keystone = await cloud.identity();
  return (await keystone.create(kind, { domain_id: 'default', ...fields })).id;
}

/** A domain and a role of the whole cloud are in no domain. */
export async function madeAtTop(
  cloud: Cloud,
  kind: 'domain' | 'role',
  fields: KeystoneFields<'role'>,
): Promise<string> {
  return (await (await cloud.identity()).create(kind, { ...fields })).id;
}

export interface Ids {
  readonly [what: string]: { readonly type: ResourceTypeName; readonly id: string };
}

/** One of everything in the source, in the order in which it is made in the target. */
export async function household(source: Cloud): Promise<Ids> {
  const keystone = await source.identity();
  const domain = await madeAtTop(source, 'domain', { name: named('domain'), description: 'hät ¶', tags: ['a b'] });
  const within = { domain_id: domain };
  const tags = ['one', 'zwei ü'];
  const parent = await made(source, 'project', { name: named('parent'), description: 'top', tags, ...within });
  const child = await made(source, 'project', { name: named('child'), parent_id: parent, ...within });
  const implied = await madeAtTop(source, 'role', { name: named('looker') });
  const role = await madeAtTop(source, 'role', { name: named('doer'), description: 'does it' });
  const local = await made(source, 'role', { name: named('local'), ...within });
  await keystone.imply(role, implied);
  await keystone.imply(local, implied);
  const details = { email: 'ann@example.com', description: 'Änn', default_project_id: parent };
  const user = await made(source, 'user', { name: named('ann'), password: named('pw'), ...details, ...within });
  const stranger = await made(source, 'user', { name: named('stranger'), ...within });
  const group = await made(source, 'group', { name: named('staff'), description: 'all of them', ...within });
  for (const member of [user, stranger]) await keystone.addMember(group, member);
  const asUser = { type: 'user', id: user } as const;
  const asGroup = { type: 'group', id: group } as const;
  const inParent = { type: 'project', id: parent } as const;
  const inDomain = { type: 'domain', id: domain } as const;
  const grants = [
    { roleId: role, actor: asUser, on: inParent, inherited: false },
    { roleId: role, actor: asGroup, on: inParent, inherited: true },
    { roleId: implied, actor: asUser, on: inDomain, inherited: true },
    { roleId: local, actor: asGroup, on: inDomain, inherited: false },
    { roleId: implied, actor: asUser, on: { type: 'system' }, inherited: false },
  ] as const;
  for (const grant of grants) await keystone.grant(grant);
  const assignment = (id: string) => ({ type: 'assignment', id }) as const;
  return {
    domain: { type: 'domain', id: domain },
    parent: { type: 'project', id: parent },
    child: { type: 'project', id: child },
    implied: { type: 'role', id: implied },
    role: { type: 'role', id: role },
    local: { type: 'role', id: local },
    user: { type: 'user', id: user },
    group: { type: 'group', id: group },
    direct: assignment(`${role}:user:${user}:project:${parent}`),
    inherited: assignment(`${role}:group:${group}:project:${parent}:inherited`),
    inheritedInDomain: assignment(`${implied}:user:${user}:domain:${domain}:inherited`),
    inDomain: assignment(`${local}:group:${group}:domain:${domain}`),
    inSystem: assignment(`${implied}:user:${user}:system:all`),
  };
}

/** Removes what these tests made, also what a broken run left. v2.0 is simulated only, and gone with its test. */
export async function sweep(cloud: Cloud): Promise<void> {
  const keystone = await cloud.identity();
  if (keystone.version === 'v2.0') return;
  const lists = {
    user: keystone.users(),
    group: keystone.groups(),
    project: keystone.projects(),
    role: keystone.roles(),
  };
  const domains = await ofOurs(keystone.domains());
  const inDomains = (kind: 'role' | 'user' | 'group') =>
    Promise.all(domains.map(({ id }) => ofOurs(keystone[`${kind}s`]({ domainId: id }))));
  const further = {
    user: (await inDomains('user')).flat(),
    group: (await inDomains('group')).flat(),
    role: (await inDomains('role')).flat(),
    project: [],
  };
  for (const kind of ['user', 'group', 'project', 'role'] as const) {
    const all = new Map([...(await ofOurs(lists[kind])), ...further[kind]].map((item) => [item.id, item]));
    // A project that is made later may be inside an earlier one: until none is refused.
    for (let left = [...all.keys()], before = 0; left.length > 0 && left.length !== before; ) {
      before = left.length;
      const refused = await Promise.all(
        left.map(async (id) =>
          keystone.delete(kind, id).then(
            () => [],
            () => [id],
          ),
        ),
      );
      left = refused.flat();
    }
  }
  for (const { id } of domains) {
    await keystone.update('domain', id, { enabled: false });
    await keystone.delete('domain', id);
  }
}

async function ofOurs(
  pages: AsyncIterable<readonly { readonly id: string; readonly name: string }[]>,
): Promise<readonly { readonly id: string }[]> {
  const found: { readonly id: string }[] = [];
  for await (const page of pages) found.push(...page.filter(({ name }) => name.startsWith(OURS)));
  return found;
}
