import type { Program } from './command.ts';
import { STOP_EXIT_CODES, type StopSignal } from './interruption.ts';
import { run } from './run.ts';

/** One Ctrl-C may come twice: from the terminal, which tells all of `npm start`, and from npm, which passes it on. */
const ONE_KEY_MS = 200;

/** Runs a program as this process: its arguments, streams and signals, and ends with its exit code. */
export async function runAsProcess(program: Program): Promise<never> {
  const { stdin, stdout, stderr, env } = process;
  const interrupt = new AbortController();
  let askedAtMs = 0;
  for (const signal of signalsOf(program)) {
    process.on(signal, () => {
      if (!interrupt.signal.aborted) {
        askedAtMs = performance.now();
        interrupt.abort(signal);
        // Who presses Ctrl-C twice does not want to wait for anything.
      } else if (performance.now() - askedAtMs > ONE_KEY_MS) process.exit(STOP_EXIT_CODES[signal]);
    });
  }
  const exitCode = await run(program, process.argv.slice(2), {
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    isTty: stdout.isTTY === true,
    isAttended: stdout.isTTY === true && stdin.isTTY === true,
    stdin,
    isLive: stderr.isTTY === true,
    ...(stdout.isTTY ? { columns: stdout.columns } : {}),
    signal: interrupt.signal,
  });
  // The SDK's native part would keep a process alive that failed before its first connection.
  process.exit(exitCode);
}

/** A command that only looks is left to SIGHUP as it is: a listener would undo what nohup set up. */
function signalsOf({ commands }: Program): readonly StopSignal[] {
  const staysUp = commands.some(({ endsItself }) => endsItself === true);
  return staysUp ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
}
