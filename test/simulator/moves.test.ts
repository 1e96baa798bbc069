import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Simulator } from '../../simulator/index.ts';
import { stopCompute } from '../../simulator/nova/compute-host.ts';
import type { Server } from '../../simulator/nova/state.ts';
import { type Client, login, start } from './sim-client.ts';

const LONGER_THAN_A_MOVE_MS = 5_000;

let simulator: Simulator;
let admin: Client;
let web: Server;

beforeEach(async () => {
  simulator = await start({ computeHosts: 3 });
  admin = await login(simulator);
  web = nova().servers.find(({ name }) => name === 'web') as Server;
  nova().servers.change(web, { host: 'one-c1' });
});
afterEach(() => simulator.close());

const nova = () => simulator.cloud('one').state.nova;
const act = (body: object, microversion: string) =>
  admin.post(`/compute/v2.1/servers/${web.id}/action`, body, `compute ${microversion}`);
const live = (host: string | null, more: object = {}) => ({
  'os-migrateLive': { host, block_migration: 'auto', ...more },
});
const newest = () => nova().migrations.all().at(-1);

function inGroup(policy: string, ...hosts: readonly string[]): void {
  const others = hosts.map((host) => nova().servers.add({ ...web, id: `other-${host}`, name: `other-${host}`, host }));
  const shared = { name: 'g', rules: {}, projectId: web.projectId, userId: web.userId };
  nova().serverGroups.add({ id: 'g', policy, ...shared, memberIds: [web, ...others].map(({ id }) => id) });
}

function fill(host: string): void {
  const flavor = { ...web.flavor, ram: 131_072 };
  nova().servers.add({ ...web, id: 'large', name: 'large', host, flavor });
  nova().servers.add({ ...web, id: 'larger', name: 'larger', host, flavor: { ...flavor, ram: 65_000 } });
}

describe('A host that is named for a move', () => {
  test.each([
    ['it has no room', () => fill('one-c2')],
    ['it is disabled', () => nova().services.change(computeOn('one-c2'), { disabled: true })],
    ['it is down', () => stopCompute(simulator.cloud('one').state, 'one-c2')],
    ['another of its group is there', () => inGroup('anti-affinity', 'one-c2')],
    ['its group is elsewhere', () => inGroup('affinity', 'one-c1')],
  ])('is refused by the scheduler after the answer when %s: the server is ACTIVE where it was', async (_, given) => {
    given();
    for (const body of [live('one-c2'), { migrate: { host: 'one-c2' } }]) {
      expect((await act(body, '2.68')).status).toBe(202);
      simulator.clock.advance(LONGER_THAN_A_MOVE_MS);
      expect(newest()).toMatchObject({ status: 'error', target: '' });
      expect(web).toMatchObject({ host: 'one-c1', vmState: 'active', taskState: null });
    }
  });

  test('is taken where it may', async () => {
    inGroup('anti-affinity', 'one-c3');
    expect((await act(live('one-c2'), '2.68')).status).toBe(202);
    simulator.clock.advance(LONGER_THAN_A_MOVE_MS);
    expect(web.host).toBe('one-c2');
  });

  test('can be forced by those versions alone that know the word, and was always forced before', async () => {
    inGroup('anti-affinity', 'one-c2');
    expect((await act(live('one-c2', { force: true }), '2.68')).status).toBe(400);
    expect((await act(live('one-c2', { force: true }), '2.29')).status).toBe(400);
    expect((await act(live('one-c2', { force: true }), '2.67')).status).toBe(202);
    simulator.clock.advance(LONGER_THAN_A_MOVE_MS);
    expect(web.host).toBe('one-c2');
    nova().servers.change(web, { host: 'one-c1' });
    expect((await act(live('one-c2'), '2.29')).status).toBe(202);
  });

  test('cannot be the one where the server is', async () => {
    expect((await act(live('one-c1'), '2.68')).status).toBe(400);
    expect((await act({ migrate: { host: 'one-c1' } }, '2.56')).status).toBe(400);
    stopCompute(simulator.cloud('one').state, 'one-c1');
    expect((await act({ evacuate: { host: 'one-c1' } }, '2.68')).status).toBe(400);
  });
});

describe('A server that nobody has room for', () => {
  beforeEach(() => {
    for (const host of ['one-c2', 'one-c3'])
      nova().servers.add({ ...web, id: `all-of-${host}`, host, flavor: { ...web.flavor, ram: 195_800 } });
  });

  test('is not moved, whichever way is asked for', async () => {
    expect((await act(live(null), '2.30')).status).toBe(400);
    expect((await act({ migrate: null }, '2.1')).status).toBe(202);
    simulator.clock.advance(LONGER_THAN_A_MOVE_MS);
    expect(web).toMatchObject({ host: 'one-c1', vmState: 'active' });
  });

  test('is in ERROR after it was to be built anew, and its migration too', async () => {
    stopCompute(simulator.cloud('one').state, 'one-c1');
    await act({ evacuate: {} }, '2.68');
    expect(web).toMatchObject({ host: 'one-c1', vmState: 'error' });
    expect(newest()).toMatchObject({ type: 'evacuation', status: 'error' });
  });
});

function computeOn(host: string) {
  const found = nova().services.find((row) => row.host === host && row.binary === 'nova-compute');
  if (found === undefined) throw new Error(`no nova-compute on ${host}`);
  return found;
}
