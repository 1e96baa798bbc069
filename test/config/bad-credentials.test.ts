import { expect, test } from '@jest/globals';
import { type BadFile, KEYS, source, whatIsSaid } from './bad-file.ts';

const FILES: readonly BadFile[] = [
  {
    what: 'a username without a password',
    text: source('{ name: a, auth_url: "http://h/v3", username: u }'),
    says: ['pumphouse.yaml:2:5: source[0].password: missing; or give a token or an application credential'],
  },
  {
    what: 'a password without a username',
    text: source('{ name: a, auth_url: "http://h/v3", password: p }'),
    says: ['pumphouse.yaml:2:5: source[0].username: missing'],
  },
  {
    what: 'an empty password',
    text: source('{ name: a, auth_url: "http://h/v3", username: u, password: "" }'),
    says: ['pumphouse.yaml:2:64: source[0].password: is empty'],
  },
  {
    what: 'a map for a password',
    text: source('{ name: a, auth_url: "http://h/v3", username: u, password: { s3cret: x } }'),
    says: ['pumphouse.yaml:2:64: source[0].password: must be text, not a map'],
  },
  {
    what: 'project and tenant',
    text: source(`{ ${KEYS}, project: x, tenant: y }`),
    says: [
      'pumphouse.yaml:2:79: source[0].tenant: means the same as project; keep one of them: the other is in line 2',
    ],
  },
  {
    what: 'a project for the whole system',
    text: source(`{ ${KEYS}, project: x, system_scope: all }`),
    says: ['pumphouse.yaml:2:67: source[0].project: given beside system_scope; keep one of them'],
  },
  {
    what: 'half a system',
    text: source(`{ ${KEYS}, system_scope: half }`),
    says: ['pumphouse.yaml:2:81: source[0].system_scope: must be all, not "half"; did you mean "all"?'],
  },
  {
    what: 'an application credential without a secret',
    text: source('{ name: a, auth_url: "http://h/v3", application_credential_id: x }'),
    says: ['pumphouse.yaml:2:5: source[0].application_credential_secret: missing'],
  },
  {
    what: 'an application credential by name without a user',
    text: source(
      '{ name: a, auth_url: "http://h/v3", application_credential_name: x, application_credential_secret: s }',
    ),
    says: ['pumphouse.yaml:2:5: source[0].username: missing; an application credential by name needs its user'],
  },
  {
    what: 'an application credential beside a password',
    text: source(
      '{ name: a, auth_url: "http://h/v3", application_credential_id: x, application_credential_secret: s, username: u, password: p }',
    ),
    says: ['pumphouse.yaml:2:118: source[0].password: given beside an application credential; keep one of them'],
  },
  {
    what: 'an application credential with a project',
    text: source(
      '{ name: a, auth_url: "http://h/v3", application_credential_id: x, application_credential_secret: s, project: y }',
    ),
    says: ['pumphouse.yaml:2:105: source[0].project: an application credential has its project built in; remove it'],
  },
  {
    what: 'an unknown way to log in',
    text: source(`{ ${KEYS}, auth_type: v3oidcpassword }`),
    says: [
      'pumphouse.yaml:2:78: source[0].auth_type: must be password, v2password, v3password, token, v2token, v3token or v3applicationcredential, not "v3oidcpassword"; did you mean "v3password"?',
    ],
  },
  {
    what: 'an unknown key in auth',
    text: source('{ name: a, auth: { auth_url: "http://h/v3", username: u, passwrd: p } }'),
    says: ['pumphouse.yaml:2:62: source[0].auth.passwrd: unknown key; did you mean "password"?'],
  },
  {
    what: 'an unknown Identity version',
    text: source('{ name: a, auth_url: "http://h", username: u, password: p, identity_api_version: 4 }'),
    says: ['pumphouse.yaml:2:86: source[0].identity_api_version: must be 2.0 or 3, not "4"'],
  },
  {
    what: 'verify with another word',
    text: source(`{ ${KEYS}, verify: maybe }`),
    says: ['pumphouse.yaml:2:75: source[0].verify: must be true or false, not "maybe"'],
  },
  {
    what: 'verify and insecure',
    text: source(`{ ${KEYS}, verify: true, insecure: true }`),
    says: [
      'pumphouse.yaml:2:81: source[0].insecure: given beside verify; keep verify: it says the opposite of insecure',
    ],
  },
  {
    what: 'a certificate that is not there',
    text: source(`{ ${KEYS}, cacert: /nowhere/ca.pem }`),
    says: ['pumphouse.yaml:2:75: source[0].cacert: the file cannot be read: no such file'],
  },
  {
    what: 'a key without its certificate',
    text: source(`{ ${KEYS}, key: /dev/null }`),
    says: ['pumphouse.yaml:2:5: source[0].cert: missing; the certificate of key'],
  },
  {
    what: 'Fuel credentials without Fuel',
    text: source(`{ ${KEYS}, fuel_password: x }`),
    says: ['pumphouse.yaml:2:67: source[0].fuel_password: given without fuel_url; add fuel_url or remove it'],
  },
  {
    what: 'a Fuel user without a password',
    text: source(
      '{ name: a, auth_url: "http://h/v3", username: u, password: p, fuel_url: "http://f:8000/api/", fuel_username: x }',
    ),
    says: ['pumphouse.yaml:2:5: source[0].fuel_password: missing'],
  },
];

test.each(FILES)('$what is said at its place, in one line', ({ text, says }) => {
  expect(whatIsSaid(text)).toEqual(says);
});
