import { expect, test } from '@jest/globals';
import { type BadFile, CLOUD, KEYS, source, whatIsSaid } from './bad-file.ts';

const FILES: readonly BadFile[] = [
  { what: 'an empty file', text: '', says: ['pumphouse.yaml: the file is empty; give source, target or both'] },
  {
    what: 'a file of comments',
    text: '# nothing yet\n',
    says: ['pumphouse.yaml: the file is empty; give source, target or both'],
  },
  { what: 'a list at the top', text: `- ${CLOUD}\n`, says: ['pumphouse.yaml:1:1: must be a map, not a list'] },
  { what: 'text at the top', text: 'hello\n', says: ['pumphouse.yaml:1:1: must be a map, not text'] },
  {
    what: 'a tab',
    text: `source:\n\t- ${CLOUD}\n`,
    says: ['pumphouse.yaml:2:1: a tab is used for indentation; use spaces'],
  },
  {
    what: 'a quote that is not closed',
    text: `source:\n  - { name: "a, auth_url: x }\n`,
    says: ['pumphouse.yaml:3:1: a quote, bracket, comma, colon or space is missing here or above'],
  },
  {
    what: 'a bracket that is not closed',
    text: `source:\n  - { name: a, password: s3cret\ntarget: []\n`,
    says: ['pumphouse.yaml:3:1: the indentation does not fit what stands above, or a bracket is not closed'],
  },
  {
    what: 'a second document',
    text: `source: [${CLOUD}]\n---\ntarget: []\n`,
    says: ['pumphouse.yaml:2:1: a second YAML document; a file holds one: remove the "---" line'],
  },
  {
    what: 'a key given twice',
    text: `source:\n  - name: a\n    auth_url: http://h/v3\n    username: u\n    password: p\n    name: b\n`,
    says: ['pumphouse.yaml:6:5: source[0].name: the same key twice; the first is in line 2: remove one'],
  },
  {
    what: 'a section given twice',
    text: `source: [${CLOUD}]\nsource: [${CLOUD}]\n`,
    says: ['pumphouse.yaml:2:1: source: the same key twice; the first is in line 1: remove one'],
  },
  {
    what: 'a password that begins with an at sign',
    text: `source:\n  - name: a\n    password: @s3cret\n`,
    says: ['pumphouse.yaml:3:15: a value cannot begin with @, ` or %; put the value in quotes'],
  },
  {
    what: 'a password that begins with a star',
    text: `source:\n  - name: a\n    auth_url: http://h/v3\n    username: u\n    password: *s3cret\n`,
    says: [
      'pumphouse.yaml:5:15: source[0].password: * refers to an anchor that is not defined above; put a value that begins with * in quotes',
    ],
  },
  {
    what: 'a password that begins with an exclamation mark',
    text: `source:\n  - name: a\n    password: !s3cret x\n`,
    says: [
      'pumphouse.yaml:3:15: a value that begins with ! is a YAML tag, and this one is not known; put the value in quotes',
    ],
  },
  {
    what: 'a password that begins with an ampersand',
    text: `source:\n  - name: a\n    auth_url: http://h/v3\n    username: u\n    password: &s3cret\n`,
    says: [
      'pumphouse.yaml:5:22: source[0].password: has no value; write one, or remove the key; unless quoted, # begins a comment and & an anchor',
    ],
  },
  {
    what: 'a password that begins with a number sign',
    text: `source:\n  - name: a\n    auth_url: http://h/v3\n    username: u\n    password: #s3cret\n`,
    says: [
      'pumphouse.yaml:5:15: source[0].password: has no value; write one, or remove the key; unless quoted, # begins a comment and & an anchor',
    ],
  },
  {
    what: 'a password with a comma in braces',
    text: source('{ name: a, auth_url: "http://h/v3", username: u, password: x,s3cret }'),
    says: [
      'pumphouse.yaml:2:66: source[0]: text without a value; write "key: value"; put a value that contains a comma or bracket in quotes',
    ],
  },
  {
    what: 'a password with a colon and a space',
    text: `source:\n  - name: a\n    password: s3cret: x\n`,
    says: [
      'pumphouse.yaml:3:15: a second ": " in one line, or a line that is indented too far; put a value that contains ": " in quotes',
    ],
  },
  {
    what: 'an unknown escape',
    text: `source:\n  - name: a\n    password: "s3c\\qret"\n`,
    says: ['pumphouse.yaml:3:19: unknown \\ escape in a "…" text; write \\\\, or use \'…\''],
  },
  {
    what: 'text after a quoted password',
    text: `source:\n  - name: a\n    password: 's3cret' more\n`,
    says: [
      'pumphouse.yaml:3:24: unexpected text after a complete value, or a line that does not fit the ones above; quote the whole value, or check the indentation',
    ],
  },
  {
    what: 'a line that is indented too far',
    text: `source:\n  - name: a\n      auth_url: http://h/v3\n`,
    says: [
      'pumphouse.yaml:2:11: a second ": " in one line, or a line that is indented too far; put a value that contains ": " in quotes',
    ],
  },
  {
    what: 'a line without a colon',
    text: `source:\n  - name: a\n    s3cret\n    username: u\n`,
    says: ['pumphouse.yaml:3:5: this is neither a "key: value" line nor a "- item" line'],
  },
  {
    what: 'a merge key without a map',
    text: source('{ <<: x, name: a, auth_url: "http://h/v3", username: u, password: p }'),
    says: ['pumphouse.yaml:2:11: source[0]["<<"]: << must be given a map; write "<<: *anchor"'],
  },
  {
    what: 'an anchor that holds itself',
    text: `source: &x [*x]\n`,
    says: [
      'pumphouse.yaml:1:13: source[0]: * refers to an anchor that is not defined above; put a value that begins with * in quotes',
    ],
  },
  {
    what: 'a key that is a list',
    text: `? [source]\n: []\n`,
    says: ['pumphouse.yaml:1:3: a key must be a word; write "key: value"'],
  },
  {
    what: 'a YAML directive',
    text: `%s3cret\nsource: []\n`,
    says: ['pumphouse.yaml:1:1: a line that begins with % is a YAML directive, and this one is not known'],
  },
  {
    what: 'two values that must be quoted',
    text: 'source:\n  - name: @a\n    password: `s3cret\n',
    says: [
      'pumphouse.yaml:2:11: a value cannot begin with @, ` or %; put the value in quotes',
      'pumphouse.yaml:3:15: a value cannot begin with @, ` or %; put the value in quotes',
    ],
  },
  {
    what: 'a bracket that throws off the lines below',
    text: `source: [${CLOUD}\ntarget: [${CLOUD}]\nhosts: []\nswitches: []\n`,
    says: ['pumphouse.yaml:2:1: the indentation does not fit what stands above, or a bracket is not closed'],
  },
  {
    what: 'a password that slipped into a key',
    text: source(`{ ${KEYS}, token s3cret: x }`),
    says: ['pumphouse.yaml:2:67: source[0]: unknown key'],
  },
];

test.each(FILES)('$what is said at its place, in one line', ({ text, says }) => {
  expect(whatIsSaid(text)).toEqual(says);
});
