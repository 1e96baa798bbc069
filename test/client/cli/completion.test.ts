import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Program } from '../../../client/cli/command.ts';
import { pumpCloud } from '../../../client/cli/pump-cloud.ts';
import { pumpDev } from '../../../client/cli/pump-dev.ts';
import { pumpSim } from '../../../client/cli/pump-sim.ts';
import { pumpWorker } from '../../../client/cli/pump-worker.ts';
import { commandLine, folderWith, PROGRAMS } from './command-line.ts';

const cloud = (name: string): string =>
  `{ name: ${name}, auth_url: "http://127.0.0.1:9/v3", username: u, password: p, project: p }`;
const folder = folderWith({
  'pumphouse.yaml': `source: [${cloud('north')}, ${cloud('south')}]\ntarget: [${cloud('new')}]\n`,
  'other.yaml': `source: [${cloud('elsewhere')}]\n`,
});
afterAll(() => folder.remove());

/** What the shell is offered for the last word. */
const offered = (...words: readonly string[]) => offeredBy(pumpCloud, ...words);

async function offeredBy(program: Program, ...words: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await commandLine(['--complete', ...words], { cwd: folder.path, program });
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  test('offers commands, also those in groups', async () => {
    const first = await offered('');
    expect(first).toEqual(expect.arrayContaining(['services', 'resources', 'tree', 'hosts', 'config', 'help']));
    expect(new Set(first).size).toBe(first.length);
    expect(await offered('re')).toEqual(['resources']);
    expect(await offered('config', '')).toEqual(['check', 'schema']);
    expect(await offered('help', 'h')).toEqual(['hosts']);
  });

  test('offers the options of the command', async () => {
    expect(await offered('resources', '--t')).toEqual(['--type', '--tenant', '--target', '--timing']);
    expect(await offered('hosts', '--t')).toEqual(['--target', '--timing']);
    expect(await offered('hosts', '--h')).toEqual(['--help']);
  });

  test('offers values: types, formats, columns', async () => {
    expect(await offered('resources', '--type', 'ser')).toEqual(['server-group', 'server']);
    expect(await offered('resources', '-f', '')).toEqual(['table', 'json', 'yaml', 'csv', 'value']);
    expect(await offered('tree', '--format', 'm')).toEqual(['mermaid']);
    expect(await offered('hosts', '-c', 'mem')).toEqual(['memory_usage_mib', 'memory_used_mib', 'memory_mib']);
  });

  test('offers arguments where they stand', async () => {
    expect(await offered('tree', 'fl')).toEqual(['flavor', 'floating-ip']);
    expect(await offered('tree', '--long', '-f', 'dot', 'vol')).toEqual(['volume']);
    expect(await offered('tree', 'server', '')).toEqual([]);
    expect(await offered('completion', '')).toEqual(['bash', 'zsh']);
  });

  test('offers the clouds of the configuration', async () => {
    expect(await offered('resources', '--cloud', '')).toEqual(['north', 'south', 'new']);
    expect(await offered('resources', '--source', 's')).toEqual(['south']);
    expect(await offered('hosts', '--target', '')).toEqual(['new']);
    expect(await offered('hosts', '--config', 'other.yaml', '--cloud', '')).toEqual(['elsewhere']);
    expect(await offered('hosts', '--config', 'nowhere.yaml', '--cloud', '')).toEqual([]);
  });

  test('of a program that needs no command offers its options and its commands', async () => {
    expect(await offeredBy(pumpDev, '')).toEqual(['server', 'demo', 'completion', 'help']);
    expect(await offeredBy(pumpDev, '--in')).toEqual(['--in-memory']);
    expect(await offeredBy(pumpDev, '--in-memory', '')).toEqual(['server', 'demo', 'completion']);
    expect(await offeredBy(pumpDev, 'server', '--m')).toEqual([]);
    expect(await offeredBy(pumpDev, 'demo', '--i')).toEqual(['--instances', '--in-memory']);
    expect(await offeredBy(pumpDev, 'help', 'd')).toEqual(['demo']);
    expect(await offeredBy(pumpDev, 'nonsense', '')).toEqual([]);
  });

  test('of a program that needs no command offers values', async () => {
    expect(await offeredBy(pumpWorker, '--queue', '')).toEqual(['main', 'data']);
    expect(await offeredBy(pumpWorker, '-c', '')).toEqual([]);
    expect(await offeredBy(pumpWorker, '--grace', '')).toEqual([]);
    expect(await offeredBy(pumpWorker, '--log-level', 'd')).toEqual(['debug']);
    expect(await offeredBy(pumpSim, '--identity', 'v')).toEqual(['v3', 'v2.0']);
    expect(await offeredBy(pumpSim, 'completion', 'z')).toEqual(['zsh']);
    expect(await offeredBy(pumpSim, '--c')).toEqual(['--clouds', '--control-port']);
  });

  test.each(PROGRAMS.map((program) => [program.name, program] as const))(
    'of %s is a script that bash takes, and that asks the program',
    async (name, program) => {
      const { exitCode, stdout } = await commandLine(['completion', 'bash'], { program });
      execFileSync('bash', ['-n'], { input: stdout });
      const asked = `${name}() { printf '%s\\n' "$@" >&2; echo first; echo second; }
${stdout}
COMP_WORDS=(${name} tree se); COMP_CWORD=2; _${name.replace('-', '_')}; echo "\${COMPREPLY[*]}"`;
      expect(execFileSync('bash', ['-c', asked], { encoding: 'utf8', stdio: 'pipe' })).toBe('first second\n');
      expect(exitCode).toBe(0);
    },
  );

  test.each(PROGRAMS.map((program) => [program.name, program] as const))(
    'of %s is a script for zsh',
    async (name, program) => {
      const { stdout } = await commandLine(['completion', 'zsh'], { program });
      expect(stdout.startsWith(`#compdef ${name}\n`)).toBe(true);
      // zsh is not on every machine; what both shells share must at least parse in one of them.
      execFileSync('bash', ['-n'], { input: stdout });
    },
  );
});
