import { expect, test } from '@jest/globals';
import { type BadFile, CLOUD, KEYS, source, whatIsSaid } from './bad-file.ts';

const FILES: readonly BadFile[] = [
  {
    what: 'a misspelt key',
    text: source('{ name: a, auth_urll: "http://h/v3", username: u, password: p }'),
    says: ['pumphouse.yaml:2:16: source[0].auth_urll: unknown key; did you mean "auth_url"?'],
  },
  {
    what: 'two misspelt keys',
    text: source('{ nmae: a, auth_url: "http://h/v3", user: u, password: p }'),
    says: [
      'pumphouse.yaml:2:7: source[0].nmae: unknown key; did you mean "name"?',
      'pumphouse.yaml:2:41: source[0].user: unknown key; did you mean "username"?',
    ],
  },
  {
    what: 'a key of no meaning',
    text: source(`{ ${KEYS}, colour: red }`),
    says: ['pumphouse.yaml:2:67: source[0].colour: unknown key; did you mean "cloud"?'],
  },
  {
    what: 'an empty list of clouds',
    text: `source: []\ntarget: [${CLOUD}]\n`,
    says: ['pumphouse.yaml:1:9: source: the list is empty'],
  },
  {
    what: 'no cloud at all',
    text: 'policy: {}\n',
    says: ['pumphouse.yaml:1:1: there is no cloud; give source, target or both'],
  },
  {
    what: 'a misspelt section',
    text: `sorce: [${CLOUD}]\n`,
    says: ['pumphouse.yaml:1:1: sorce: unknown key; did you mean "source"?'],
  },
  {
    what: 'a map where the list of clouds belongs',
    text: `source: ${CLOUD}\n`,
    says: ['pumphouse.yaml:1:9: source: must be a list, not a map; begin each item with "- "'],
  },
  {
    what: 'text where a cloud belongs',
    text: 'source: [mira]\n',
    says: ['pumphouse.yaml:1:10: source[0]: must be a map with name, auth_url and so on'],
  },
  {
    what: 'an empty cloud',
    text: 'source:\n  -\n',
    says: ['pumphouse.yaml:2:4: source[0]: must be a map with name, auth_url and so on'],
  },
  {
    what: 'a cloud without anything',
    text: 'source:\n  - {}\n',
    says: [
      'pumphouse.yaml:2:5: source[0].name: missing; commands and reports call the cloud by it',
      "pumphouse.yaml:2:5: source[0].auth_url: missing; Keystone's URL, such as http://10.0.0.1:5000/v3",
      'pumphouse.yaml:2:5: source[0].password: missing; or give a token or an application credential',
    ],
  },
  {
    what: 'no name',
    text: source('{ auth_url: "http://h/v3", username: u, password: p }'),
    says: ['pumphouse.yaml:2:5: source[0].name: missing; commands and reports call the cloud by it'],
  },
  {
    what: 'no URL',
    text: source('{ name: a, username: u, password: p }'),
    says: ["pumphouse.yaml:2:5: source[0].auth_url: missing; Keystone's URL, such as http://10.0.0.1:5000/v3"],
  },
  {
    what: 'a URL without a scheme',
    text: source('{ name: a, auth_url: 10.0.0.1, username: u, password: p }'),
    says: ['pumphouse.yaml:2:26: source[0].auth_url: must be an http:// or https:// URL, not "10.0.0.1"'],
  },
  {
    what: 'a URL of another scheme',
    text: source('{ name: a, auth_url: "ftp://h/", username: u, password: p }'),
    says: ['pumphouse.yaml:2:26: source[0].auth_url: must be an http:// or https:// URL, not "ftp://h/"'],
  },
  {
    what: 'a URL with one slash',
    text: source('{ name: a, auth_url: "http:/h/v3", username: u, password: p }'),
    says: ['pumphouse.yaml:2:26: source[0].auth_url: must be an http:// or https:// URL, not "http:/h/v3"'],
  },
  {
    what: 'a URL with a port that is none',
    text: source('{ name: a, auth_url: "http://h:70000/v3", username: u, password: p }'),
    says: ['pumphouse.yaml:2:26: source[0].auth_url: must be an http:// or https:// URL, not "http://h:70000/v3"'],
  },
  {
    what: 'a URL with a password',
    text: source('{ name: a, auth_url: "http://u:s3cret@h/v3", username: u, password: p }'),
    says: ['pumphouse.yaml:2:26: source[0].auth_url: may hold no user, password, query or fragment'],
  },
  {
    what: 'a list for a name',
    text: source('{ name: [a], auth_url: "http://h/v3", username: u, password: p }'),
    says: ['pumphouse.yaml:2:13: source[0].name: must be text, not a list'],
  },
  {
    what: 'an unknown interface',
    text: source(`{ ${KEYS}, interface: publik }`),
    says: [
      'pumphouse.yaml:2:78: source[0].interface: must be public, internal or admin, not "publik"; did you mean "public"?',
    ],
  },
  {
    what: 'an endpoint that is no URL',
    text: source(`{ ${KEYS}, compute_endpoint_override: nova }`),
    says: ['pumphouse.yaml:2:94: source[0].compute_endpoint_override: must be an http:// or https:// URL, not "nova"'],
  },
  {
    what: 'an endpoint of an unknown service',
    text: source(`{ ${KEYS}, endpoints: { compute: "http://n", netwrok: "http://q", Block_Storage: "http://c" } }`),
    says: [
      'pumphouse.yaml:2:101: source[0].endpoints.netwrok: unknown service type; did you mean "network"?',
      'pumphouse.yaml:2:122: source[0].endpoints.Block_Storage: unknown service type; did you mean "block-storage"?',
    ],
  },
  {
    what: 'an endpoint override of an unknown service',
    text: source(`{ ${KEYS}, compue_endpoint_override: "http://n", telepathy_endpoint_override: "http://t" }`),
    says: [
      'pumphouse.yaml:2:67: source[0].compue_endpoint_override: unknown service type; did you mean "compute_endpoint_override"?',
      'pumphouse.yaml:2:105: source[0].telepathy_endpoint_override: unknown service type; the types are identity, compute, network, image, block-storage and placement',
    ],
  },
  {
    what: 'the same endpoint twice',
    text: source(
      '{ name: a, auth_url: "http://h/v3", username: u, password: p, image_endpoint_override: "http://g", endpoints: [] }',
    ),
    says: ['pumphouse.yaml:2:115: source[0].endpoints: must be a map, not a list'],
  },
  {
    what: 'a limit that is no number',
    text: source(
      '{ name: a, auth_url: "http://h/v3", username: u, password: p, limits: { max_concurrent_requests: many } }',
    ),
    says: [
      'pumphouse.yaml:2:102: source[0].limits.max_concurrent_requests: must be a whole number from 1 to 1000, not "many"',
    ],
  },
  {
    what: 'a limit of zero',
    text: source(
      '{ name: a, auth_url: "http://h/v3", username: u, password: p, limits: { max_concurrent_requests: 0 } }',
    ),
    says: [
      'pumphouse.yaml:2:102: source[0].limits.max_concurrent_requests: must be a whole number from 1 to 1000, not "0"',
    ],
  },
  {
    what: 'a time without a unit',
    text: source(`{ ${KEYS}, limits: { connect_timeout: 10 } }`),
    says: [
      'pumphouse.yaml:2:94: source[0].limits.connect_timeout: must be a time above zero with its unit, such as 500ms, 10s, 5m, 2h or 7d, not "10"',
    ],
  },
  {
    what: 'a time of zero',
    text: source(`{ ${KEYS}, limits: { idle_timeout: 0s } }`),
    says: [
      'pumphouse.yaml:2:91: source[0].limits.idle_timeout: must be a time above zero with its unit, such as 500ms, 10s, 5m, 2h or 7d, not "0s"',
    ],
  },
  {
    what: 'two clouds of one name',
    text: `source:\n  - ${CLOUD}\n  - ${CLOUD}\n`,
    says: ['pumphouse.yaml:3:13: source[1].name: the same as source[0].name in line 2; each must be there once'],
  },
  {
    what: 'a source and a target of one name',
    text: `source: [${CLOUD}]\ntarget:\n  - ${CLOUD}\n`,
    says: ['pumphouse.yaml:3:13: target[0].name: the same as source[0].name in line 1; each must be there once'],
  },
  {
    what: 'a key that every object of the language has',
    text: source(`{ ${KEYS}, constructor: x, verify: constructor }`),
    says: [
      'pumphouse.yaml:2:67: source[0].constructor: unknown key',
      'pumphouse.yaml:2:91: source[0].verify: must be true or false, not "constructor"',
    ],
  },
];

test.each(FILES)('$what is said at its place, in one line', ({ text, says }) => {
  expect(whatIsSaid(text)).toEqual(says);
});
