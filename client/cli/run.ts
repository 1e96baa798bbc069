import type { Readable, Writable } from 'node:stream';
import { type CallObserver, debugObserver, TimingRecorder } from '../../services/openstack/index.ts';
import { type ExitCode, type Program, typedName } from './command.ts';
import { complete } from './completion.ts';
import { failureOf } from './failure.ts';
import { untilAborted } from './interruption.ts';
import { parse } from './parse.ts';
import { Terminal } from './terminal.ts';
import { timingTable } from './timing-table.ts';
import { packageVersion } from './version.ts';

/** What a process has and a test gives. */
export interface Surroundings {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly isTty: boolean;
  /** A person also types: stdin is theirs too. */
  readonly isAttended?: boolean;
  readonly stdin?: Readable;
  /** stderr is that person's terminal as well. */
  readonly isLive?: boolean;
  /** Width of the window. */
  readonly columns?: number;
  /** Aborted by Ctrl-C and its like. */
  readonly signal?: AbortSignal;
}

const HELP_COLUMNS = { standard: 100, most: 120 };

/** Runs one command line: all that a process of its own would do but exit. Never throws. */
export async function run(program: Program, argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  const terminal = new Terminal(around);
  const signal = around.signal ?? new AbortController().signal;
  // Until the words are understood, what stands there must do.
  let debug = argv.includes('--debug');
  let where = program.name;
  const recorder = new TimingRecorder();
  let timing = false;
  try {
    if (argv[0] === '--complete') return await complete(program, argv.slice(1), { ...around, terminal });
    const columns = Math.min(terminal.columns ?? HELP_COLUMNS.standard, HELP_COLUMNS.most);
    const parsed = parse(program, argv, { version: packageVersion(), columns });
    if (parsed.kind === 'text') {
      await terminal.write(parsed.text);
      await terminal.flush();
      return 0;
    }
    const { command, values } = parsed;
    where = typedName(program.name, command.name);
    debug = values.debug === true;
    timing = values.timing === true;
    terminal.quiet = values.quiet === true;
    const observers: readonly CallObserver[] = [
      ...(debug ? [debugObserver(terminal.stderr)] : []),
      ...(timing ? [recorder] : []),
    ];
    const { env, cwd } = around;
    const context = { program: program.name, terminal, env, cwd, signal, debug, observers };
    const work = command.run(values, context);
    const exitCode = await (command.endsItself === true ? work : untilAborted(work, signal));
    await terminal.flush();
    return exitCode;
  } catch (error) {
    const failure = failureOf(error, program.name, where, debug);
    // What was found before the error is shown before it.
    if (failure.exitCode === 1) await terminal.flush().catch(() => undefined);
    for (const line of failure.lines) terminal.complain(line);
    return failure.exitCode;
  } finally {
    if (timing && recorder.timings().length > 0) terminal.stderr.write(timingTable(recorder.timings()));
  }
}
