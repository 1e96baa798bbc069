import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CloudSettings, cloudFromEnvironment } from '../../config/index.ts';
import { errorLinesOf, Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch.remove());

const OPENRC = {
  OS_AUTH_URL: 'http://h/v3',
  OS_USERNAME: 'ann',
  OS_PASSWORD: 's3cret',
  OS_PROJECT_ID: 'p1',
  OS_PROJECT_NAME: 'web',
  OS_USER_DOMAIN_NAME: 'People',
  OS_PROJECT_DOMAIN_ID: '',
  OS_REGION_NAME: 'R1',
  OS_INTERFACE: 'public',
  OS_IDENTITY_API_VERSION: '3',
};

function fromEnvironment(): CloudSettings {
  return cloudFromEnvironment(scratch.env, { cwd: scratch.cwd });
}

test('a sourced openrc is a cloud called envvars', () => {
  Object.assign(scratch.env, OPENRC);
  const cloud = fromEnvironment();
  expect(cloud).toMatchObject({
    name: 'envvars',
    role: 'source',
    authUrl: 'http://h/v3',
    regionName: 'R1',
    identityApiVersion: '3',
    credentials: { kind: 'password', user: { name: 'ann', domain: { name: 'People' } } },
    scope: { kind: 'project', project: { id: 'p1' } },
  });
  expect(cloud.credentials.kind === 'password' && cloud.credentials.password.reveal()).toBe('s3cret');
});

test('the old words of Identity v2.0 are understood', () => {
  Object.assign(scratch.env, {
    OS_AUTH_URL: 'http://h:5000/v2.0',
    OS_USERNAME: 'admin',
    OS_PASSWORD: 'p',
    OS_TENANT_NAME: 'admin',
    OS_ENDPOINT_TYPE: 'internalURL',
    OS_COMPUTE_ENDPOINT_OVERRIDE: 'http://n',
  });
  expect(fromEnvironment()).toMatchObject({
    interface: 'internal',
    endpointOverrides: { compute: 'http://n' },
    scope: { kind: 'project', project: { name: 'admin' } },
  });
});

test('OS_CLOUD picks an entry of clouds.yaml, in the region of OS_REGION_NAME', () => {
  scratch.write('clouds.yaml', 'clouds: { mira: { auth: { auth_url: "http://mira/v3", username: u, password: p } } }');
  Object.assign(scratch.env, { ...OPENRC, OS_CLOUD: 'mira' });
  expect(fromEnvironment()).toMatchObject({ name: 'mira', authUrl: 'http://mira/v3', regionName: 'R1' });
});

describe('in pumphouse.yaml', () => {
  test('cloud: envvars is the environment, and keys beside it win', () => {
    Object.assign(scratch.env, OPENRC);
    const [cloud] = scratch.load('source: [{ name: old, cloud: envvars, region: R2 }]').sources;
    expect(cloud).toMatchObject({ name: 'old', role: 'source', authUrl: 'http://h/v3', regionName: 'R2' });
  });

  test('OS_CLOUD_NAME gives it another name', () => {
    Object.assign(scratch.env, { ...OPENRC, OS_CLOUD_NAME: 'rc' });
    expect(scratch.load('source: [{ cloud: rc }]').sources[0]?.name).toBe('rc');
  });

  test('a name that clouds.yaml has too is refused', () => {
    Object.assign(scratch.env, OPENRC);
    scratch.write('clouds.yaml', 'clouds: { envvars: { auth: { token: t } } }');
    expect(scratch.errorLines('source: [{ cloud: envvars }]')).toEqual([
      'pumphouse.yaml:1:19: source[0].cloud: the cloud "envvars" is in clouds.yaml and also the OS_* environment; ' +
        'give the other one another name with OS_CLOUD_NAME',
    ]);
  });
});

describe('what is wrong is told by the name of the variable, without its value', () => {
  test('nothing is set', () => {
    expect(errorLinesOf(fromEnvironment)).toEqual([
      'environment: the OS_* environment describes no cloud; set OS_AUTH_URL and the others, or OS_CLOUD',
    ]);
  });

  test('something is missing, something is no URL', () => {
    Object.assign(scratch.env, { OS_AUTH_URL: 's3cret', OS_USERNAME: 'ann' });
    expect(errorLinesOf(fromEnvironment)).toEqual([
      'environment: OS_AUTH_URL: must be an http:// or https:// URL (its value is not from this file and not shown)',
      'environment: OS_PASSWORD: missing; or give a token or an application credential',
    ]);
  });

  test('OS_CLOUD names a cloud that is not there', () => {
    scratch.write('clouds.yaml', 'clouds: { mira: {}, vera: {} }');
    scratch.env.OS_CLOUD = 'other';
    expect(errorLinesOf(fromEnvironment)).toEqual([
      'environment: OS_CLOUD: the cloud "other" is not in clouds.yaml; it has mira and vera',
    ]);
  });
});
