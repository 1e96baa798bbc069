import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Simulator } from '../../simulator/index.ts';
import { at, type Client, each, login, start } from './sim-client.ts';

let simulator: Simulator;
let admin: Client;
let ann: Client;

beforeEach(async () => {
  simulator = await start();
  admin = await login(simulator);
  ann = await login(simulator, 'ann', 'secret', 'acme');
});
afterEach(() => simulator.close());

const NOVA = '/compute/v2.1';
const state = () => simulator.cloud('one').state;
const serverId = (name: string) => state().nova.servers.find((row) => row.name === name)?.id ?? '';
const imageId = () => state().glance.images.find((row) => row.name === 'cirros')?.id ?? '';
const networkId = () => state().neutron.networks.find((row) => row.name === 'net')?.id ?? '';

const wanted = (more: object = {}) => ({
  server: { name: 'new', flavorRef: 'f1', imageRef: imageId(), networks: [{ uuid: networkId() }], ...more },
});

describe('a server being made', () => {
  it('is in BUILD, has a host and an address later, and is ACTIVE at last', async () => {
    const made = await ann.post(`${NOVA}/servers`, wanted(), 'compute 2.37');
    expect(made.status).toBe(202);
    const path = `${NOVA}/servers/${at(made.body, 'server', 'id')}`;
    const first = await ann.get(path);
    expect(at(first.body, 'server', 'status')).toBe('BUILD');
    expect(at(first.body, 'server', 'addresses')).toEqual({});
    simulator.clock.advance(3000);
    const last = await ann.get(path);
    expect(at(last.body, 'server', 'status')).toBe('ACTIVE');
    expect(at(last.body, 'server', 'addresses', 'net', 0, 'OS-EXT-IPS:type')).toBe('fixed');
  });

  it('is accepted with a port of another project, and goes to ERROR', async () => {
    const port = await ann.post('/networking/v2.0/ports', { port: { network_id: networkId() } });
    const made = await admin.post(`${NOVA}/servers`, wanted({ networks: [{ port: at(port.body, 'port', 'id') }] }));
    expect(made.status).toBe(202);
    simulator.clock.advance(5000);
    const found = await admin.get(`${NOVA}/servers/${at(made.body, 'server', 'id')}`);
    expect(at(found.body, 'server', 'status')).toBe('ERROR');
    expect(at(found.body, 'server', 'fault', 'message')).toContain('Exhausted all hosts');
  });

  it('belongs to the user whose token made it, and takes only that user’s keys', async () => {
    expect((await ann.post(`${NOVA}/servers`, wanted({ key_name: 'key' }))).status).toBe(202);
    const refused = await admin.post(`${NOVA}/servers`, wanted({ key_name: 'key' }));
    expect(at(refused.body, 'badRequest', 'message')).toBe('Invalid key_name provided.');
  });

  it('is refused over quota in Nova’s words', async () => {
    state().nova.quotas.set(state().identity.projects.where('name', 'acme')[0]?.id ?? '', { instances: 2 });
    const refused = await ann.post(`${NOVA}/servers`, wanted());
    expect(refused.status).toBe(403);
    expect(at(refused.body, 'forbidden', 'message')).toBe(
      'Quota exceeded for instances: Requested 1, but already used 2 of 2 instances',
    );
  });
});

describe('actions', () => {
  it('stop a server after a while, and refuse a second stop meanwhile', async () => {
    const path = `${NOVA}/servers/${serverId('web')}`;
    expect((await ann.post(`${path}/action`, { 'os-stop': null })).status).toBe(202);
    expect(at((await ann.get(path)).body, 'server', 'OS-EXT-STS:task_state')).toBe('powering-off');
    expect((await ann.post(`${path}/action`, { 'os-stop': null })).status).toBe(409);
    simulator.clock.advance(1000);
    expect(at((await ann.get(path)).body, 'server', 'status')).toBe('SHUTOFF');
  });

  it('refuse a locked server to its owner', async () => {
    const path = `${NOVA}/servers/${serverId('web')}/action`;
    await admin.post(path, { lock: null });
    expect((await ann.post(path, { 'os-stop': null })).status).toBe(409);
    expect((await ann.post(path, { unlock: null })).status).toBe(403);
  });

  it('snapshot into the project of the caller, through queued and saving, with bytes that are not the image’s', async () => {
    const path = `${NOVA}/servers/${serverId('web')}/action`;
    const made = await admin.post(path, { createImage: { name: 'snap' } }, 'compute 2.45');
    const snapshot = `/image/v2/images/${at(made.body, 'image_id')}`;
    expect(at((await admin.get(snapshot)).body, 'status')).toBe('queued');
    simulator.clock.advance(1500);
    expect(at((await admin.get(snapshot)).body, 'status')).toBe('saving');
    simulator.clock.advance(1500);
    const done = await admin.get(snapshot);
    expect(at(done.body, 'status')).toBe('active');
    expect(at(done.body, 'owner')).toBe(state().identity.projects.where('name', 'admin')[0]?.id);
    expect(at(done.body, 'checksum')).not.toBe(at((await admin.get(`/image/v2/images/${imageId()}`)).body, 'checksum'));
    expect((await ann.get(snapshot)).status).toBe(404);
  });

  it('migrate a server to another host, where it waits for the answer', async () => {
    const path = `${NOVA}/servers/${serverId('web')}`;
    const host = at((await admin.get(path)).body, 'server', 'OS-EXT-SRV-ATTR:host');
    expect((await ann.post(`${path}/action`, { migrate: null })).status).toBe(403);
    expect((await admin.post(`${path}/action`, { migrate: null })).status).toBe(202);
    simulator.clock.advance(3000);
    const moved = await admin.get(path);
    expect(at(moved.body, 'server', 'status')).toBe('VERIFY_RESIZE');
    expect(at(moved.body, 'server', 'OS-EXT-SRV-ATTR:host')).not.toBe(host);
    expect((await admin.post(`${path}/action`, { confirmResize: null })).status).toBe(204);
    expect(at((await admin.get(path)).body, 'server', 'status')).toBe('ACTIVE');
  });
});

describe('microversions', () => {
  it.each([
    ['2.1', 'locked', false],
    ['2.9', 'locked', true],
    ['2.18', 'description', false],
    ['2.19', 'description', true],
    ['2.26', 'tags', true],
    ['2.72', 'locked_reason', false],
    ['2.73', 'locked_reason', true],
    ['2.70', 'server_groups', false],
    ['2.71', 'server_groups', true],
  ])('%s shows %s: %s', async (version, field, there) => {
    const answer = await ann.get(`${NOVA}/servers/${serverId('web')}`, `compute ${version}`);
    expect(Object.keys(at(answer.body, 'server') as object).includes(field)).toBe(there);
  });

  it('embed the flavor from 2.47 on, and hide user data below 2.3', async () => {
    const path = `${NOVA}/servers/${serverId('web')}`;
    expect(at((await admin.get(path, 'compute 2.46')).body, 'server', 'flavor', 'id')).toBe('f1');
    expect(at((await admin.get(path, 'compute 2.47')).body, 'server', 'flavor', 'original_name')).toBe('m1');
    expect(at((await admin.get(path)).body, 'server', 'OS-EXT-SRV-ATTR:user_data')).toBeUndefined();
    expect(at((await admin.get(path, 'compute 2.3')).body, 'server', 'OS-EXT-SRV-ATTR:user_data')).toBe('aGVsbG8=');
  });

  it('are refused with 406 when too high and 400 when no version', async () => {
    const high = await ann.get(`${NOVA}/servers`, 'compute 2.99');
    expect(high.status).toBe(406);
    expect(at(high.body, 'computeFault', 'message')).toContain('maximum is 2.93');
    expect((await ann.get(`${NOVA}/servers`, 'compute abc')).status).toBe(400);
  });

  it('do not exist below /v2', async () => {
    const answer = await ann.get('/compute/v2/servers', 'compute 2.99');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('openstack-api-version')).toBeNull();
  });
});

describe('lists', () => {
  it('refuse all tenants to a member, and ignore its host filter', async () => {
    const refused = await ann.get(`${NOVA}/servers/detail?all_tenants=1`);
    expect(refused.status).toBe(403);
    expect(at(refused.body, 'forbidden', 'message')).toBe(
      "Policy doesn't allow os_compute_api:servers:detail:get_all_tenants to be performed.",
    );
    expect(at((await ann.get(`${NOVA}/servers?host=nowhere`)).body, 'servers')).toHaveLength(2);
    expect(at((await admin.get(`${NOVA}/servers?all_tenants=1&host=nowhere`)).body, 'servers')).toEqual([]);
  });

  it('page by marker with a link to the next, also after the last full page', async () => {
    const first = await ann.get(`${NOVA}/servers?limit=1`);
    const second = await ann.get(String(at(first.body, 'servers_links', 0, 'href')));
    const third = await ann.get(String(at(second.body, 'servers_links', 0, 'href')));
    const names = [first, second].flatMap((page) => each(page.body, 'servers', 'name'));
    expect(names.sort()).toEqual(['db', 'web']);
    expect(third.body).toEqual({ servers: [] });
    expect((await ann.get(`${NOVA}/servers?marker=nope`)).status).toBe(400);
  });

  it('show the keys of others to an admin from 2.10 on', async () => {
    const user = state().identity.users.where('name', 'ann')[0]?.id;
    const path = `${NOVA}/os-keypairs?user_id=${user}`;
    expect(at((await admin.get(path)).body, 'keypairs')).toEqual([]);
    expect(at((await admin.get(path, 'compute 2.10')).body, 'keypairs', 0, 'keypair', 'name')).toBe('key');
  });

  it('refuse a project in the path that is not the token’s', async () => {
    const other = state().identity.projects.where('name', 'globex')[0]?.id;
    expect((await ann.get(`${NOVA}/${other}/servers`)).status).toBe(400);
  });
});
