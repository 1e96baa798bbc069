import { afterEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../../../simulator/clock.ts';
import { type SimulatedFuel, startFuel } from '../../../simulator/index.ts';

const VERSIONS = ['6.0', '9.2'] as const;
type Version = (typeof VERSIONS)[number];
type Json = Record<string, unknown>;

/** What a naive client meets, by the number of the fact; in both dialects. */
let fuel: SimulatedFuel;
let clock: Clock;
let token = '';
afterEach(async () => {
  clock.close();
  await fuel.close();
});

async function start(version: Version): Promise<void> {
  clock = new Clock();
  const nodes = [
    { name: 'ctl-1', roles: ['controller'] },
    { name: 'cmp-1', roles: ['compute'] },
  ];
  fuel = await startFuel({ version, clock, environments: [{ name: 'mos', nodes }] });
  const url = fuel.url.replace(/api\/$/, 'keystone/v2.0/tokens');
  const auth = { tenantName: 'admin', passwordCredentials: { username: 'admin', password: 'admin' } };
  const answer = (await (await fetch(url, { method: 'POST', body: JSON.stringify({ auth }) })).json()) as Json;
  token = ((answer.access as Json).token as Json).id as string;
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${fuel.url}${path}`, {
    method,
    headers: { 'x-auth-token': token, 'content-type': 'application/json', accept: 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

const json = async <T>(path: string): Promise<T> => JSON.parse((await call('GET', path)).text) as T;

async function report(mac = '52:54:00:0A:00:00', ip = '10.20.0.140', second = '52:54:00:0A:00:01') {
  const nic = (name: string, address: string) => ({
    name,
    mac: address,
    pxe: address === mac,
    bus_info: `0000:0${name}`,
  });
  const interfaces = [nic('eth0', mac), nic('eth1', second)];
  const disks = [{ name: 'sda', disk: 'disk/by-path/0', size: 10 ** 12 }];
  return call('POST', 'nodes/', { mac, ip, status: 'discover', is_agent: true, meta: { interfaces, disks } });
}

const discovered = async () =>
  (await json<{ id: number; cluster: number | null }[]>('nodes')).find((node) => node.id > 2)!.id;

describe.each(VERSIONS)('Nailgun %s', (version) => {
  const isOld = version === '6.0';

  it('fact 1: gives a node that was removed and comes again a new id', async () => {
    await start(version);
    await report();
    const id = await discovered();
    await call('DELETE', `nodes/${id}`);
    await report();
    expect(await discovered()).not.toBe(id);
  });

  it('fact 2: keeps the case of the MACs of interfaces, and looks them up in any', async () => {
    await start(version);
    await report();
    const node = await json<{ mac: string; meta: { interfaces: { mac: string }[] } }>(`nodes/${await discovered()}`);
    expect([node.mac, node.meta.interfaces[0]?.mac]).toEqual(['52:54:00:0a:00:00', '52:54:00:0A:00:00']);
    expect((await report()).status).toBe(409);
  });

  it('facts 3 and 4: has a subtask that is ready below 100, and forgets what has ended when another task begins', async () => {
    await start(version);
    await report();
    const id = await discovered();
    await call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    const { text } = await call('PUT', 'clusters/1/changes');
    const task = (JSON.parse(text) as { id: number }).id;
    clock.advance(60_000);
    const parts = await json<{ name: string; status: string; progress: number }[]>('tasks');
    expect(parts.find(({ name }) => name === 'provision')).toMatchObject({ status: 'ready', progress: 66 });
    await call('PUT', 'clusters/1/network_configuration/neutron/verify', {});
    expect((await call('GET', `tasks/${task}`)).status).toBe(404);
    expect((await call('GET', `transactions/${task}`)).status).toBe(isOld ? 404 : 200);
  });

  it('facts 5 and 6: refuses a second run in its own way, with a body of its own', async () => {
    await start(version);
    await report();
    const id = await discovered();
    await call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    await call('PUT', 'clusters/1/changes');
    const again = await call('PUT', 'clusters/1/changes');
    expect([again.status, again.type.split(';')[0]]).toEqual(isOld ? [500, 'text/html'] : [400, 'text/plain']);
    expect((await call('PUT', `clusters/1/provision?nodes=${id}`)).status).toBe(isOld ? 202 : 400);
    const unknown = await call('GET', 'nodes/999');
    expect(unknown.type).toContain(isOld ? 'application/json' : 'text/html');
    expect(isOld ? unknown.text : JSON.parse(unknown.text).message).toBe('Node not found');
  });

  it('facts 7 and 8: answers assignments with nothing, and single nodes encoded twice', async () => {
    await start(version);
    await report();
    const id = await discovered();
    const put = await call('PUT', `nodes/${id}`, { name: 'cmp-7' });
    expect(typeof JSON.parse(put.text)).toBe(isOld ? 'object' : 'string');
    const environment = await call('PUT', 'clusters/1', { name: 'mos' });
    expect(typeof JSON.parse(environment.text)).toBe(isOld ? 'object' : 'string');
    const bulk = await call('PUT', 'nodes', [{ id, name: 'cmp-8' }]);
    expect(JSON.parse(bulk.text)).toMatchObject([{ id, name: 'cmp-8' }]);
    const { text } = await call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    expect(text).toBe(isOld ? 'None' : 'null');
    expect((await call('POST', 'clusters/1/unassignment', [{ id }])).text).toBe(isOld ? 'None' : 'null');
  });

  it('fact 9: tells the kind of an error at the node, and its words only in the task and the notifications', async () => {
    await start(version);
    await report();
    const id = await discovered();
    await call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    fuel.failNext('deploy', 'puppet run failed');
    const { text } = await call('PUT', 'clusters/1/changes');
    clock.advance(60_000);
    expect((await call('PUT', 'nodes', [{ id, error_msg: 'anything' }])).status).toBe(200);
    const node = await json<Json>(`nodes/${id}`);
    expect(node).toMatchObject({ status: 'error', error_type: 'deploy' });
    expect(node).not.toHaveProperty('error_msg');
    const task = await json<Json>(`tasks/${(JSON.parse(text) as { id: number }).id}`);
    expect(task).toMatchObject({ status: 'error', message: expect.stringContaining('Deployment has failed') });
    expect(JSON.stringify(await json('notifications'))).toContain('puppet run failed');
  });

  it('fact 14: deploys and removes what others have pending too', async () => {
    await start(version);
    await report();
    const id = await discovered();
    await call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    await call('POST', 'clusters/1/unassignment', [{ id: 2 }]);
    await call('PUT', 'clusters/1/changes');
    clock.advance(60_000);
    const nodes = await json<{ id: number; status: string }[]>('nodes');
    expect(nodes.map((node) => [node.id, node.status])).toEqual([
      [1, 'ready'],
      [id, 'ready'],
    ]);
  });

  it('fact 15: deploys only the newcomer up to 6.0, but all controllers when there is one more; later every node', async () => {
    await start(version);
    const under = async () => {
      const nodes = await json<{ id: number; status: string }[]>('nodes');
      return nodes.filter(({ status }) => status === 'deploying').map((node) => node.id);
    };
    await report();
    await call('POST', 'clusters/1/assignment', [{ id: 3, roles: ['compute'] }]);
    await call('PUT', 'clusters/1/changes');
    clock.advance(3_000);
    expect(await under()).toEqual(isOld ? [3] : [1, 2, 3]);
    clock.advance(60_000);
    await report('52:54:00:0b:00:00', '10.20.0.141', '52:54:00:0b:00:01');
    await call('POST', 'clusters/1/assignment', [{ id: 4, roles: ['controller'] }]);
    await call('PUT', 'clusters/1/changes');
    clock.advance(3_000);
    expect(await under()).toEqual(isOld ? [1, 4] : [1, 2, 3, 4]);
  });

  it('facts 11 and 12: lays a node out when it is assigned, and takes any pending role unchecked', async () => {
    await start(version);
    await report();
    const id = await discovered();
    const networks = async () =>
      (await json<{ assigned_networks: unknown[] }[]>(`nodes/${id}/interfaces`)).flatMap(
        (nic) => nic.assigned_networks,
      );
    expect(await networks()).toEqual([]);
    expect((await call('PUT', 'nodes', [{ id, pending_roles: ['nosuch'] }])).status).toBe(200);
    expect((await call('POST', 'clusters/1/assignment', [{ id, roles: ['nosuch'] }])).status).toBe(400);
    await call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    expect(await networks()).toHaveLength(5);
  });

  it('facts 15 to 17: what a run without changes, and one with an offline node, comes to', async () => {
    await start(version);
    const idle = await call('PUT', 'clusters/1/changes');
    expect(idle.status).toBe(isOld ? 400 : 202);
    if (!isOld) {
      clock.advance(1_000);
      expect((await json<{ status: string }[]>('nodes')).map(({ status }) => status)).toEqual([
        'deploying',
        'deploying',
      ]);
    }
    clock.advance(60_000);
    await report();
    const id = await discovered();
    await call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    await call('PUT', `nodes/${id}`, { online: false });
    const { status, text } = await call('PUT', 'clusters/1/changes');
    expect([status, JSON.parse(text).status]).toEqual([isOld ? 202 : 200, 'error']);
    expect(JSON.parse(text).message).toContain('are offline. Remove them from environment');
  });

  it('facts 18 to 20: wrong Admin network, ids that are no numbers, and the version without a token', async () => {
    await start(version);
    await report('52:54:00:0b:00:00', '10.99.0.5', '52:54:00:0b:00:01');
    const node = await json<{ status: string; error_type: string | null }>(`nodes/${await discovered()}`);
    expect([node.status, node.error_type]).toEqual(isOld ? ['discover', null] : ['error', 'discover']);
    expect((await call('GET', 'nodes?cluster_id=abc')).status).toBe(500);
    expect((await call('PUT', 'clusters/1/deploy?nodes=abc')).status).toBe(500);
    expect((await fetch(`${fuel.url}version`)).status).toBe(isOld ? 200 : 401);
  });

  it('refuses what the real one refuses: unknown status, other networks, a wrong tenant, half an assignment', async () => {
    await start(version);
    await report();
    const id = await discovered();
    expect((await call('PUT', `nodes/${id}`, { status: 'nosuch' })).status).toBe(400);
    expect((await call('PUT', 'clusters/1', { net_provider: 'nova_network' })).status).toBe(400);
    const half = [
      { id, roles: ['compute'] },
      { id: 99, roles: ['compute'] },
    ];
    expect((await call('POST', 'clusters/1/assignment', half)).status).toBe(400);
    expect(await json(`nodes/${id}`)).toMatchObject({ cluster: null });
    const auth = { tenantName: 'nosuch', passwordCredentials: { username: 'admin', password: 'admin' } };
    const url = fuel.url.replace(/api\/$/, 'keystone/v2.0/tokens');
    expect((await fetch(url, { method: 'POST', body: JSON.stringify({ auth }) })).status).toBe(401);
  });
});
