import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Configuration, describeConfiguration, Secret } from '../../config/index.ts';
import { Scratch } from './scratch.ts';

const FILE = `source:
  - { name: a, auth_url: "http://h/v3", username: ann, password: s3cret-1, token: s3cret-2, fuel_url: "http://f", fuel_password: s3cret-3 }
  - { name: b, auth_url: "http://h/v3", application_credential_id: i, application_credential_secret: s3cret-4 }
hosts:
  - { name: n1, bmc: { driver: ipmi, address: 10.0.0.9, username: ann, password: s3cret-5 } }
switches:
  - { name: s1, driver: snmp, address: 10.0.0.2, community: s3cret-6 }
  - { name: s2, driver: snmp, address: 10.0.0.3, username: ann, auth_protocol: sha, auth_password: s3cret-7, priv_protocol: aes, priv_password: s3cret-8 }
passwords: { secret: s3cret-9-is-longer }
`;

let scratch: Scratch;
let configuration: Configuration;
beforeEach(() => {
  scratch = new Scratch();
  configuration = scratch.load(FILE);
});
afterEach(() => scratch.remove());

describe('a secret never prints', () => {
  test.each<[string, (value: unknown) => string]>([
    ['as JSON', (value) => JSON.stringify(value)],
    ['inspected', (value) => inspect(value, { depth: null, showHidden: true })],
    ['inspected without the custom view', (value) => inspect(value, { depth: null, customInspect: false })],
    ['cloned', (value) => JSON.stringify(structuredClone(JSON.parse(JSON.stringify(value))))],
    ['described', () => JSON.stringify(describeConfiguration(configuration))],
  ])('%s', (_how, print) => {
    expect(print(configuration)).not.toContain('s3cret');
  });

  test('by itself, in a text, an error, a spread or its own keys', () => {
    const secret = new Secret('s3cret');
    const printed = [
      `${secret}`,
      String(secret),
      secret.toString(),
      JSON.stringify({ ...secret, keys: Object.keys(secret) }),
      inspect({ ...secret }),
      new Error(`login failed with ${secret}`).stack,
      inspect(new Error('login failed', { cause: secret })),
      Object.prototype.toString.call(secret),
    ].join('\n');
    expect(printed).not.toContain('s3cret');
    expect(secret.reveal()).toBe('s3cret');
  });
});

test('a description for printing shows *** for each and everything else as it is', () => {
  expect(describeConfiguration(configuration)).toMatchObject({
    sources: [
      { name: 'a', credentials: { password: '***', token: '***' }, fuelCredentials: { password: '***' } },
      { name: 'b', credentials: { kind: 'application-credential', id: 'i', secret: '***' } },
    ],
    hosts: [{ name: 'n1', bmc: { port: 623, password: '***' } }],
    switches: [
      { access: { community: '***' } },
      { access: { auth: { protocol: 'sha', password: '***' }, priv: { protocol: 'aes', password: '***' } } },
    ],
    passwords: { kind: 'generate', secret: '***' },
    file: configuration.file,
  });
});

describe('a secret comes from elsewhere', () => {
  const password = (written: string): string => {
    const file = `source: [{ name: a, auth_url: "http://h/v3", username: ann, password: "${written}" }]`;
    const credentials = scratch.load(file).sources[0]?.credentials;
    return credentials?.kind === 'password' ? credentials.password.reveal() : '';
  };

  test('from the environment, whole or within a text', () => {
    scratch.env.PART = 's3cret';
    expect(password('$' + '{PART}')).toBe('s3cret');
    expect(password('a-$' + '{PART}-$$-$' + '{PART}')).toBe('a-s3cret-$-s3cret');
  });

  test('from a file beside the configuration, without the newline at its end', () => {
    scratch.write('secrets/password', 's3cret \n');
    expect(password('$' + '{file:secrets/password}')).toBe('s3cret ');
  });

  test('from a file below the home', () => {
    scratch.write('home/password', 's3cret');
    expect(password('$' + '{file:~/password}')).toBe('s3cret');
  });

  test('what it holds is not looked at again', () => {
    scratch.env.PART = '$$ $' + '{PART}';
    expect(password('$' + '{PART}')).toBe('$$ $' + '{PART}');
  });
});

test('numbers and true or false may come from elsewhere too', () => {
  Object.assign(scratch.env, { LIMIT: '4', CHECK: 'false' });
  const [cloud] = scratch.load(
    `source: [{ name: a, auth_url: "http://h/v3", token: t, verify: "\${CHECK}", limits: { max_concurrent_requests: "\${LIMIT}" } }]`,
  ).sources;
  expect(cloud).toMatchObject({ tls: { verify: false }, limits: { maxConcurrentRequests: 4 } });
});

describe('a file with secrets that others may read', () => {
  const REFERENCE = 'source: [{ name: a, auth_url: "http://h/v3", token: "$' + '{TOKEN}" }]';

  test.each([
    [0o640, true],
    [0o604, true],
    [0o600, false],
    [0o400, false],
  ])('with mode %o is warned about: %s', (mode, warned) => {
    const path = scratch.write('pumphouse.yaml', FILE);
    expect(warningsOf(path, mode)).toEqual(
      warned ? [`${path} holds secrets and others may read it (mode 0${mode.toString(8)}): chmod 600 ${path}`] : [],
    );
  });

  test('may hold the password of users that are made', () => {
    const path = scratch.write('pumphouse.yaml', `${REFERENCE}\npasswords: { users: fixed, fixed: p }\n`);
    scratch.env.TOKEN = 't';
    expect(warningsOf(path, 0o644)).toHaveLength(1);
  });

  test('is no matter when it only refers to them', () => {
    scratch.env.TOKEN = 't';
    expect(warningsOf(scratch.write('pumphouse.yaml', REFERENCE), 0o644)).toEqual([]);
  });

  describe('may be one that it names:', () => {
    const named = (text: string): readonly string[] => {
      scratch.write('pumphouse.yaml', `source: [{ name: a, auth_url: "http://h/v3", ${text} }]`);
      return scratch.reload().warnings;
    };
    const warning = (path: string, mode: string): string =>
      `${path} holds secrets and others may read it (mode ${mode}): chmod 600 ${path}`;

    test.each([
      [0o644, true],
      [0o640, true],
      [0o600, false],
    ])('a secret of its own with mode %o is warned about, once: %s', (mode, warned) => {
      const path = scratch.write('secrets/token', 's3cret', mode);
      const reference = '$' + '{file:secrets/token}';
      const warnings = named(`token: "${reference}", username: u, password: "${reference}"`);
      expect(warnings).toEqual(warned ? [warning(path, `0${mode.toString(8)}`)] : []);
    });

    // Debian's group ssl-cert reads keys: only others than owner and group are too many.
    test.each([
      [0o644, true],
      [0o640, false],
      [0o600, false],
    ])('the key of a certificate with mode %o is warned about: %s', (mode, warned) => {
      scratch.write('client.pem', '', 0o644);
      const path = scratch.write('client-key.pem', '', mode);
      const warnings = named('token: "$' + '{TOKEN}", cert: client.pem, key: client-key.pem');
      expect(warnings).toEqual(warned ? [warning(path, `0${mode.toString(8)}`)] : []);
    });

    beforeEach(() => {
      scratch.env.TOKEN = 't';
    });
  });

  test('may be secure.yaml as well', () => {
    scratch.write('clouds.yaml', 'clouds: { mira: { auth: { auth_url: "http://h/v3", username: u } } }', 0o644);
    const secure = scratch.write('secure.yaml', 'clouds: { mira: { auth: { password: p } } }', 0o644);
    expect(scratch.load('source: [{ cloud: mira }]').warnings).toEqual([
      `${secure} holds secrets and others may read it (mode 0644): chmod 600 ${secure}`,
    ]);
  });

  function warningsOf(path: string, mode: number): readonly string[] {
    scratch.chmod(path, mode);
    return scratch.reload().warnings;
  }
});

test('a typing error anywhere does not bring a secret into a message', () => {
  const file = `source:
  - { name: a, auth_url: "http://h/v3", username: u, password: s3cret, token: "s3cret" }
target:
  - name: b
    password: s3cret
passwords: { users: fixed, fixed: "s3cret" }
`;
  const slips = ['', ' ', ': ', ', ', '"', '}', '$' + '{', '*'];
  const texts = [...file].flatMap((_, at) => slips.map((slip) => file.slice(0, at) + slip + file.slice(at + 1)));
  const leaks = texts.filter((text) => {
    scratch.write('pumphouse.yaml', text);
    // The key `secret` may be named.
    return /s3cr|3cre|(?<!se)cret/.test(errorOf(() => scratch.reload()));
  });
  expect(leaks).toEqual([]);
});

function errorOf(load: () => unknown): string {
  try {
    load();
    return '';
  } catch (error) {
    return String(error);
  }
}
