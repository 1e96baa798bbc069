import { describe, expect, it } from '@jest/globals';
import type { CloudSettings, Credentials } from '../../../config/cloud-settings.ts';
import { Secret } from '../../../config/secret.ts';
import { createServiceClient } from '../../../services/openstack/create-service-client.ts';
import type { LocalCloud } from './local-cloud.ts';
import { cloudWith, login } from './login-at.ts';

const user = { name: 'admin', domain: { id: 'default' } };

function authBody(cloud: LocalCloud, path: string) {
  return JSON.parse(cloud.server.calls('POST', path).at(-1)?.body ?? '{}').auth;
}

describe('logging in at v3', () => {
  it('sends user, password, domains and project', async () => {
    const cloud = await cloudWith();
    await login(cloud, '/v3').whoAmI();
    expect(authBody(cloud, '/v3/auth/tokens')).toEqual({
      identity: {
        methods: ['password'],
        password: { user: { name: 'admin', domain: { id: 'default' }, password: 'correct-horse' } },
      },
      scope: { project: { name: 'ops', domain: { id: 'default' } } },
    });
  });

  it.each([
    [{ kind: 'domain', domain: { name: 'Default' } }, { domain: { name: 'Default' } }, 'domain'],
    [{ kind: 'system' }, { system: { all: true } }, 'system'],
    [{ kind: 'project', project: { id: 'ops-id' } }, { project: { id: 'ops-id' } }, 'project'],
  ] as const)('scopes to %j', async (scope, sent, kind) => {
    const cloud = await cloudWith();
    await expect(login(cloud, '/v3', { scope }).whoAmI()).resolves.toMatchObject({ scope: { kind } });
    expect(authBody(cloud, '/v3/auth/tokens').scope).toEqual(sent);
  });

  it('sends an application credential without a scope', async () => {
    const cloud = await cloudWith();
    const credentials: Credentials = { kind: 'application-credential', id: 'ac', secret: new Secret('correct-horse') };
    await login(cloud, '/v3', { credentials, scope: { kind: 'default' } }).whoAmI();
    expect(authBody(cloud, '/v3/auth/tokens')).toEqual({
      identity: { methods: ['application_credential'], application_credential: { id: 'ac', secret: 'correct-horse' } },
    });
  });

  it('names application credentials with their user', async () => {
    const cloud = await cloudWith();
    const credentials: Credentials = {
      kind: 'application-credential-by-name',
      name: 'pump',
      user,
      secret: new Secret('correct-horse'),
    };
    await login(cloud, '/v3', { credentials, scope: { kind: 'default' } }).whoAmI();
    expect(authBody(cloud, '/v3/auth/tokens').identity.application_credential).toMatchObject({ name: 'pump', user });
  });

  it('cannot take an application credential to another project', async () => {
    const cloud = await cloudWith({ projects: ['ops', 'acme'] });
    const credentials: Credentials = { kind: 'application-credential', id: 'ac', secret: new Secret('correct-horse') };
    const session = login(cloud, '/v3', { credentials, scope: { kind: 'default' } });
    await expect(session.scopedTo({ projectId: 'acme-id' }).whoAmI()).rejects.toMatchObject({ kind: 'configuration' });
  });

  it('uses a token that already has the scope as it is', async () => {
    const cloud = await cloudWith();
    cloud.admit('given');
    await login(cloud, '/v3', { credentials: { kind: 'token', token: new Secret('given') } }).whoAmI();
    expect(cloud.server.calls('POST', '/v3/auth/tokens')).toHaveLength(0);
  });

  it('rescopes a token of another scope', async () => {
    const cloud = await cloudWith({ projects: ['ops', 'acme'] });
    cloud.admit('given');
    const scope = { kind: 'project', project: { name: 'acme', domain: { id: 'default' } } } as const;
    await login(cloud, '/v3', { credentials: { kind: 'token', token: new Secret('given') }, scope }).whoAmI();
    expect(authBody(cloud, '/v3/auth/tokens').identity).toEqual({ methods: ['token'], token: { id: 'given' } });
  });

  it('with a token that has run out says that there is no way to get another', async () => {
    const session = login(await cloudWith(), '/v3', { credentials: { kind: 'token', token: new Secret('stale') } });
    await expect(session.whoAmI()).rejects.toMatchObject({
      kind: 'authentication',
      details: { hint: 'the token of cloud old is refused or has expired, and there is no password to get another' },
    });
  });

  it('with a wrong password says what to check, and not the password', async () => {
    const credentials: Credentials = { kind: 'password', user, password: new Secret('battery-staple') };
    const failure = login(await cloudWith(), '/v3', { credentials }).whoAmI();
    await expect(failure).rejects.toThrow(
      'old: identity: POST /v3/auth/tokens: 401: The request you have made requires authentication.; check user name, password, project and domains of cloud old',
    );
  });
});

describe('logging in at v2.0', () => {
  it.each([
    [{ name: 'ops', domain: { id: 'default' } }, { tenantName: 'ops' }],
    [{ id: 'ops-id' }, { tenantId: 'ops-id' }],
  ])('names the tenant %j', async (project, sent) => {
    const cloud = await cloudWith({ versions: ['v2.0'] });
    await login(cloud, '/v2.0/', { scope: { kind: 'project', project } }).whoAmI();
    expect(authBody(cloud, '/v2.0/tokens')).toEqual({
      passwordCredentials: { username: 'admin', password: 'correct-horse' },
      ...sent,
    });
  });

  it('goes on with a token', async () => {
    const cloud = await cloudWith({ versions: ['v2.0'] });
    cloud.admit('given');
    await login(cloud, '/v2.0', { credentials: { kind: 'token', token: new Secret('given') } }).whoAmI();
    expect(authBody(cloud, '/v2.0/tokens')).toEqual({ token: { id: 'given' }, tenantName: 'ops' });
  });

  it.each<[string, Partial<CloudSettings>]>([
    [
      'application credentials',
      { credentials: { kind: 'application-credential', id: 'ac', secret: new Secret('s3cret-one') } },
    ],
    ['a system scope', { scope: { kind: 'system' } }],
    ['a domain scope', { scope: { kind: 'domain', domain: { id: 'default' } } }],
    [
      'the domain acme',
      { credentials: { kind: 'password', user: { name: 'bob', domain: { name: 'acme' } }, password: new Secret('x') } },
    ],
  ])('does not know %s', async (what, over) => {
    const session = login(await cloudWith({ versions: ['v2.0'] }), '/v2.0', over);
    await expect(session.whoAmI()).rejects.toMatchObject({
      kind: 'configuration',
      details: { reason: `the cloud offers Identity v2.0 only, which does not know ${what}` },
    });
  });

  it('gives way to v3 where that is offered and needed', async () => {
    const session = login(await cloudWith({ versions: ['v2.0', 'v3'] }), '/v2.0', { scope: { kind: 'system' } });
    await expect(session.whoAmI()).resolves.toMatchObject({ identityVersion: 'v3' });
    expect(session.notes).toEqual(['old: auth_url names Identity v2.0, but a system scope needs v3: using v3']);
  });

  it("reaches the administrators' address through the catalogue", async () => {
    const cloud = await cloudWith({
      versions: ['v2.0'],
      catalog: [
        { type: 'identity', at: '/v2.0', interface: 'public' },
        { type: 'identity', at: '/admin/v2.0', interface: 'admin' },
      ],
      routes: ({ path }) => (path === '/admin/v2.0/users' ? { body: { users: [] } } : undefined),
    });
    const session = login(cloud, '/v2.0');
    await expect(createServiceClient(session, 'identity').endpoint()).resolves.toBe(`${cloud.server.origin}/v2.0`);
    const admin = createServiceClient(session, 'identity', { interface: 'admin' });
    await expect(admin.get('/users')).resolves.toEqual({ users: [] });
  });
});

it("a v2.0 cloud that names no administrators' address says so when one is needed", async () => {
  const cloud = await cloudWith({ versions: ['v2.0'], catalog: [{ type: 'identity', at: '/v2.0' }] });
  const admin = createServiceClient(login(cloud, '/v2.0'), 'identity', { interface: 'admin' });
  await expect(admin.get('/users')).rejects.toThrow(
    'old: identity: cloud old offers no admin endpoint of it; it has: public',
  );
});

describe.each(['v3', 'v2.0'] as const)('a login at %s that names no project', (version) => {
  const scope = { kind: 'default' } as const;

  it('takes the only project', async () => {
    const session = login(await cloudWith({ versions: [version], projects: ['acme'] }), '/', { scope });
    await expect(session.whoAmI()).resolves.toMatchObject({ scope: { project: { name: 'acme' } } });
  });

  it('takes the one called like the user', async () => {
    const session = login(await cloudWith({ versions: [version], projects: ['acme', 'admin', 'ops'] }), '/', { scope });
    await expect(session.whoAmI()).resolves.toMatchObject({ scope: { project: { name: 'admin' } } });
  });

  it('lists them when it cannot choose', async () => {
    const session = login(await cloudWith({ versions: [version], projects: ['ops', 'acme'] }), '/', { scope });
    await expect(session.whoAmI()).rejects.toThrow(
      'old: identity: user admin has roles in several projects (acme, ops) and none is configured; set tenant to one of them',
    );
  });

  it('says so when there is none', async () => {
    const session = login(await cloudWith({ versions: [version], projects: [] }), '/', { scope });
    await expect(session.whoAmI()).rejects.toMatchObject({
      kind: 'configuration',
      details: { reason: 'user admin has a role in no project' },
    });
  });
});

it("a login at v3 that names no project takes the user's default project first", async () => {
  const cloud = await cloudWith({ projects: ['ops', 'acme'], defaultProject: 'acme' });
  const session = login(cloud, '/v3', { scope: { kind: 'default' } });
  await expect(session.whoAmI()).resolves.toMatchObject({ scope: { project: { name: 'acme' } } });
});
