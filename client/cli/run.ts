import type { Writable } from 'node:stream';
import { type CallObserver, debugObserver, TimingRecorder } from '../../services/openstack/index.ts';
import type { ExitCode, Program } from './command.ts';
import { complete } from './completion.ts';
import { failureOf, Interrupted } from './failure.ts';
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
  /** Width of the window. */
  readonly columns?: number;
  /** Aborted by Ctrl-C. */
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
    where = `${program.name} ${command.name}`;
    debug = values.debug === true;
    timing = values.timing === true;
    terminal.quiet = values.quiet === true;
    const observers: readonly CallObserver[] = [
      ...(debug ? [debugObserver(terminal.stderr)] : []),
      ...(timing ? [recorder] : []),
    ];
    const { env, cwd } = around;
    const context = { program: program.name, terminal, env, cwd, signal, debug, observers };
    const exitCode = await untilAborted(command.run(values, context), signal);
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

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, stop } = aborted(signal);
  try {
    return await Promise.race([work, promise]);
  } finally {
    stop();
  }
}

function aborted(signal: AbortSignal): { readonly promise: Promise<never>; stop(): void } {
  let listener: () => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    listener = () => reject(new Interrupted('interrupted'));
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  });
  return { promise, stop: () => signal.removeEventListener('abort', listener) };
}
