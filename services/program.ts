import { type ChildProcess, spawn } from 'node:child_process';
import { ApiError, type ApiErrorDetails } from './api-error.ts';

const MOST_OUTPUT_BYTES = 64 * 1024;
/** Between being asked to end and being killed. */
const LAST_WORDS_MS = 2_000;

/** Whose program it is, for errors: `path` names it and what it was asked, never its other arguments, which may hold secrets. */
export type ProgramCall = Pick<ApiErrorDetails, 'cloud' | 'service' | 'path'>;

export interface ProgramRun {
  readonly call: ProgramCall;
  /** A path, or a name to be found in PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly timeLimitMs: number;
  /** What to do where the program is not installed. */
  readonly ifMissing: string;
}

export interface ProgramEnd {
  /** Undefined where a signal has ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of this machine to its end: no shell, nothing on its standard input, a process group of its own, which is
 * ended as a whole when the time is over. Any exit code is an answer.
 *
 * @throws {ApiError} `configuration`: it can't be started; `timeout`
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { program, args, env, timeLimitMs } = run;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const stdout = collected(child.stdout);
    const stderr = collected(child.stderr);
    let exitCode: number | undefined;
    let hasExited = false;
    const ended = () => resolve({ exitCode, stdout: stdout(), stderr: stderr() });
    const limit = setTimeout(() => {
      // It has ended and left a process behind that holds its output.
      if (hasExited) ended();
      else {
        endGroup(child);
        reject(tooSlow(run));
      }
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeLimitMs);
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(notStarted(run, error));
    });
    child.once('exit', (code) => {
      exitCode = code ?? undefined;
      hasExited = true;
    });
    child.once('close', () => {
      clearTimeout(limit);
      ended();
    });
  });
}

function collected(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < MOST_OUTPUT_BYTES) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).subarray(0, MOST_OUTPUT_BYTES).toString('utf8');
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch {
      // Gone already.
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), LAST_WORDS_MS).unref();
}

function tooSlow({ call, timeLimitMs }: ProgramRun): ApiError {
  const reason = `it has not ended within ${timeLimitMs / 1000} s`;
  return new ApiError({ ...call, method: '', kind: 'timeout', retry: { when: 'back-off' }, reason });
}

function notStarted({ call, program, ifMissing }: ProgramRun, error: Error): ApiError {
  const code = 'code' in error ? error.code : undefined;
  const details = { ...call, method: '', kind: 'configuration', retry: { when: 'never' } } as const;
  switch (code) {
    case 'ENOENT':
      return new ApiError({ ...details, reason: `the program ${program} is not installed here`, hint: ifMissing });
    case 'EACCES':
      return new ApiError({ ...details, reason: `${program} may not be executed`, hint: `chmod +x ${program}` });
    default:
      return new ApiError({ ...details, reason: `${program} can't be started: ${String(code ?? error.message)}` });
  }
}
