import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Connection } from '@temporalio/client';
import { checkNamespace, checkReachable, type TemporalTarget } from './connect-options.ts';
import { reasonOf } from './failure-reason.ts';
import { endProcess, identify, type ProcessIdentity } from './process-identity.ts';
import { StartupError } from './startup-error.ts';

const START_TIMEOUT_MS = 60_000;
const ATTEMPT_TIMEOUT_MS = 2_000;
const POLL_MS = 50;
const END_GRACE_MS = 10_000;
const LONGEST_WORDS = 400;
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A port that was free a moment ago is taken: another try with other ports may do. */
export class PortTakenError extends StartupError {}

export interface ServerProcess {
  readonly identity: ProcessIdentity;
  /** Settles when the server has ended, by `end` or by itself. */
  readonly ended: Promise<string>;
  /** `graceMs` 0: at once, for a server that keeps nothing. */
  end(graceMs?: number): Promise<void>;
}

const wordsOf = async (logFile: string): Promise<string> => (await readFile(logFile, 'utf8').catch(() => '')).trim();

/** The server's own last words, for an error message: of a long chain of reasons the end says what is wrong. */
async function lastWords(logFile: string): Promise<string> {
  const lines = (await wordsOf(logFile)).split('\n').filter(Boolean);
  const worst = lines.filter((line) => /error|fail|in use|locked/i.test(line)).at(-1) ?? lines.at(-1);
  if (worst === undefined) return 'it said nothing';
  return worst.length > LONGEST_WORDS ? `… ${worst.slice(-LONGEST_WORDS)}` : worst;
}

async function earlyEnd(end: string, logFile: string): Promise<StartupError> {
  const message = `the Temporal server did not start (${end}): ${await lastWords(logFile)} (${logFile})`;
  return /address already in use/i.test(await wordsOf(logFile))
    ? new PortTakenError(message, 1)
    : new StartupError(message, 1);
}

/**
 * Ends the child with us. When we are the only one who listens for a signal, the signal would have ended us: it still
 * does, after the child was told. Others who listen (a worker that drains first) call `end` when they are done.
 */
function endWithUs(child: ChildProcess): () => void {
  const onExit = () => child.kill('SIGTERM');
  const onSignal = (signal: NodeJS.Signals) => {
    if (process.listenerCount(signal) > 1) return;
    child.kill('SIGTERM');
    process.removeListener(signal, onSignal);
    process.kill(process.pid, signal);
  };
  process.on('exit', onExit);
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  return () => {
    process.removeListener('exit', onExit);
    for (const signal of ENDING_SIGNALS) process.removeListener(signal, onSignal);
  };
}

/** Starts the server in a process group of its own, so that Ctrl-C reaches us and not it: the worker drains first. */
export async function startServerProcess(
  binary: string,
  args: readonly string[],
  logFile: string,
  env: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  const log = openSync(logFile, 'w', 0o600);
  // The CLI reads TEMPORAL_* as a client would; they speak of other servers.
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
  const child = spawn(binary, args, { stdio: ['ignore', log, log], detached: true, env: clean });
  closeSync(log);
  const release = endWithUs(child);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  void ended.then(release);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (!identity) throw new StartupError(`${binary} ended at once (${await ended}): ${await lastWords(logFile)}`, 1);
  return {
    identity,
    ended,
    end: async (graceMs = END_GRACE_MS) => {
      if (graceMs === 0) child.kill('SIGKILL');
      else await endProcess(identity, graceMs);
      await ended;
    },
  };
}

/**
 * Waits until the server answers for its namespace.
 *
 * @throws {StartupError} when it ends first or takes more than a minute, with its last words
 */
export async function untilServing(
  server: ServerProcess,
  target: TemporalTarget,
  logFile: string,
): Promise<Connection> {
  let end: string | undefined;
  void server.ended.then((reason) => {
    end = reason;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  const connection = Connection.lazy({ address: target.address, connectTimeout: ATTEMPT_TIMEOUT_MS });
  for (;;) {
    if (end !== undefined) {
      await connection.close();
      throw await earlyEnd(end, logFile);
    }
    try {
      // A gRPC call to a port that is not open yet costs a second; this costs nothing.
      await checkReachable(target.address);
      await checkNamespace(connection, target);
      return connection;
    } catch (error) {
      if (Date.now() > deadline) {
        await connection.close();
        const reason = reasonOf(error);
        throw new StartupError(`the Temporal server does not answer: ${reason} (${logFile})`, 1, { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
