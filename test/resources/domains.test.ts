import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { look, type OneCloud, oneCloud } from './one-cloud.ts';

describe('users and groups of a cloud with several domains', () => {
  let one: OneCloud;
  let ldap: string;

  const tenants = [
    { name: 'acme', users: [{ name: 'ann' }] },
    { name: 'staff', domain: 'ldap', users: [{ name: 'bob' }] },
  ];

  async function start(inAnotherWay?: Parameters<typeof oneCloud>[2]): Promise<void> {
    one = await oneCloud({}, { tenants }, inAnotherWay);
    const { identity } = one.simulated.state;
    ldap = identity.domains.find((row) => row.name === 'ldap')!.id;
    for (const domainId of ['default', ldap])
      identity.groups.add({ id: `ops-${domainId}`, name: 'ops', domainId, description: '', memberIds: [] });
    const admin = identity.users.where('name', 'admin')[0]!.id;
    const roleId = identity.roles.where('name', 'admin')[0]!.id;
    const on = { target: 'domain', targetId: ldap, roleId, inherited: false } as const;
    identity.assignments.add({ id: 'domain-admin', actor: 'user', actorId: admin, ...on });
  }

  beforeEach(() => start());
  afterEach(() => one.close());

  const fault = (path: string, status: number) => one.simulator.faults.add({ path, fault: { kind: 'status', status } });

  it('groups are asked for in every domain, as Keystone with drivers by domain wants it', async () => {
    const { items } = await look(one.cloud, 'group');
    expect(items.map(({ id }) => id).sort()).toEqual(['ops-default', `ops-${ldap}`].sort());
    const asked = one.simulator.requests.recent.filter(({ url }) => /v3\/groups(\?|$)/.test(url));
    expect(asked.every(({ url }) => url.includes('domain_id='))).toBe(true);
  });

  it.each(['user', 'group'] as const)('a domain that is broken costs its own %ss and a note', async (type) => {
    fault(`/v3/${type}s\\?.*domain_id=${ldap}`, 501);
    const { items, notes } = await look(one.cloud, type);
    const domains = new Set(items.map(({ attributes }) => ('domainId' in attributes ? attributes.domainId : '')));
    expect([...domains]).toEqual(['default']);
    expect(notes).toEqual([expect.stringContaining(`the ${type}s of domain ${ldap} cannot be listed`)]);
  });

  it.each(['user', 'group'] as const)('no domain’s %ss to be had is no empty list', async (type) => {
    fault(`/v3/${type}s\\?`, 501);
    await expect(look(one.cloud, type)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('a login of a domain that may not list domains sees the users of its own', async () => {
    await one.close();
    await start((settings) => ({ ...settings, scope: { kind: 'domain', domain: { name: 'ldap' } } }));
    fault('/v3/domains', 403);
    expect((await look(one.cloud, 'user')).items.map(({ name }) => name)).toEqual(['bob']);
    expect((await look(one.cloud, 'group')).items.map(({ id }) => id)).toEqual([`ops-${ldap}`]);
  });
});
