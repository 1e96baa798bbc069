import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfiguration } from '../../config/index.ts';
import { errorLinesOf, Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch.remove());

const file = (name: string) => `source: [{ name: ${name}, auth_url: "http://h/v3", token: t }]`;
const loaded = (path?: string) =>
  loadConfiguration({ env: scratch.env, cwd: scratch.cwd, ...(path === undefined ? {} : { path }) });

test('the user asks first, then the variable, then the working directory, then the home', () => {
  const home = scratch.write('home/.config/pumphouse/pumphouse.yaml', file('home'));
  expect(loaded()).toMatchObject({ file: home, sources: [{ name: 'home' }] });
  const here = scratch.write('pumphouse.yaml', file('here'));
  expect(loaded().file).toBe(here);
  const variable = scratch.write('variable.yaml', file('variable'));
  scratch.env.PUMPHOUSE_CONFIG = 'variable.yaml';
  expect(loaded().file).toBe(variable);
  const asked = scratch.write('asked.yaml', file('asked'));
  expect(loaded('asked.yaml').file).toBe(asked);
});

test('no file anywhere is one error that lists where it was looked for', () => {
  const { cwd } = scratch;
  expect(errorLinesOf(loaded)).toEqual([
    `pumphouse.yaml: not found: looked for ./pumphouse.yaml, ${cwd}/home/.config/pumphouse/pumphouse.yaml and ` +
      '/etc/pumphouse/pumphouse.yaml; write one, or name it with --config or PUMPHOUSE_CONFIG',
  ]);
});

test('a file that was named and is not there is not looked for elsewhere', () => {
  scratch.write('pumphouse.yaml', file('here'));
  expect(errorLinesOf(() => loaded('missing.yaml'))).toEqual(['missing.yaml: no such file; --config names it']);
  scratch.env.PUMPHOUSE_CONFIG = '/missing.yaml';
  expect(errorLinesOf(loaded)).toEqual(['/missing.yaml: no such file; PUMPHOUSE_CONFIG names it']);
});

test('a folder is no file', () => {
  scratch.write('folder/x', '');
  expect(errorLinesOf(() => loaded('folder'))).toEqual(['folder: cannot be read: it is a directory']);
});

test('a file of Windows reads the same: CRLF and a byte order mark', () => {
  scratch.write('pumphouse.yaml', `\uFEFF# comment\r\n${file('here')}\r\n`);
  expect(loaded().sources).toMatchObject([{ name: 'here' }]);
});
