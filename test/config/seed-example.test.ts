import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Configuration } from '../../config/index.ts';
import { Scratch } from './scratch.ts';

const FLOW = `source:
  - { name: good_old_openstack, auth_url: "http://10.0.0.1:5000/v2.0/", username: admin, password: admin, tenant: admin, token: UUID }
target:
  - { name: mira-os-1, auth_url: "http://api.endpoint.com:5000/v2.0/", fuel_url: "http://127.0.0.1:8000/api/", username: admin, password: admin }
`;

const BLOCK = `  source:
    -
      name:     good_old_openstack
      auth_url: http://10.0.0.1:5000/v2.0/
      username: admin
      password: admin
      tenant:   admin
      token:    UUID
  target:
    -
      name:     mira-os-1
      auth_url: http://api.endpoint.com:5000/v2.0/
      fuel_url: http://127.0.0.1:8000/api/
      username: admin
      password: admin
`;

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch.remove());

function revealed(configuration: Configuration) {
  return [...configuration.sources, ...configuration.targets].map(
    ({ name, role, authUrl, credentials, scope, fuelUrl }) => ({
      name,
      role,
      authUrl,
      scope,
      fuelUrl,
      password: credentials.kind === 'password' ? credentials.password.reveal() : undefined,
      token: credentials.kind === 'password' ? credentials.token?.reveal() : undefined,
    }),
  );
}

test.each([
  ['in one line a cloud', FLOW],
  ['in block style', BLOCK],
])('the example of the usage scenario loads unchanged, %s', (_style, text) => {
  expect(revealed(scratch.load(text))).toEqual([
    {
      name: 'good_old_openstack',
      role: 'source',
      authUrl: 'http://10.0.0.1:5000/v2.0/',
      scope: { kind: 'project', project: { name: 'admin', domain: { id: 'default' } } },
      fuelUrl: undefined,
      password: 'admin',
      token: 'UUID',
    },
    {
      name: 'mira-os-1',
      role: 'target',
      authUrl: 'http://api.endpoint.com:5000/v2.0/',
      scope: { kind: 'default' },
      fuelUrl: 'http://127.0.0.1:8000/api/',
      password: 'admin',
      token: undefined,
    },
  ]);
});

test('several source and target clouds keep their order', () => {
  const cloud = (name: string) => `  - { name: ${name}, auth_url: "http://h/v3", username: u, password: p }\n`;
  const { sources, targets } = scratch.load(`source:\n${cloud('a')}${cloud('b')}target:\n${cloud('c')}${cloud('d')}`);
  expect([...sources, ...targets].map(({ role, name }) => `${role} ${name}`)).toEqual([
    'source a',
    'source b',
    'target c',
    'target d',
  ]);
});
