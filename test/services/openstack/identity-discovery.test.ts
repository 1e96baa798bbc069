import { describe, expect, it } from '@jest/globals';
import { Session } from '../../../services/openstack/session.ts';
import { settingsFor } from './local-cloud.ts';
import { type Handler, LocalServer } from './local-server.ts';
import { cloudWith, login } from './login-at.ts';
import { opened } from './opened.ts';

describe('finding Keystone', () => {
  it.each([
    ['', ['v3'], 'v3'],
    ['/', ['v3', 'v2.0'], 'v3'],
    ['/v3', ['v3', 'v2.0'], 'v3'],
    ['/v3/', ['v3'], 'v3'],
    ['/v2.0/', ['v3', 'v2.0'], 'v2.0'],
    ['/v2.0', ['v2.0'], 'v2.0'],
    ['/', ['v2.0'], 'v2.0'],
  ] as const)('at auth_url %j where %j is offered uses %s', async (path, versions, expected) => {
    const session = login(await cloudWith({ versions }), path);
    await expect(session.whoAmI()).resolves.toMatchObject({ identityVersion: expected });
    expect(session.notes).toEqual([]);
  });

  it.each([
    ['/v2.0/', ['v3'], 'old: auth_url names Identity v2.0, but the cloud offers only v3: using v3'],
    ['/v3', ['v2.0'], 'old: auth_url names Identity v3, but the cloud offers only v2.0: using v2.0'],
  ] as const)('at auth_url %j where only %j is offered uses that, and notes it', async (path, versions, note) => {
    const session = login(await cloudWith({ versions }), path);
    await session.whoAmI();
    expect(session.notes).toEqual([note]);
  });

  it.each([
    ['', '2.0', 'v2.0'],
    ['/', '3', 'v3'],
    ['/v3', '2.0', 'v2.0'],
    ['/v2.0/', '3', 'v3'],
  ] as const)('at auth_url %j with identity_api_version %s uses %s', async (path, identityApiVersion, expected) => {
    const cloud = await cloudWith({ versions: ['v3', 'v2.0'] });
    const session = login(cloud, path, { identityApiVersion });
    await expect(session.whoAmI()).resolves.toMatchObject({ identityVersion: expected });
    expect(session.notes).toEqual([]);
    expect(cloud.server.calls('POST', expected === 'v3' ? '/v3/auth/tokens' : '/v2.0/tokens')).toHaveLength(1);
  });

  it('with an identity_api_version that is not offered uses what is, and notes it', async () => {
    const session = login(await cloudWith({ versions: ['v3'] }), '/', { identityApiVersion: '2.0' });
    await expect(session.whoAmI()).resolves.toMatchObject({ identityVersion: 'v3' });
    expect(session.notes).toEqual([
      'old: identity_api_version names Identity v2.0, but the cloud offers only v3: using v3',
    ]);
  });

  it.each([
    ['Glance', { id: 'v2.15' }],
    ['Neutron and Nova', { id: 'v2.0' }],
  ])('sends no password to an address at which %s answers', async (_service, version) => {
    const versions = [{ ...version, status: 'CURRENT', links: [{ rel: 'self', href: 'http://127.0.0.1/v2/' }] }];
    const server = await LocalServer.start(() => ({ status: 300, body: { versions } }));
    const session = new Session(settingsFor(`${server.origin}/`));
    opened.push(server, session);
    await expect(session.whoAmI()).rejects.toThrow('no Identity API v2.0 or v3 answers at');
    expect(server.received.map(({ method }) => method)).not.toContain('POST');
  });

  it('keeps to the address of auth_url, whatever host the documents name', async () => {
    const cloud = await cloudWith({ documentOrigin: 'http://controller.internal:35357' });
    await expect(login(cloud, '/').whoAmI()).resolves.toMatchObject({ identityVersion: 'v3' });
  });

  it('works below a prefix and where the unversioned document is hidden by a web page', async () => {
    const token = {
      token: {
        expires_at: '2100-01-01T00:00:00Z',
        user: { id: 'u', name: 'admin' },
        project: { id: 'p', name: 'ops' },
      },
    };
    const routes: Handler = ({ method, path }) => {
      if (method === 'POST' && path === '/identity/v3/auth/tokens') {
        return { status: 201, headers: { 'x-subject-token': 'secret-token' }, body: token };
      }
      const version = {
        id: 'v3.14',
        status: 'stable',
        links: [{ rel: 'self', href: 'http://10.0.0.1:5000/v3/' }],
        'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
      };
      return path === '/identity/v3/' ? { body: { version } } : { body: '<html>Horizon</html>' };
    };
    const server = await LocalServer.start(routes);
    const session = new Session(settingsFor(`${server.origin}/identity/v3`));
    opened.push(server, session);
    await expect(session.whoAmI()).resolves.toMatchObject({ scope: { project: { name: 'ops' } } });
  });

  it('where no Identity API answers says what auth_url must be', async () => {
    const server = await LocalServer.start(() => ({ body: '<html>It works!</html>' }));
    const session = new Session(settingsFor(`${server.origin}/v3`));
    opened.push(server, session);
    await expect(session.whoAmI()).rejects.toMatchObject({
      kind: 'configuration',
      details: { hint: 'auth_url must be the address of Keystone, like http://controller:5000/v3' },
    });
  });

  it('that is down for a moment is no mistake in the configuration', async () => {
    const server = await LocalServer.start(() => ({ status: 503, body: '<html>503</html>' }));
    const session = new Session(settingsFor(server.origin), { retry: { retries: 0 } });
    opened.push(server, session);
    await expect(session.whoAmI()).rejects.toMatchObject({ kind: 'unavailable', retry: { when: 'back-off' } });
  });

  it.each(['keystone:5000/v3', 'not a url', 'ftp://keystone/'])('refuses auth_url %j', async (authUrl) => {
    const session = new Session(settingsFor(authUrl));
    opened.push(session);
    await expect(session.whoAmI()).rejects.toMatchObject({ kind: 'configuration' });
  });
});
