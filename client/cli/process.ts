import type { Program } from './command.ts';
import { run } from './run.ts';

/** Runs a program as this process: its arguments, streams and signals, and ends with its exit code. */
export async function runAsProcess(program: Program): Promise<never> {
  const { stdout, stderr, env } = process;
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    // Who presses Ctrl-C twice does not want to wait for anything.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
  const exitCode = await run(program, process.argv.slice(2), {
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    isTty: stdout.isTTY === true,
    ...(stdout.isTTY ? { columns: stdout.columns } : {}),
    signal: interrupt.signal,
  });
  process.exit(exitCode);
}
