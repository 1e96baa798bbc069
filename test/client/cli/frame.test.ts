import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { type Context, defineCommand, type ExitCode, type Program } from '../../../client/cli/command.ts';
import { COMMON_OPTIONS } from '../../../client/cli/common-options.ts';
import { pumpCloud } from '../../../client/cli/pump-cloud.ts';
import { run } from '../../../client/cli/run.ts';
import { commandLine } from './command-line.ts';

function programThat(act: (context: Context) => Promise<ExitCode>): Program {
  const command = defineCommand({
    name: 'act',
    summary: 'Act',
    positionals: {},
    options: {},
    examples: [{ line: 'pump-test act', says: 'Do it' }],
    run: (_values, context) => act(context),
  });
  return { name: 'pump-test', summary: 'Acts.', common: COMMON_OPTIONS, commands: [command] };
}

describe('every command', () => {
  const names = pumpCloud.commands.map(({ name }) => name);

  test.each(names)('%s has help with examples, for itself', async (name) => {
    const { exitCode, stdout, stderr } = await commandLine([...name.split(' '), '--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: pump-cloud ${name}`));
    expect(stdout).toMatch(/\nExamples:\n {2}\S.*\n {6}\S/);
    expect(stdout).toContain('--debug');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect((await commandLine(['help', ...name.split(' ')])).stdout).toBe(stdout);
    expect((await commandLine([...name.split(' '), '-h'])).stdout).toBe(stdout);
  });

  test('is in the help of the program', async () => {
    const { exitCode, stdout } = await commandLine(['--help']);
    for (const name of names) expect(stdout).toContain(`\n  ${name}`);
    expect(exitCode).toBe(0);
  });

  test('tells the version of the package', async () => {
    for (const argv of [['--version'], ['resources', '--version']])
      expect(await commandLine(argv)).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
        stderr: '',
      });
  });
});

describe('a command that fails', () => {
  const broken = programThat(async () => {
    throw new TypeError('x is not a function\nat all');
  });

  test('unexpectedly says so in one line and how to see more', async () => {
    expect(await commandLine(['act'], { program: broken })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'pump-test act: unexpected error: x is not a function; run again with --debug for the stack\n',
    });
  });

  test('shows the stack with --debug', async () => {
    const { exitCode, stderr } = await commandLine(['act', '--debug'], { program: broken });
    expect(stderr).toMatch(/^TypeError: x is not a function\n(.*\n)* {4}at /m);
    expect(exitCode).toBe(1);
  });

  test('ends with its own exit code when it says one', async () => {
    expect((await commandLine(['act'], { program: programThat(async () => 3) })).exitCode).toBe(3);
  });
});

describe('Ctrl-C and a reader that goes away', () => {
  test('an interrupted command ends with 130, whatever it waits for', async () => {
    const interrupt = new AbortController();
    const program = programThat(async () => {
      interrupt.abort();
      return new Promise<never>(() => undefined);
    });
    const outcome = await commandLine(['act'], { program, signal: interrupt.signal });
    expect(outcome).toEqual({ exitCode: 130, stdout: '', stderr: 'pump-test act: interrupted\n' });
  });

  test('a closed pipe ends the command silently with 141', async () => {
    const closed = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    let told = '';
    const stderr = new Writable({
      write: (chunk, _encoding, done) => {
        told += String(chunk);
        done();
      },
    });
    const around = { stdout: closed, stderr, env: {}, cwd: '/', isTty: false };
    const program = programThat(async ({ terminal }) => {
      for (;;) await terminal.write('row\n'.repeat(1000));
    });
    expect(await run(program, ['act'], around)).toBe(141);
    expect(told).toBe('');
  });
});

describe('talk', () => {
  const talker = programThat(async ({ terminal }) => {
    await terminal.write(`data ${terminal.colors.red('red')} ${terminal.unicode}\n`);
    terminal.talk('note: something');
    return 0;
  });

  test('goes to stderr, data to stdout, without colours for a pipe', async () => {
    const piped = await commandLine(['act'], { program: talker });
    expect(piped).toEqual({ exitCode: 0, stdout: 'data red true\n', stderr: 'note: something\n' });
  });

  test('is silent with --quiet', async () => {
    expect((await commandLine(['act', '-q'], { program: talker })).stderr).toBe('');
  });

  test('is coloured on a terminal, unless NO_COLOR or the terminal is against it', async () => {
    const red = 'data \u001b[31mred\u001b[39m true\n';
    expect((await commandLine(['act'], { program: talker, columns: 80 })).stdout).toBe(red);
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }])
      expect((await commandLine(['act'], { program: talker, columns: 80, env })).stdout).toBe('data red true\n');
  });

  test('keeps to ASCII where the locale does', async () => {
    for (const env of [{ LANG: 'C' }, { LC_ALL: 'POSIX', LANG: 'de_DE.UTF-8' }, { LANG: 'de_DE.ISO-8859-1' }])
      expect((await commandLine(['act'], { program: talker, env })).stdout).toBe('data red false\n');
  });
});
