import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Nailgun, nailgun, VERSIONS } from './nailgun.ts';

type Json = Record<string, unknown>;

let its: Nailgun;
describe.each(VERSIONS)('Nailgun %s', (version) => {
  const isOld = version === '6.0';
  beforeEach(async () => {
    its = await nailgun(version);
  });
  afterEach(() => its.close());

  it('fact 10: later versions refuse the nulls that they gave', async () => {
    const id = await its.discovered();
    const { group_id } = await its.get<{ group_id: null }>(`nodes/${id}`);
    const { status, json } = await its.call('PUT', `nodes/${id}`, { group_id });
    expect(status).toBe(isOld ? 200 : 400);
    if (!isOld) expect(json<Json>().message).toBe("deque(['group_id']): None is not of type 'number'");
  });

  it('fact 13: keeps a ready node that starts the bootstrap again as a member, with its roles', async () => {
    const id = await its.deployed(10);
    expect(await its.get(`nodes/${id}`)).toMatchObject({ status: 'ready', roles: ['compute'] });
    await its.call('PUT', 'nodes/agent', { mac: '52:54:00:0a:00:00', status: 'discover', agent_checksum: 'other' });
    expect(await its.get(`nodes/${id}`)).toMatchObject({ status: 'discover', cluster: 1, roles: ['compute'] });
  });

  it('wants whole objects of interfaces from 9.x on, and the first type that is asked for', async () => {
    const id = await its.discovered();
    await its.call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    const nics = await its.get<Json[]>(`nodes/${id}/interfaces`);
    const put = async (keep: (key: string) => boolean) => {
      const given = nics.map((nic) => Object.fromEntries(Object.entries(nic).filter(([key]) => keep(key))));
      return its.call('PUT', `nodes/${id}/interfaces`, given);
    };
    expect((await put((key) => ['id', 'type', 'assigned_networks'].includes(key))).status).toBe(isOld ? 200 : 500);
    const bare = await put((key) => key !== 'meta');
    expect(bare.status).toBe(isOld ? 200 : 400);
    if (!isOld) expect(bare.text).toContain("can't be changed manually");
    expect((await put(() => true)).status).toBe(200);
    const headers = { 'x-auth-token': its.token, accept: 'text/html, application/json' };
    expect((await fetch(`${its.fuel.url}nodes`, { headers })).status).toBe(isOld ? 200 : 415);
  });

  it('wipes what `changes` removes in every version; DELETE of 6.0 lets the machine run on', async () => {
    const [removed, deleted] = [await its.deployed(10), await its.deployed(11)];
    await its.call('POST', 'clusters/1/unassignment', [{ id: removed }]);
    await its.call('PUT', 'clusters/1/changes');
    its.clock.advance(60_000);
    expect(its.wiped).toEqual(['52:54:00:0a:00:00']);
    await its.call('DELETE', `nodes/${deleted}`);
    its.clock.advance(60_000);
    expect(its.wiped.slice(1)).toEqual(isOld ? [] : ['52:54:00:0b:00:00']);
  });
});
