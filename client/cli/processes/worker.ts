import { connectWorkers } from '../../../workers/configured-workers.ts';
import { targetFromEnvironment } from '../../../workers/connect-options.ts';
import { type Endpoint, formatEndpoint } from '../../../workers/endpoint.ts';
import { startHealthServer, type WorkerHealth } from '../../../workers/health.ts';
import { createLog } from '../../../workers/log.ts';
import type { LogLevel } from '../../../workers/log-levels.ts';
import { type QueueKind, queueKinds } from '../../../workers/queue-kinds.ts';
import { installRuntime } from '../../../workers/runtime.ts';
import type { Context } from '../command.ts';
import { askedToEnd, untilAborted } from '../interruption.ts';
import { loggedConfiguration, whileWorking } from './working.ts';

export interface WorkerValues {
  readonly config: string | undefined;
  /** None: all. */
  readonly queue: readonly QueueKind[];
  readonly metrics: Endpoint | undefined;
  readonly health: Endpoint | undefined;
  /** Seconds. */
  readonly grace: number;
  readonly 'log-level': LogLevel;
}

/** The worker process of a real installation, until it is asked to end. */
export async function runWorker(values: WorkerValues, context: Context): Promise<void> {
  const { env, signal } = context;
  const { metrics, health: healthAt, queue, grace } = values;
  const log = createLog(values['log-level']);
  const configuration = loggedConfiguration(values.config, context, log);
  installRuntime(log, metrics);
  let health = (): WorkerHealth => ({ ready: false, workers: {} });
  const healthServer = healthAt && (await startHealthServer(healthAt, () => health()));
  try {
    const target = targetFromEnvironment({ ...env }, configuration.temporal);
    const kinds = queue.length === 0 ? queueKinds : [...new Set(queue)];
    const connecting = connectWorkers({ configuration, target, kinds, shutdownGraceMs: grace * 1000, log });
    const workers = await untilAborted(connecting, signal);
    health = () => workers.group.health();
    log.info(
      {
        temporal: target.address,
        namespace: target.namespace,
        queues: workers.queues,
        ...(metrics ? { metrics: formatEndpoint(metrics) } : {}),
        ...(healthServer ? { health: formatEndpoint(healthServer.endpoint) } : {}),
      },
      'worker runs',
    );
    await whileWorking(workers, signal, () => askedToEnd(signal));
  } finally {
    await healthServer?.close();
  }
}
