import { commandLine, endpointOption, portOption, runCommand } from './command.ts';
import { connectWorkers, queueKinds, readConfiguration } from './configured-workers.ts';
import { DEFAULT_ADDRESS } from './connect-options.ts';
import { type EmbeddedTemporal, startEmbeddedTemporal } from './embedded-temporal.ts';
import type { Endpoint } from './endpoint.ts';
import { createLog, type LogLevel, logLevels } from './log.ts';
import { installRuntime } from './runtime.ts';
import { StartupError } from './startup-error.ts';
import { onStopSignal } from './stop-signals.ts';

/** Short: whoever presses Ctrl-C on a laptop waits for it, and Temporal tries again what was cut off. */
const SHUTDOWN_GRACE_MS = 10_000;

interface ServerOptions {
  readonly inMemory: boolean;
  readonly dbFile: string | undefined;
  readonly port: number | undefined;
  readonly uiPort: number | undefined;
}

interface DevOptions extends ServerOptions {
  readonly config: string | undefined;
  readonly metrics: Endpoint | undefined;
  readonly logLevel: LogLevel;
}

function startServer({ inMemory, dbFile, port, uiPort }: ServerOptions): Promise<EmbeddedTemporal> {
  return startEmbeddedTemporal({
    inMemory,
    ...(dbFile === undefined ? {} : { dbFile }),
    ...(port === undefined ? {} : { port }),
    ...(uiPort === undefined ? {} : { uiPort }),
  });
}

function printAddresses(temporal: EmbeddedTemporal, queues: readonly string[]): void {
  const lines = [
    `Temporal  ${temporal.address}  namespace ${temporal.namespace}`,
    ...(temporal.uiUrl ? [`Web UI    ${temporal.uiUrl}`] : []),
    ...(queues.length > 0 ? [`Worker    takes ${queues.join(' and ')}`] : []),
    ...(temporal.address === DEFAULT_ADDRESS || temporal.origin === 'TEMPORAL_ADDRESS'
      ? []
      : [`In other terminals: export TEMPORAL_ADDRESS=${temporal.address}`]),
    'Ctrl-C ends it.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Settles at the first signal that asks us to end; keeps the process alive until then. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, 60_000);
    onStopSignal((signal) => {
      clearInterval(alive);
      resolve(signal);
    });
  });
}

/** A server that ends by itself takes all with it; the reason is shown. */
const lost = (reason: string): StartupError => new StartupError(`the Temporal server ended by itself (${reason})`, 1);

async function runServer(options: ServerOptions): Promise<number> {
  const stopped = stopSignal();
  const temporal = await startServer(options);
  printAddresses(temporal, []);
  try {
    await Promise.race([stopped, temporal.ended.then((reason) => Promise.reject(lost(reason)))]);
  } finally {
    await temporal.close();
  }
  return 0;
}

async function runDev(options: DevOptions): Promise<number> {
  const log = createLog(options.logLevel);
  const configuration = readConfiguration(options.config, log);
  installRuntime(log, options.metrics);
  const stopped = stopSignal();
  const temporal = await startServer(options);
  try {
    const settings = {
      configuration,
      target: temporal.target,
      kinds: queueKinds,
      shutdownGraceMs: SHUTDOWN_GRACE_MS,
      log,
    };
    const workers = await connectWorkers(settings);
    let end: string | undefined;
    void stopped.then((signal) => workers.group.shutdown(signal));
    void temporal.ended.then((reason) => {
      end = reason;
      workers.group.shutdown('the Temporal server ended');
    });
    printAddresses(temporal, workers.queues);
    try {
      await workers.group.run();
    } finally {
      await workers.close();
    }
    if (end !== undefined) throw lost(end);
  } finally {
    await temporal.close();
  }
  return 0;
}

/** A command of `pump-dev` that another folder brings, as `client/` the demo. It reads its own arguments. */
export interface DevCommand {
  readonly name: string;
  readonly describe: string;
  /** Gives the exit code. */
  run(argv: readonly string[]): Promise<number>;
}

/** `pump-dev`: Temporal, its Web UI and a worker on this machine. Gives the exit code. */
async function pumpDev(argv: readonly string[], brought: readonly DevCommand[]): Promise<number> {
  const other = brought.find(({ name }) => name === argv[0]);
  if (other) return other.run(argv.slice(1));
  let run: () => Promise<number> = () => Promise.resolve(0);
  const parser = commandLine('pump-dev', argv);
  for (const { name, describe } of brought) parser.command(name, describe);
  await parser
    .usage('$0 [command] [options]\n\nTemporal with its Web UI and a worker on this machine, until Ctrl-C.')
    .option('in-memory', { type: 'boolean', default: false, describe: 'Keep nothing between runs' })
    .option('db-file', {
      type: 'string',
      conflicts: 'in-memory',
      describe: 'Where to keep the data, if not in the usual place',
    })
    .option('port', {
      type: 'number',
      coerce: portOption('port'),
      describe: 'Port of Temporal; 7233 if free, 0 for any',
    })
    .option('ui-port', {
      type: 'number',
      coerce: portOption('ui-port'),
      describe: 'Port of the Web UI; 8233 if free, 0 for any',
    })
    .command(
      '$0',
      'The server, the Web UI and a worker',
      (parser) =>
        parser
          .option('config', {
            type: 'string',
            alias: 'c',
            describe: 'pumphouse.yaml; by default as pump-cloud finds it',
          })
          .option('metrics', {
            type: 'string',
            coerce: endpointOption('metrics'),
            describe: 'HOST:PORT to serve Prometheus metrics at (/metrics)',
          })
          .option('log-level', { choices: logLevels, default: 'warn' as const, describe: 'How much to log' }),
      ({ inMemory, dbFile, port, uiPort, config, metrics, logLevel }) => {
        run = () => runDev({ inMemory, dbFile, port, uiPort, config, metrics, logLevel });
      },
    )
    .command(
      'server',
      'The server and the Web UI only',
      (parser) => parser,
      ({ inMemory, dbFile, port, uiPort }) => {
        run = () => runServer({ inMemory, dbFile, port, uiPort });
      },
    )
    .example('$0 -c pumphouse.yaml', 'All that a laptop needs to try a migration')
    .example('$0 server --in-memory', 'A server for a while, for tests by hand')
    .epilogue('TEMPORAL_ADDRESS names a server to use instead of starting one.')
    .parseAsync();
  return run();
}

/** Runs `pump-dev`, with the commands that others bring, and exits. */
export const main = (argv: readonly string[], brought: readonly DevCommand[] = []): Promise<void> =>
  runCommand(() => pumpDev(argv, brought));
