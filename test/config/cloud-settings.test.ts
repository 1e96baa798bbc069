import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudSettings } from '../../config/index.ts';
import { Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch.remove());

const NAMED = 'name: a, auth_url: "http://h/v3"';
const USER = `${NAMED}, username: ann, password: p`;

function only(keys: string): CloudSettings {
  const [cloud] = scratch.load(`source: [{ ${keys} }]\n`).sources;
  if (cloud === undefined) throw new Error('no cloud');
  return cloud;
}

/** As plain data, secrets revealed. */
function credentials(cloud: CloudSettings): unknown {
  return Object.fromEntries(
    Object.entries(cloud.credentials).map(([key, value]) => [
      key,
      typeof value === 'object' && 'reveal' in value ? value.reveal() : value,
    ]),
  );
}

describe('credentials', () => {
  test('a user is looked up in the default domain unless one is named', () => {
    const domainOfUser = (keys: string) => credentials(only(`${USER}, project: x${keys}`));
    const inDomain = (domain: object) => ({ kind: 'password', user: { name: 'ann', domain }, password: 'p' });
    expect(domainOfUser('')).toEqual(inDomain({ id: 'default' }));
    expect(domainOfUser(', domain: Eng')).toEqual(inDomain({ name: 'Eng' }));
    expect(domainOfUser(', default_domain_id: d1')).toEqual(inDomain({ id: 'd1' }));
    expect(domainOfUser(', domain: Eng, user_domain_name: People')).toEqual(inDomain({ name: 'People' }));
    expect(domainOfUser(', user_domain: People, user_domain_id: d2')).toEqual(inDomain({ id: 'd2' }));
  });

  test('a user id needs no domain and wins over the name', () => {
    const cloud = only(`${USER}, user_id: u1, user_domain: People`);
    expect(credentials(cloud)).toEqual({ kind: 'password', user: { id: 'u1' }, password: 'p' });
  });

  test('a token alone is enough', () => {
    expect(credentials(only(`${NAMED}, token: t`))).toEqual({ kind: 'token', token: 't' });
  });

  test('an application credential is given by id or by name and user', () => {
    const secret = 'application_credential_secret: s';
    expect(credentials(only(`${NAMED}, application_credential_id: ac1, ${secret}`))).toEqual({
      kind: 'application-credential',
      id: 'ac1',
      secret: 's',
    });
    expect(credentials(only(`${NAMED}, application_credential_name: mover, username: ann, ${secret}`))).toEqual({
      kind: 'application-credential-by-name',
      name: 'mover',
      user: { name: 'ann', domain: { id: 'default' } },
      secret: 's',
    });
  });

  test('auth_type chooses among several', () => {
    expect(credentials(only(`${USER}, token: t, auth_type: v3token`))).toEqual({ kind: 'token', token: 't' });
    expect(credentials(only(`${USER}, token: t, auth_type: password`))).not.toHaveProperty('token');
  });

  test('the keys may stand in auth, as in clouds.yaml', () => {
    const cloud = only('name: a, auth: { auth_url: "http://h/v3", username: ann, password: p, project_name: x }');
    expect(cloud.authUrl).toBe('http://h/v3');
    expect(cloud.scope).toEqual({ kind: 'project', project: { name: 'x', domain: { id: 'default' } } });
  });

  test('a password keeps its zeros, its spaces and a lone dollar sign', () => {
    for (const [written, meant] of [
      ['0123', '0123'],
      ['1e3', '1e3'],
      ["' x '", ' x '],
      ['pa$word', 'pa$word'],
      ['pa$$word', 'pa$word'],
      ['no', 'no'],
    ] as const) {
      expect(credentials(only(`${NAMED}, username: ann, password: ${written}`))).toHaveProperty('password', meant);
    }
  });
});

describe('scope', () => {
  test.each([
    ['tenant: x', { kind: 'project', project: { name: 'x', domain: { id: 'default' } } }],
    ['tenant_name: x, project_domain_id: d', { kind: 'project', project: { name: 'x', domain: { id: 'd' } } }],
    ['project: x, project_domain: D, domain: E', { kind: 'project', project: { name: 'x', domain: { name: 'D' } } }],
    ['project_id: p1, project_name: x', { kind: 'project', project: { id: 'p1' } }],
    ['domain: D', { kind: 'domain', domain: { name: 'D' } }],
    ['domain_id: d', { kind: 'domain', domain: { id: 'd' } }],
    ['system_scope: all', { kind: 'system' }],
    ['user_domain: D', { kind: 'default' }],
  ])('%s', (keys, scope) => {
    expect(only(`${USER}, ${keys}`).scope).toEqual(scope);
  });
});

describe('the rest of a cloud', () => {
  test('region, interface, version and limits are as written', () => {
    const limits = 'limits: { max_concurrent_requests: 4, connect_timeout: 500ms, idle_timeout: 2m }';
    expect(only(`${USER}, region: R1, interface: internal, identity_api_version: 2, ${limits}`)).toMatchObject({
      regionName: 'R1',
      interface: 'internal',
      identityApiVersion: '2.0',
      limits: { maxConcurrentRequests: 4, connectTimeoutMs: 500, idleTimeoutMs: 120_000 },
    });
  });

  test('a service has its endpoint by either spelling', () => {
    const cloud = only(`${USER}, block_storage_endpoint_override: "http://s", endpoints: { compute: "http://n/v2.1" }`);
    expect(cloud.endpointOverrides).toEqual({ 'block-storage': 'http://s', compute: 'http://n/v2.1' });
  });

  test('certificates are found from the folder of the file, whatever the working directory', () => {
    const cacert = scratch.write('certificates/ca.pem', '');
    expect(only(`${USER}, cacert: certificates/ca.pem`).tls).toEqual({ verify: true, cacert });
    expect(only(`${USER}, insecure: yes`).tls).toEqual({ verify: false });
  });

  test('Fuel has credentials of its own', () => {
    const { fuelUrl, fuelCredentials } = only(`${USER}, fuel_url: "http://f:8000/api/", fuel_password: f`);
    expect(fuelUrl).toBe('http://f:8000/api/');
    expect(fuelCredentials).toMatchObject({ username: 'admin', tenant: 'admin' });
    expect(fuelCredentials?.password.reveal()).toBe('f');
  });

  test('anchors and merge keys share what clouds have in common', () => {
    const { sources } = scratch.load(`source:
  - &common { name: a, auth_url: "http://a/v3", username: u, password: p, region: R1 }
  - { <<: *common, name: b, auth_url: "http://b/v3" }
`);
    expect(sources.map(({ name, authUrl, regionName }) => [name, authUrl, regionName])).toEqual([
      ['a', 'http://a/v3', 'R1'],
      ['b', 'http://b/v3', 'R1'],
    ]);
  });
});
