import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Nailgun, nailgun, VERSIONS } from './nailgun.ts';

type Json = Record<string, unknown>;
interface Network {
  readonly id: number;
  readonly name: string;
  readonly ip_ranges: [string, string][];
}

let its: Nailgun;
describe.each(VERSIONS)('Nailgun %s', (version) => {
  const isOld = version === '6.0';
  beforeEach(async () => {
    its = await nailgun(version);
  });
  afterEach(() => its.close());
  const assign = async (id: number, roles = ['compute']) => its.call('POST', 'clusters/1/assignment', [{ id, roles }]);
  const changes = async () => (await its.call('PUT', 'clusters/1/changes')).json<Json>();

  it('finds out before it begins: no controller left, a disk too small, an untagged network beside another', async () => {
    const id = await its.discovered(10, 8 * 2 ** 30);
    await assign(id);
    expect(await changes()).toMatchObject({ status: 'error', message: expect.stringContaining('insufficient disk') });
    await its.call('POST', 'clusters/1/unassignment', [{ id }]);
    const second = await its.discovered(11);
    await assign(second);
    const [first, other] = its.fuel.state.node(second)?.nics ?? [];
    first?.networks.push(...(other?.networks.splice(0) ?? []));
    expect(await changes()).toMatchObject({ status: 'error', message: expect.stringContaining('untagged networks') });
    await its.call('POST', 'clusters/1/unassignment', [{ id: second }, { id: 1 }]);
    expect(await changes()).toMatchObject({
      status: 'error',
      message: expect.stringContaining('Not enough controllers'),
    });
    expect(await its.get('nodes/1')).toMatchObject({ status: 'ready', pending_deletion: true });
  });

  it('has no addresses for more nodes than its ranges hold, also where it checks nothing before', async () => {
    const environment = its.fuel.state.clusters[0];
    const storage = environment?.networks.find(({ name }) => name === 'storage');
    Object.assign(storage ?? {}, { ranges: [['192.168.4.1', '192.168.4.2']] });
    const id = await its.discovered();
    await assign(id);
    expect(await changes()).toMatchObject({
      message: expect.stringMatching(/Not enough free IP addresses.*'storage'/),
    });
    await its.call('PUT', `clusters/1/provision?nodes=${id}`);
    its.clock.advance(60_000);
    const task = (await its.call('PUT', `clusters/1/deploy?nodes=${id}`)).json<{ id: number }>();
    its.clock.advance(60_000);
    expect(await its.get(`tasks/${task.id}`)).toMatchObject({ status: 'error' });
  });

  it('refuses roles that conflict, and those of other releases', async () => {
    const id = await its.discovered();
    expect((await assign(id, ['controller', 'compute'])).text).toContain('in conflict with role');
    expect((await assign(id, ['base-os'])).status).toBe(isOld ? 400 : 200);
    expect((await assign(id, ['base-os', 'cinder'])).status).toBe(400);
  });

  it('gives addresses at deployment, and lists what is changed until it is deployed', async () => {
    const id = await its.discovered();
    await assign(id);
    const data = async () =>
      (await its.get<{ network_data: { name: string; ip?: string }[] }>(`nodes/${id}`)).network_data;
    const management = async () => (await data()).find(({ name }) => name === 'management');
    expect(await management()).not.toHaveProperty('ip');
    expect((await its.get<{ changes: object[] }>('clusters/1')).changes).toEqual([
      { name: 'disks', node_id: id },
      { name: 'interfaces', node_id: id },
    ]);
    await changes();
    its.clock.advance(60_000);
    expect(await management()).toMatchObject({ dev: 'eth0', vlan: 101, ip: '192.168.3.4/24' });
    expect((await its.get<{ changes: object[] }>('clusters/1')).changes).toEqual([]);
  });

  it('takes a part of the attributes while they are not locked', async () => {
    const body = { editable: { common: { libvirt_type: { value: 'kvm' } } } };
    const answer = await its.call('PUT', 'clusters/1/attributes', body);
    expect(answer.status).toBe(isOld ? 403 : 200);
    expect((await its.call('PATCH', 'clusters/1/attributes', body)).status).toBe(isOld ? 405 : 200);
    const { editable } = await its.get<{ editable: { common: Json; access: Json } }>('clusters/1/attributes');
    expect(editable.common.libvirt_type).toMatchObject({ value: isOld ? 'qemu' : 'kvm', type: 'text' });
    expect(editable.access.user).toMatchObject({ value: 'admin' });
  });

  it('takes a part of the networks, if none overlap and all addresses stay within', async () => {
    const path = 'clusters/1/network_configuration/neutron';
    const { networks } = await its.get<{ networks: Network[] }>(path);
    const { id } = networks.find(({ name }) => name === 'management')!;
    const put = async (change: object) => await its.call('PUT', path, { networks: [{ id, ...change }] });
    expect((await put({ vlan_start: 120 })).status).toBe(isOld ? 403 : 200);
    expect((await its.call('PUT', 'clusters/1/network_configuration/nova_network', {})).status).toBe(400);
    if (isOld) return;
    expect((await put({ cidr: '192.168.4.0/24' })).text).toContain('Address space intersection');
    expect((await put({ ip_ranges: [['192.168.3.100', '192.168.3.200']] })).text).toContain(
      'do not cover already allocated',
    );
    expect((await its.get<{ networks: object[] }>(path)).networks).toContainEqual(
      expect.objectContaining({ id, vlan_start: 120 }),
    );
    const node = await its.discovered();
    await assign(node);
    await changes();
    its.clock.advance(500);
    expect((await put({ vlan_start: 121 })).status).toBe(403);
    its.clock.advance(2_500);
    expect((await put({ vlan_start: 121 })).status).toBe(200);
  });

  it('lays many nodes out in one call, and tells its default', async () => {
    const id = await its.discovered();
    await assign(id);
    const interfaces = await its.get<Json[]>(`nodes/${id}/interfaces`);
    const moved = await its.call('PUT', 'nodes/interfaces', [{ id, interfaces }]);
    expect([moved.status, moved.json<object[]>()]).toMatchObject([200, [{ id }]]);
    expect(await its.get(`nodes/${id}/interfaces/default_assignment`)).toEqual(interfaces);
    expect(await its.get(`nodes/${id}/disks/defaults`)).toEqual(await its.get(`nodes/${id}/disks`));
  });

  it('marks notifications as read', async () => {
    await its.discovered();
    const [first] = await its.get<{ id: number; status: string }[]>('notifications');
    await its.call('PUT', 'notifications', [{ id: first?.id, status: 'read' }]);
    expect(await its.get('notifications')).toMatchObject([{ id: first?.id, status: 'read' }]);
  });

  it('says 405 to what cannot be done with what is there, and hangs up on what nobody knows', async () => {
    expect((await its.call('DELETE', 'releases/2')).status).toBe(405);
    expect((await its.call('POST', 'clusters/1/changes')).status).toBe(405);
    expect((await its.call('GET', 'nosuch')).text).toBe('not found');
    await expect(its.call('OPTIONS', 'nodes')).rejects.toThrow();
  });

  it('gives tokens of Keystone v3 from 9.2 on, which end like others', async () => {
    const login = (name: string) =>
      fetch(new URL('/keystone/v3/auth/tokens', its.fuel.url), {
        method: 'POST',
        body: JSON.stringify({
          auth: {
            identity: {
              methods: ['password'],
              password: { user: { name, password: 'admin', domain: { name: 'fuel' } } },
            },
            scope: { project: { name: 'admin', domain: { name: 'fuel' } } },
          },
        }),
      });
    const answer = await login('admin');
    expect(answer.status).toBe(isOld ? 404 : 201);
    expect((await login('nobody')).status).toBe(isOld ? 404 : 401);
    const token = answer.headers.get('x-subject-token') ?? its.token;
    const nodes = async () => (await fetch(`${its.fuel.url}nodes`, { headers: { 'x-auth-token': token } })).status;
    expect(await nodes()).toBe(200);
    its.clock.advance(25 * 3600_000);
    expect(await nodes()).toBe(401);
  });
});
