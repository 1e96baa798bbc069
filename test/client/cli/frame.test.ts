import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { type Context, defineCommand, type ExitCode, type Program, typedName } from '../../../client/cli/command.ts';
import { COMMON_OPTIONS } from '../../../client/cli/common-options.ts';
import { askedToEnd } from '../../../client/cli/interruption.ts';
import { parse } from '../../../client/cli/parse.ts';
import { pumpCloud } from '../../../client/cli/pump-cloud.ts';
import { pumpDev } from '../../../client/cli/pump-dev.ts';
import { pumpSim } from '../../../client/cli/pump-sim.ts';
import { pumpWorker } from '../../../client/cli/pump-worker.ts';
import { run } from '../../../client/cli/run.ts';
import { commandLine, PROGRAMS } from './command-line.ts';

function programThat(act: (context: Context) => Promise<ExitCode>, more: { readonly endsItself?: true } = {}): Program {
  const command = defineCommand({
    name: 'act',
    summary: 'Act',
    positionals: {},
    options: {},
    examples: [{ line: 'pump-test act', says: 'Do it' }],
    run: (_values, context) => act(context),
    ...more,
  });
  return { name: 'pump-test', summary: 'Acts.', common: COMMON_OPTIONS, commands: [command] };
}

describe('every command', () => {
  const all = PROGRAMS.flatMap((program) =>
    program.commands.map(({ name }) => [typedName(program.name, name), program, name] as const),
  );

  test.each(all)('%s has help with examples, for itself', async (typed, program, name) => {
    const words = name.split(' ').filter((word) => word !== '');
    const { exitCode, stdout, stderr } = await commandLine([...words, '--help'], { program });
    expect(stdout).toMatch(new RegExp(`^Usage: ${typed}`));
    expect(stdout).toMatch(/\nExamples:\n {2}\S.*\n {6}\S/);
    expect(stdout).toContain('--debug');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect((await commandLine(['help', ...words], { program })).stdout).toBe(stdout);
    expect((await commandLine([...words, '-h'], { program })).stdout).toBe(stdout);
  });

  const examples = PROGRAMS.flatMap((program) =>
    program.commands.flatMap(({ examples: lines }) => lines.map(({ line }) => [line, program] as const)),
  );

  test.each(examples.filter(([line, { name }]) => line.startsWith(name)))(
    'is typed as its help shows: %s',
    (line, program) => {
      const typed = line
        .replace(/ *[|>#].*/, '')
        .split(' ')
        .slice(1);
      expect(parse(program, typed, { version: '0.0.0', columns: 100 }).kind).toBe('command');
    },
  );

  test.each(PROGRAMS.map((program) => [program.name, program] as const))(
    'of %s is in the help of the program',
    async (_name, program) => {
      const { exitCode, stdout } = await commandLine(['--help'], { program });
      for (const { name } of program.commands) if (name !== '') expect(stdout).toContain(`\n  ${name}`);
      expect(exitCode).toBe(0);
    },
  );

  test('tells the version of the package', async () => {
    for (const [program, ...argv] of [
      [pumpCloud, '--version'],
      [pumpCloud, 'resources', '--version'],
      [pumpWorker, '-V'],
      [pumpDev, '--version'],
      [pumpDev, 'demo', '--version'],
      [pumpSim, '-V'],
    ] as const)
      expect(await commandLine(argv, { program })).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
        stderr: '',
      });
  });
});

describe('a program that needs no command', () => {
  const said: string[] = [];
  const note = (name: string) =>
    defineCommand({
      name,
      summary: 'Note',
      positionals: {},
      options: {
        loud: { kind: 'flag', describe: 'Loud' },
        times: { kind: 'number', value: 'N', least: 0, most: 9, standard: 3, describe: 'How often' },
        wait: { kind: 'seconds', value: 'SECONDS', describe: 'How long' },
        at: { kind: 'endpoint', value: 'HOST:PORT', describe: 'Where' },
        port: { kind: 'port', value: 'PORT', describe: 'Which' },
        word: { kind: 'text', value: 'WORD', standard: 'hm', describe: 'What' },
      },
      examples: [{ line: 'pump-note', says: 'Note' }],
      async run({ loud, times, wait, at, port, word }) {
        said.push(JSON.stringify([name, loud, times, wait, at, port, word]));
        return 0;
      },
    });
  const program: Program = {
    name: 'pump-note',
    summary: '',
    common: COMMON_OPTIONS,
    commands: [note(''), note('sub')],
  };

  test.each([
    ['', '["",false,3,null,null,null,"hm"]'],
    ['--loud --times 0 --wait 0.5', '["",true,0,0.5,null,null,"hm"]'],
    ['--at localhost:0 --port 65535', '["",false,3,null,{"host":"127.0.0.1","port":0},65535,"hm"]'],
    ['--at [::1]:80 --word=x', '["",false,3,null,{"host":"::1","port":80},null,"x"]'],
    ['sub --loud', '["sub",true,3,null,null,null,"hm"]'],
    ['--loud sub --times 9', '["sub",true,9,null,null,null,"hm"]'],
    ['--times 4 sub', '["sub",false,4,null,null,null,"hm"]'],
  ])('reads "%s"', async (typed, read) => {
    const argv = typed.split(' ').filter((word) => word !== '');
    expect(await commandLine(argv, { program })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(said.splice(0)).toEqual([read]);
  });

  test('shows in its help what holds where an option is left out', async () => {
    const { stdout } = await commandLine(['--help'], { program });
    expect(stdout).toMatch(/^Usage: pump-note \[command\] \[options\]\n/);
    expect(stdout).toContain('--times N       How often (default: 3)');
    expect(stdout).toContain('--word WORD     What (default: hm)');
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

  test('SIGTERM ends it with 143, and says what it was', async () => {
    const interrupt = new AbortController();
    const program = programThat(async () => {
      interrupt.abort('SIGTERM');
      return new Promise<never>(() => undefined);
    });
    const outcome = await commandLine(['act'], { program, signal: interrupt.signal });
    expect(outcome).toEqual({ exitCode: 143, stdout: '', stderr: 'pump-test act: interrupted by SIGTERM\n' });
  });

  test('a command that ends itself is waited for, and says how it ended', async () => {
    const interrupt = new AbortController();
    const act = async ({ signal, terminal }: Context) => {
      interrupt.abort();
      await askedToEnd(signal);
      await new Promise(setImmediate);
      terminal.talk('cleaned up');
      return 0 as const;
    };
    const program = programThat(act, { endsItself: true });
    const outcome = await commandLine(['act'], { program, signal: interrupt.signal });
    expect(outcome).toEqual({ exitCode: 0, stdout: '', stderr: 'cleaned up\n' });
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
