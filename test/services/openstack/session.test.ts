import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../config/secret.ts';
import { createServiceClient } from '../../../services/openstack/create-service-client.ts';
import { Session, type SessionOptions } from '../../../services/openstack/session.ts';
import { LocalCloud, type LocalCloudOptions } from './local-cloud.ts';
import type { Reply } from './local-server.ts';
import { opened } from './opened.ts';

const MINUTE_MS = 60_000;
const catalog = [{ type: 'network', at: '/net' }];

async function cloudWith(options: LocalCloudOptions = {}, routes: Record<string, () => Reply> = {}) {
  const cloud = await LocalCloud.start({
    catalog,
    routes: (request) => routes[request.path]?.() ?? { body: { networks: [] } },
    ...options,
  });
  opened.push(cloud);
  return cloud;
}

function sessionOf(cloud: LocalCloud, options: SessionOptions = {}, over = {}) {
  const session = new Session(cloud.settings(over), { retry: { backOffMs: 0 }, ...options });
  opened.push(session);
  return { session, network: createServiceClient(session, 'network') };
}

describe('a session', () => {
  it('logs in when first used, and once for callers that come together', async () => {
    const cloud = await cloudWith();
    const { network } = sessionOf(cloud);
    expect(cloud.server.received).toHaveLength(0);
    await Promise.all(Array.from({ length: 8 }, () => network.get('/networks')));
    expect(cloud.issued).toBe(1);
  });

  it('renews once when the token is revoked while many calls are under way', async () => {
    const cloud = await cloudWith();
    const { network } = sessionOf(cloud);
    await network.get('/networks');
    cloud.revokeTokens();
    await Promise.all(Array.from({ length: 12 }, () => network.get('/networks')));
    expect(cloud.issued).toBe(2);
  });

  it('repeats a change that was refused for its token, with the new one', async () => {
    const cloud = await cloudWith();
    const { network } = sessionOf(cloud);
    await network.get('/networks');
    cloud.revokeTokens();
    await network.post('/networks', { network: { name: 'blue' } });
    const bodies = cloud.server.calls('POST', '/net/v2.0/networks').map((request) => request.body);
    expect(bodies).toEqual(['{"network":{"name":"blue"}}', '{"network":{"name":"blue"}}']);
  });

  it('gives up when the new token is refused too', async () => {
    const cloud = await cloudWith(
      {},
      { '/net/v2.0/networks': () => ({ status: 401, body: { error: { message: 'No.' } } }) },
    );
    const { network } = sessionOf(cloud);
    await expect(network.get('/networks')).rejects.toMatchObject({ kind: 'authentication', retry: { when: 'never' } });
    expect(cloud.issued).toBe(2);
  });

  it('renews before the token expires, by the clock of a server that is hours ahead', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const cloud = await cloudWith({ now: () => now + 240 * MINUTE_MS, tokenLifeMs: 60 * MINUTE_MS });
    const { network } = sessionOf(cloud, { now: () => now });
    await network.get('/networks');
    now += 54 * MINUTE_MS;
    await network.get('/networks');
    expect(cloud.issued).toBe(1);
    now += 2 * MINUTE_MS;
    await network.get('/networks');
    expect(cloud.issued).toBe(2);
  });

  it('goes on with a token that is still good when Keystone is away at renewal', async () => {
    let now = 0;
    const cloud = await cloudWith({ now: () => now, tokenLifeMs: 60 * MINUTE_MS });
    const { session, network } = sessionOf(cloud, { now: () => now, retry: { retries: 0 } });
    await network.get('/networks');
    now += 57 * MINUTE_MS;
    await cloud.stop();
    await expect(session.whoAmI()).resolves.toMatchObject({ user: { name: 'admin' } });
    now += 4 * MINUTE_MS;
    await expect(session.whoAmI()).rejects.toMatchObject({ kind: 'network' });
  });

  it('tells who it is: user, scope, roles and identity version', async () => {
    const { session } = sessionOf(await cloudWith());
    await expect(session.whoAmI()).resolves.toMatchObject({
      user: { id: 'admin-id', name: 'admin', domain: { id: 'default' } },
      scope: { kind: 'project', project: { name: 'ops' } },
      roles: [{ name: 'member' }, { name: 'admin' }],
      identityVersion: 'v3',
    });
  });

  it('scopes the same credentials to another project over the same connections', async () => {
    const cloud = await cloudWith({ projects: ['ops', 'acme'] });
    const { session } = sessionOf(cloud);
    await session.whoAmI();
    const acme = session.scopedTo({ projectId: 'acme-id' });
    await expect(acme.whoAmI()).resolves.toMatchObject({ scope: { project: { name: 'acme' } } });
    await expect(session.whoAmI()).resolves.toMatchObject({ scope: { project: { name: 'ops' } } });
    expect(cloud.server.connections).toBe(1);
  });

  it('repeats reads while a service is unavailable, and no change', async () => {
    let failures = 2;
    const flaky = () =>
      failures-- > 0 ? { status: 503, body: '<html><title>503</title></html>' } : { body: { networks: [] } };
    const cloud = await cloudWith({}, { '/net/v2.0/networks': flaky });
    const { network } = sessionOf(cloud);
    await expect(network.get('/networks')).resolves.toEqual({ networks: [] });
    failures = 1;
    await expect(network.post('/networks', {})).rejects.toMatchObject({
      kind: 'unavailable',
      retry: { when: 'back-off' },
    });
  });

  it('asks a silent server no second time: that would take as long again', async () => {
    const silence = new Promise<undefined>(() => undefined);
    const cloud = await cloudWith({ routes: ({ path }) => (path.endsWith('/networks') ? silence : undefined) });
    const limits = { maxConcurrentRequests: 4, connectTimeoutMs: 5_000, idleTimeoutMs: 300 };
    const { network } = sessionOf(cloud, {}, { limits });
    await expect(network.get('/networks')).rejects.toMatchObject({ kind: 'timeout', retry: { when: 'back-off' } });
    expect(cloud.server.calls('GET', '/net/v2.0/networks')).toHaveLength(1);
  });

  it('leaves a long wait that the server asks for to the caller', async () => {
    const cloud = await cloudWith(
      {},
      { '/net/v2.0/networks': () => ({ status: 429, headers: { 'retry-after': '300' } }) },
    );
    const { network } = sessionOf(cloud);
    await expect(network.get('/networks')).rejects.toMatchObject({
      kind: 'rate-limited',
      retry: { when: 'after', delayMs: 300_000 },
    });
    expect(cloud.server.calls('GET', '/net/v2.0/networks')).toHaveLength(1);
  });

  it('lets one caller leave without taking the shared login from the others', async () => {
    const cloud = await cloudWith();
    const { session } = sessionOf(cloud);
    const leaving = new AbortController();
    const left = session.whoAmI(leaving.signal);
    const stayed = session.whoAmI();
    leaving.abort(new Error('changed my mind'));
    await expect(left).rejects.toThrow('changed my mind');
    await expect(stayed).resolves.toMatchObject({ user: { name: 'admin' } });
    expect(cloud.issued).toBe(1);
  });

  it('knows services that the cloud lacks, and says so when one is used', async () => {
    const { session } = sessionOf(await cloudWith());
    await expect(session.has('block-storage')).resolves.toBe(false);
    await expect(createServiceClient(session, 'block-storage').get('/volumes')).rejects.toMatchObject({
      kind: 'configuration',
      message: 'old: block-storage: cloud old offers no block-storage service',
    });
  });

  it('refuses a region that the cloud does not have, and names those it has', async () => {
    const { session } = sessionOf(await cloudWith(), {}, { regionName: 'Mars' });
    await expect(session.whoAmI()).rejects.toMatchObject({
      kind: 'configuration',
      message: 'old: identity: the cloud has no region Mars; its regions: RegionOne',
    });
  });

  it('tries a token that stands beside the password first', async () => {
    const cloud = await cloudWith();
    cloud.admit('ready-made-token');
    const credentials = {
      kind: 'password' as const,
      user: { name: 'admin', domain: { id: 'default' } },
      password: new Secret('wrong'),
      token: new Secret('ready-made-token'),
    };
    const { session } = sessionOf(cloud, {}, { credentials });
    await expect(session.whoAmI()).resolves.toMatchObject({ user: { name: 'admin' } });
    expect(cloud.issued).toBe(0);
  });

  it('takes the password when that token is refused, and when it is revoked later', async () => {
    const cloud = await cloudWith();
    const credentials = {
      kind: 'password' as const,
      user: { name: 'admin', domain: { id: 'default' } },
      password: new Secret('correct-horse'),
      token: new Secret('ready-made-token'),
    };
    const { network } = sessionOf(cloud, {}, { credentials });
    await network.get('/networks');
    expect(cloud.issued).toBe(1);
    cloud.revokeTokens();
    await network.get('/networks');
    expect(cloud.issued).toBe(2);
  });
});
