import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudSettings } from '../../config/index.ts';
import { Scratch } from './scratch.ts';

const CLOUDS = `clouds:
  mira:
    region_name: R1
    interface: internalURL
    compute_endpoint_override: http://nova/v2.1
    object_store_endpoint_override: http://swift
    image_api_version: 2
    auth:
      auth_url: http://mira/v3
      username: ann
      project_name: web
      user_domain_name: People
      project_domain_id: d1
`;
const SECURE = 'clouds: { mira: { auth: { password: from-secure } } }\n';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch.remove());

function only(keys: string): CloudSettings {
  const [cloud] = scratch.load(`source: [{ ${keys} }]\n`).sources;
  if (cloud === undefined) throw new Error('no cloud');
  return cloud;
}

function password({ credentials }: CloudSettings): string | undefined {
  return credentials.kind === 'password' ? credentials.password.reveal() : undefined;
}

test('a cloud is named by its entry of clouds.yaml, with the password of secure.yaml', () => {
  scratch.write('clouds.yaml', CLOUDS);
  scratch.write('secure.yaml', SECURE);
  const cloud = only('cloud: mira');
  expect(cloud).toMatchObject({
    name: 'mira',
    authUrl: 'http://mira/v3',
    regionName: 'R1',
    interface: 'internal',
    endpointOverrides: { compute: 'http://nova/v2.1' },
    credentials: { kind: 'password', user: { name: 'ann', domain: { name: 'People' } } },
    scope: { kind: 'project', project: { name: 'web', domain: { id: 'd1' } } },
  });
  expect(password(cloud)).toBe('from-secure');
});

describe('keys beside cloud win', () => {
  beforeEach(() => {
    scratch.write('clouds.yaml', CLOUDS);
    scratch.write('secure.yaml', SECURE);
  });

  test('one by one', () => {
    const cloud = only('name: target-1, cloud: mira, region: R2, image_endpoint_override: "http://glance"');
    expect(cloud).toMatchObject({ name: 'target-1', regionName: 'R2', authUrl: 'http://mira/v3' });
    expect(cloud.endpointOverrides).toEqual({ compute: 'http://nova/v2.1', image: 'http://glance' });
  });

  test('also in another form: a project id over a name, an application credential over a password', () => {
    expect(only('cloud: mira, tenant_id: p1').scope).toEqual({ kind: 'project', project: { id: 'p1' } });
    expect(only('cloud: mira, system_scope: all').scope).toEqual({ kind: 'system' });
    const { credentials, scope } = only('cloud: mira, application_credential_id: i, application_credential_secret: s');
    expect([credentials.kind, scope.kind]).toEqual(['application-credential', 'default']);
  });
});

describe('clouds.yaml is found', () => {
  const cloudAt = (url: string) => `clouds: { mira: { auth: { auth_url: "${url}", username: u, password: p } } }`;

  test('in the working directory before the home, there before the site, and first of all where the variable says', () => {
    scratch.write('xdg/openstack/clouds.yaml', cloudAt('http://site'));
    expect(only('cloud: mira').authUrl).toBe('http://site');
    scratch.write('home/.config/openstack/clouds.yml', cloudAt('http://home'));
    expect(only('cloud: mira').authUrl).toBe('http://home');
    scratch.write(
      'clouds.json',
      JSON.stringify({ clouds: { mira: { auth: { auth_url: 'http://cwd', token: 't' } } } }),
    );
    expect(only('cloud: mira').authUrl).toBe('http://cwd');
    scratch.env.OS_CLIENT_CONFIG_FILE = scratch.write('elsewhere.yaml', cloudAt('http://elsewhere'));
    expect(only('cloud: mira').authUrl).toBe('http://elsewhere');
  });

  test('and secure.yaml where its variable says', () => {
    scratch.write('clouds.yaml', CLOUDS);
    scratch.env.OS_CLIENT_SECURE_FILE = scratch.write('passwords.yaml', SECURE);
    expect(password(only('cloud: mira'))).toBe('from-secure');
  });
});

test('a profile of clouds-public.yaml gives what the entry does not', () => {
  scratch.write(
    'clouds-public.yaml',
    'public-clouds: { big: { region_name: EU, auth: { auth_url: "http://big/v3" } } }',
  );
  scratch.write('clouds.yaml', 'clouds: { mira: { profile: big, auth: { username: u, password: p } } }');
  expect(only('cloud: mira')).toMatchObject({ authUrl: 'http://big/v3', regionName: 'EU' });
});

test('of several regions the first is taken, or the one asked for, with its own values', () => {
  scratch.write(
    'clouds.yaml',
    `clouds:
  mira:
    regions: [{ name: R1 }, { name: R2, values: { auth: { auth_url: http://r2/v3 } } }]
    auth: { auth_url: http://r1/v3, username: u, password: p }
`,
  );
  expect(only('cloud: mira')).toMatchObject({ regionName: 'R1', authUrl: 'http://r1/v3' });
  expect(only('cloud: mira, region_name: R2')).toMatchObject({ regionName: 'R2', authUrl: 'http://r2/v3' });
});

test('a dollar sign and braces stay as they are in clouds.yaml, as openstacksdk leaves them', () => {
  const literal = `a\${HOME}$$b`;
  scratch.write('clouds.yaml', `${CLOUDS}      password: '${literal}'\n`);
  expect(password(only('cloud: mira'))).toBe(literal);
});

describe('what is wrong is told', () => {
  test('at its place in clouds.yaml', () => {
    scratch.write('clouds.yaml', CLOUDS.replace('http://mira/v3', 'mira'));
    expect(scratch.errorLines('source: [{ cloud: mira }]')).toEqual([
      'clouds.yaml:9:17: clouds.mira.auth.auth_url: must be an http:// or https:// URL, not "mira"',
      'pumphouse.yaml:1:10: source[0].password: missing; the cloud "mira" does not give it either',
    ]);
  });

  test('with the cloud that was meant', () => {
    scratch.write('clouds.yaml', CLOUDS);
    expect(scratch.errorLines('source: [{ cloud: mria }]')).toEqual([
      'pumphouse.yaml:1:19: source[0].cloud: the cloud "mria" is not in clouds.yaml; did you mean "mira"?',
    ]);
  });

  test('with a profile that is not there', () => {
    scratch.write('clouds.yaml', 'clouds: { mira: { profile: big, auth: { username: u, password: p } } }');
    expect(scratch.errorLines('source: [{ cloud: mira }]')[0]).toBe(
      'clouds.yaml:1:28: clouds.mira.profile: profile "big" is not in clouds-public.yaml; ' +
        'Pumphouse brings no profiles of its own: put auth_url into the entry',
    );
  });

  test('without a word of a broken secure.yaml', () => {
    scratch.write('clouds.yaml', CLOUDS);
    scratch.write('secure.yaml', 'clouds: { mira: { auth: { password: "s3cret } } }\n');
    expect(scratch.errorLines('source: [{ cloud: mira }]')).toEqual([
      'secure.yaml:2:1: a quote, bracket, comma, colon or space is missing here or above',
    ]);
  });
});
