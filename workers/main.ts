import { commandLine, endpointOption, runCommand } from './command.ts';
import { connectWorkers, queueKinds, readConfiguration } from './configured-workers.ts';
import { targetFromEnvironment } from './connect-options.ts';
import { formatEndpoint } from './endpoint.ts';
import { startHealthServer, type WorkerHealth } from './health.ts';
import { createLog, logLevels } from './log.ts';
import { installRuntime } from './runtime.ts';
import { StartupError } from './startup-error.ts';
import { onStopSignal } from './stop-signals.ts';
import { SHUTDOWN_GRACE_MS } from './worker.ts';

/** `pump-worker`: the worker process of a real installation. Gives the exit code. */
async function pumpWorker(argv: readonly string[]): Promise<number> {
  const options = await commandLine('pump-worker', argv)
    .usage('$0 [options]\n\nRuns workflows and activities until it gets SIGTERM or SIGINT.')
    .option('config', { type: 'string', alias: 'c', describe: 'pumphouse.yaml; by default as pump-cloud finds it' })
    .option('queue', {
      choices: queueKinds,
      array: true,
      default: [...queueKinds],
      describe: 'What to take: data copies images and volumes, main is all the rest',
    })
    .option('metrics', {
      type: 'string',
      coerce: endpointOption('metrics'),
      describe: 'HOST:PORT to serve Prometheus metrics at (/metrics)',
    })
    .option('health', {
      type: 'string',
      coerce: endpointOption('health'),
      describe: 'HOST:PORT to answer /live and /ready at',
    })
    .option('grace', {
      type: 'number',
      default: SHUTDOWN_GRACE_MS / 1000,
      describe: 'Seconds that running activities get to finish when the worker is asked to stop',
    })
    .option('log-level', { choices: logLevels, default: 'info' as const, describe: 'How much to log' })
    .check(({ grace }) => {
      if (grace >= 0) return true;
      throw new StartupError('--grace: a number of seconds, 0 or more, is needed', 2);
    })
    .example('$0 -c pumphouse.yaml', 'Take everything, with the clouds of this file')
    .example('$0 --queue data', 'Copy data only, where the network is fat')
    .example('$0 --metrics 127.0.0.1:9464', 'With metrics for Prometheus')
    .example('TEMPORAL_ADDRESS=temporal:7233 $0', 'With the Temporal server of that address')
    .epilogue(
      'Temporal is found as by all its tools: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,\n' +
        'TEMPORAL_API_KEY, TEMPORAL_TLS_*, or a profile of temporal.toml.\n' +
        'A second Ctrl-C ends the worker at once.',
    )
    .parseAsync();

  const log = createLog(options.logLevel);
  const configuration = readConfiguration(options.config, log);
  installRuntime(log, options.metrics);
  let health = (): WorkerHealth => ({ ready: false, workers: {} });
  const healthServer = options.health && (await startHealthServer(options.health, () => health()));
  try {
    const target = targetFromEnvironment(process.env, configuration.temporal);
    const kinds = [...new Set(options.queue)];
    const workers = await connectWorkers({ configuration, target, kinds, shutdownGraceMs: options.grace * 1000, log });
    health = () => workers.group.health();
    onStopSignal((signal) => workers.group.shutdown(signal));
    log.info(
      {
        temporal: target.address,
        namespace: target.namespace,
        queues: workers.queues,
        ...(options.metrics ? { metrics: formatEndpoint(options.metrics) } : {}),
        ...(healthServer ? { health: formatEndpoint(healthServer.endpoint) } : {}),
      },
      'worker runs',
    );
    try {
      await workers.group.run();
    } finally {
      await workers.close();
    }
  } finally {
    await healthServer?.close();
  }
  return 0;
}

export const main = (argv: readonly string[]): Promise<void> => runCommand(() => pumpWorker(argv));
