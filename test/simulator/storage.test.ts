import { createHash } from 'node:crypto';
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

const G = '/image/v2/images';
const V = '/volume/v3';
const BYTES = { 'content-type': 'application/octet-stream' };
const PATCH = { 'content-type': 'application/openstack-images-v2.1-json-patch' };

describe('images', () => {
  it('take the id that a client chooses, once for ever', async () => {
    const id = 'aaaaaaaa-1111-4222-8333-444444444444';
    expect(at((await ann.post(G, { id })).body, 'id')).toBe(id);
    await ann.call('DELETE', `${G}/${id}`);
    const refused = await ann.post(G, { id });
    expect(refused.status).toBe(409);
    expect(at(refused.body, 'message')).toContain('already exists!');
  });

  it('are found by name whatever the case, and by operators, which a plain colon looks like', async () => {
    for (const name of ['ubuntu:22.04', 'Debian']) await ann.post(G, { name });
    const named = async (filter: string) => {
      const answer = await ann.get(`${G}?name=${encodeURIComponent(filter)}`);
      return answer.status === 200 ? each(answer.body, 'images', 'name') : answer.status;
    };
    expect(await named('ubuntu:22.04')).toBe(400);
    expect(await named('eq:ubuntu:22.04')).toEqual(['ubuntu:22.04']);
    expect(await named('in:debian,centos')).toEqual(['Debian']);
    expect(await named('DEBIAN')).toEqual(['Debian']);
  });

  it('are queued until their bytes are there, hashed on the way, and take them only once', async () => {
    const made = await ann.post(G, { name: 'i', disk_format: 'raw', container_format: 'bare' });
    expect(at(made.body, 'status')).toBe('queued');
    const path = `${G}/${at(made.body, 'id')}`;
    expect((await ann.call('GET', `${path}/file`)).status).toBe(204);
    const bytes = new Uint8Array(300_000).fill(7);
    expect((await ann.call('PUT', `${path}/file`, bytes, BYTES)).status).toBe(204);
    const done = await ann.get(path);
    expect(at(done.body, 'status')).toBe('active');
    expect(at(done.body, 'size')).toBe(300_000);
    expect(at(done.body, 'os_hash_value')).toBe(createHash('sha512').update(bytes).digest('hex'));
    expect((await ann.call('PUT', `${path}/file`, bytes, BYTES)).status).toBe(409);
  });

  it('give made-up bytes that fit their checksum', async () => {
    const image = at((await ann.get(G)).body, 'images', 0);
    const url = `${simulator.cloud('one').state.publicUrl}${G}/${at(image, 'id')}/file`;
    const response = await fetch(url, { headers: { 'x-auth-token': ann.token } });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes).toHaveLength(Number(at(image, 'size')));
    expect(createHash('md5').update(bytes).digest('hex')).toBe(at(image, 'checksum'));
  });

  it('are seen by members once accepted, which only the member does', async () => {
    const gus = await login(simulator, 'gus', 'secret', 'globex');
    const globex = simulator.cloud('one').state.identity.projects.where('name', 'globex')[0]?.id;
    const path = `${G}/${at((await ann.post(G, { name: 'shared' })).body, 'id')}`;
    expect((await gus.get(path)).status).toBe(404);
    await ann.post(`${path}/members`, { member: globex });
    expect((await gus.get(path)).status).toBe(200);
    expect(each((await gus.get(G)).body, 'images', 'name')).not.toContain('shared');
    expect((await ann.call('PUT', `${path}/members/${globex}`, { status: 'accepted' })).status).toBe(403);
    expect((await gus.call('PUT', `${path}/members/${globex}`, { status: 'accepted' })).status).toBe(200);
    expect(each((await gus.get(G)).body, 'images', 'name')).toContain('shared');
  });

  it('are made public by an admin only, and guard what is read-only or protected', async () => {
    const path = `${G}/${at((await ann.post(G, { name: 'mine' })).body, 'id')}`;
    const change = (client: Client, name: string, value: unknown) =>
      client.call('PATCH', path, [{ op: 'replace', path: `/${name}`, value }], PATCH);
    expect((await change(ann, 'visibility', 'public')).status).toBe(403);
    expect((await change(ann, 'size', 3)).status).toBe(403);
    expect((await change(ann, 'nothing', 'x')).status).toBe(409);
    expect((await change(admin, 'protected', true)).status).toBe(200);
    expect((await ann.call('DELETE', path)).status).toBe(403);
  });

  it('page by marker and next', async () => {
    await ann.post(G, { name: 'second' });
    const first = await ann.get(`${G}?limit=1`);
    const second = await ann.get(`/image${at(first.body, 'next')}`);
    expect([...each(first.body, 'images', 'name'), ...each(second.body, 'images', 'name')]).toEqual([
      'second',
      'cirros',
    ]);
  });
});

describe('volumes', () => {
  it('are creating, then available; a snapshot holds its volume', async () => {
    const made = await ann.post(`${V}/volumes`, { volume: { size: 1, name: 'v' } });
    expect([made.status, at(made.body, 'volume', 'status')]).toEqual([202, 'creating']);
    const id = at(made.body, 'volume', 'id');
    const early = await ann.post(`${V}/snapshots`, { snapshot: { volume_id: id } });
    expect(at(early.body, 'badRequest', 'message')).toContain('not assigned to a host');
    simulator.clock.advance(1000);
    expect(at((await ann.get(`${V}/volumes/${id}`)).body, 'volume', 'status')).toBe('available');
    expect((await ann.post(`${V}/snapshots`, { snapshot: { volume_id: id } })).status).toBe(202);
    expect((await ann.call('DELETE', `${V}/volumes/${id}`)).status).toBe(400);
  });

  it('attach to a server and come off again', async () => {
    const { nova, cinder } = simulator.cloud('one').state;
    const web = nova.servers.find((row) => row.name === 'web')?.id;
    const data = cinder.volumes.find((row) => row.name === 'data');
    expect(data?.status).toBe('in-use');
    const db = nova.servers.find((row) => row.name === 'db')?.id;
    const refused = await ann.post(`/compute/v2.1/servers/${web}/os-volume_attachments`, {
      volumeAttachment: { volumeId: data?.id },
    });
    expect(refused.status).toBe(400);
    await ann.call('DELETE', `/compute/v2.1/servers/${db}/os-volume_attachments/${data?.id}`);
    simulator.clock.advance(500);
    expect(at((await ann.get(`${V}/volumes/${data?.id}`)).body, 'volume', 'status')).toBe('available');
  });

  it('are refused over quota with 413', async () => {
    const refused = await ann.post(`${V}/volumes`, { volume: { size: 100_000 } });
    expect(refused.status).toBe(413);
    expect(at(refused.body, 'overLimit', 'message')).toContain('VolumeSizeExceedsAvailableQuota');
  });

  it('become images of the caller’s project', async () => {
    const made = await ann.post(`${V}/volumes`, { volume: { size: 1 } });
    simulator.clock.advance(1000);
    const action = { 'os-volume_upload_image': { image_name: 'up', disk_format: 'raw', container_format: 'bare' } };
    const upload = await ann.post(`${V}/volumes/${at(made.body, 'volume', 'id')}/action`, action);
    const image = `${G}/${at(upload.body, 'os-volume_upload_image', 'image_id')}`;
    expect(at((await ann.get(image)).body, 'status')).toBe('queued');
    simulator.clock.advance(3000);
    expect(at((await ann.get(image)).body, 'status')).toBe('active');
  });
});
