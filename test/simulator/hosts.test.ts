import { afterEach, describe, expect, test } from '@jest/globals';
import type { Simulator } from '../../simulator/index.ts';
import { startCompute, stopCompute } from '../../simulator/nova/compute-host.ts';
import { at, type Client, each, login, start } from './sim-client.ts';

const NEW = 'compute 2.90';
const OLD = 'compute 2.42';

describe('The hosts of a simulated cloud', () => {
  let simulator: Simulator;
  let admin: Client;
  afterEach(() => simulator.close());
  const begin = async (options: Parameters<typeof start>[0] = {}) => {
    simulator = await start({ computeHosts: 3, ...options });
    admin = await login(simulator);
    return simulator.cloud('one').state;
  };
  const send = (method: string, path: string, body?: unknown, microversion = NEW) =>
    admin.call(method, path, body, { 'openstack-api-version': microversion });
  const service = async (host: string, microversion = NEW) =>
    at((await send('GET', `/compute/v2.1/os-services?host=${host}`, undefined, microversion)).body, 'services', 0);
  const put = async (host: string, body: object) =>
    send('PUT', `/compute/v2.1/os-services/${at(await service(host), 'id')}`, body);

  test('are disabled with a reason that Nova keeps, and not twice in the same way', async () => {
    await begin();
    const disabled = { status: 'disabled', disabled_reason: 'broken fan' };
    expect((await put('one-c1', disabled)).status).toBe(200);
    expect((await put('one-c1', disabled)).status).toBe(400);
    expect((await put('one-c1', { ...disabled, disabled_reason: 'x'.repeat(256) })).status).toBe(400);
    expect((await put('one-c1', { status: 'enabled', disabled_reason: 'mended' })).status).toBe(400);
    expect((await put('one-c1', { status: 'disabled' })).status).toBe(200);
    expect(at(await service('one-c1'), 'disabled_reason')).toBeNull();
    expect((await put('one-ctl', disabled)).status).toBe(400);
  });

  test('are named by host and binary before 2.53', async () => {
    await begin();
    const path = '/compute/v2.1/os-services/disable-log-reason';
    const named = { host: 'one-c1', binary: 'nova-compute' };
    expect((await send('PUT', path, named, OLD)).status).toBe(400);
    expect((await send('PUT', path, { ...named, disabled_reason: 'broken fan' }, OLD)).status).toBe(200);
    expect((await send('PUT', path, { ...named, host: 'one-c9', disabled_reason: 'x' }, OLD)).status).toBe(404);
    expect(await service('one-c1', OLD)).toMatchObject({ id: expect.any(Number), disabled_reason: 'broken fan' });
  });

  test.each(['zed', 'pike'] as const)('of %s go with what that release takes along', async (release) => {
    const state = await begin({ release, computeMaxVersion: '2.53' });
    const aggregates = '/compute/v2.1/os-aggregates';
    await send('POST', aggregates, { aggregate: { name: 'ssd' } }, 'compute 2.53');
    const join = (host: string, how: string) =>
      send('POST', `${aggregates}/1/action`, { [how]: { host } }, 'compute 2.53');
    expect((await join('one-c3', 'add_host')).status).toBe(200);
    expect((await join('one-c2', 'remove_host')).status).toBe(404);
    const remove = async (host: string) =>
      (
        await send(
          'DELETE',
          `/compute/v2.1/os-services/${at(await service(host, 'compute 2.53'), 'id')}`,
          undefined,
          'compute 2.53',
        )
      ).status;
    const [server] = state.nova.servers.all();
    const busy = await remove(server!.host ?? '');
    expect(busy).toBe(release === 'zed' ? 409 : 204);
    expect(await remove('one-c3')).toBe(204);
    expect(each((await send('GET', aggregates, undefined, 'compute 2.53')).body, 'aggregates', 'hosts')).toEqual([[]]);
    const providers = each((await admin.get('/placement/resource_providers')).body, 'resource_providers', 'name');
    expect(providers.includes('one-c3')).toBe(release === 'pike');
  });

  test('have agents that outlive their machine, and come back when they are deleted and run', async () => {
    const state = await begin();
    const agents = async (host: string) => {
      const { body } = await admin.get(`/networking/v2.0/agents?host=${host}`);
      return each(body, 'agents', 'agent_type').map((type, index) => `${type} ${at(body, 'agents', index, 'alive')}`);
    };
    stopCompute(state, 'one-c3');
    expect(await agents('one-c3')).toEqual(['Open vSwitch agent false']);
    expect((await agents('one-ctl')).length).toBe(4);
    const [agent] = state.neutron.agents.where('host', 'one-c2');
    expect((await admin.call('DELETE', `/networking/v2.0/agents/${agent!.id}`)).status).toBe(204);
    expect((await admin.call('DELETE', `/networking/v2.0/agents/${agent!.id}`)).status).toBe(404);
    expect(await agents('one-c2')).toEqual([]);
    simulator.clock.advance(60_000);
    expect(await agents('one-c2')).toEqual(['Open vSwitch agent true']);
    const member = await login(simulator, 'ann', 'secret', 'acme');
    expect((await member.get('/networking/v2.0/agents')).body).toEqual({ agents: [] });
  });

  test('register with another provider, unless one of their name was left behind', async () => {
    const state = await begin({ release: 'pike' });
    const before = state.placement.providers.where('name', 'one-c3')[0]!.id;
    stopCompute(state, 'one-c3');
    const id = at(await service('one-c3', 'compute 2.53'), 'id');
    await send('DELETE', `/compute/v2.1/os-services/${id}`, undefined, 'compute 2.53');
    startCompute(state, { host: 'one-c3' });
    expect(state.placement.providers.where('name', 'one-c3').map((row) => row.id)).toEqual([before]);
    expect(state.nova.hypervisors.where('host', 'one-c3').map((row) => row.id)).not.toContain(before);
  });

  test('have migrations that are listed in pages, and of one host', async () => {
    const state = await begin({ maxLimit: 2 });
    const now = state.clock.now();
    const [row] = state.nova.servers.all();
    for (const target of ['one-c2', 'one-c3', 'one-c2', 'one-c2'])
      state.nova.migrations.add({
        ...{ id: String(state.nova.nextMigration++), uuid: state.random.uuid(), serverId: row!.id, type: 'migration' },
        ...{ status: 'confirmed', source: 'one-c1', target, createdAt: now, updatedAt: now },
      });
    const { body } = await send('GET', '/compute/v2.1/os-migrations?host=one-c2');
    expect(each(body, 'migrations', 'id')).toEqual([4, 3]);
    expect(at(body, 'migrations_links', 0, 'href')).toMatch(/marker=/);
    const all = await send('GET', '/compute/v2.1/os-migrations?host=one-c2', undefined, OLD);
    expect(each(all.body, 'migrations', 'id')).toEqual([1, 3, 4]);
    expect((await send('GET', '/compute/v2.1/os-migrations?nonsense=1')).status).toBe(400);
  });
});
