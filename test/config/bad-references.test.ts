import { expect, test } from '@jest/globals';
import { type BadFile, source, whatIsSaid } from './bad-file.ts';

const FILES: readonly BadFile[] = [
  {
    what: 'a placeholder in braces without quotes',
    text: source(`{ name: a, auth_url: "http://h/v3", username: u, password: \${NOT_A_URL} }`),
    says: [`pumphouse.yaml:2:65: a \${…} inside { } or [ ] must be in quotes; write "\${…}"`],
  },
  {
    what: 'an unset variable',
    text: source(`{ name: a, auth_url: "http://h/v3", username: u, password: "\${UNSET_HERE}" }`),
    says: [
      'pumphouse.yaml:2:64: source[0].password: environment variable UNSET_HERE is not set; set it, or write "$$" for a dollar sign',
    ],
  },
  {
    what: 'an unset variable inside a text',
    text: source(`{ name: a, auth_url: "http://\${UNSET_HERE}/v3", username: u, password: p }`),
    says: [
      'pumphouse.yaml:2:26: source[0].auth_url: environment variable UNSET_HERE is not set; set it, or write "$$" for a dollar sign',
    ],
  },
  {
    what: 'a placeholder that is not closed',
    text: source(`{ name: a, auth_url: "http://h/v3", username: u, password: "s3cret\${X" }`),
    says: [`pumphouse.yaml:2:64: source[0].password: "\${" without "}"; close it, or write "$$" for a dollar sign`],
  },
  {
    what: 'a placeholder that is no name',
    text: source(`{ name: a, auth_url: "http://h/v3", username: u, password: "\${s3cret!}" }`),
    says: [
      `pumphouse.yaml:2:64: source[0].password: "\${…}" must hold the name of an environment variable or file:PATH; write "$$" for a dollar sign`,
    ],
  },
  {
    what: 'a secret file that is not there',
    text: source(`{ name: a, auth_url: "http://h/v3", username: u, password: "\${file:nowhere}" }`),
    says: [
      `pumphouse.yaml:2:64: source[0].password: \${file:nowhere} cannot be read: no such file; relative paths start in CWD`,
    ],
  },
  {
    what: 'a folder for a secret file',
    text: source(`{ name: a, auth_url: "http://h/v3", username: u, password: "\${file:.}" }`),
    says: [`pumphouse.yaml:2:64: source[0].password: \${file:.} is a directory; name a file`],
  },
  {
    what: 'a variable that holds a wrong value',
    text: source(`{ name: a, auth_url: "\${NOT_A_URL}", username: u, password: p }`),
    says: [
      'pumphouse.yaml:2:26: source[0].auth_url: must be an http:// or https:// URL (its value is not from this file and not shown)',
    ],
  },
  {
    what: 'a cloud where there is no clouds.yaml',
    text: source('{ cloud: mira }'),
    says: [
      'pumphouse.yaml:2:14: source[0].cloud: no clouds.yaml is found for the cloud "mira"; looked in CWD, CWD/home/.config/openstack, CWD/xdg/openstack and /etc/openstack',
    ],
  },
  {
    what: 'the environment where it describes nothing',
    text: source('{ cloud: envvars }'),
    says: [
      'pumphouse.yaml:2:14: source[0].cloud: the OS_* environment describes no cloud; set OS_AUTH_URL and the others, or OS_CLOUD',
    ],
  },
];

test.each(FILES)('$what is said at its place, in one line', ({ text, says }) => {
  expect(whatIsSaid(text)).toEqual(says);
});
