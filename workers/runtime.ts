import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { temporalLogger } from './log.ts';
import { StartupError } from './startup-error.ts';

/**
 * Sets up the SDK's native part; once a process, before the first connection. It ends no worker by itself on a signal
 * (by default SIGUSR2 would do so too): our processes decide the order.
 *
 * @throws {StartupError} when the metrics port is taken
 */
export function installRuntime(log: Logger, metrics: Endpoint | undefined): void {
  try {
    Runtime.install({
      logger: temporalLogger(log),
      shutdownSignals: [],
      telemetryOptions: {
        logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
        ...(metrics ? { metrics: { prometheus: { bindAddress: formatEndpoint(metrics) } } } : {}),
      },
    });
  } catch (error) {
    if (!metrics || !(error instanceof Error) || !error.message.includes('prometheus')) throw error;
    const reason = error.message.replace(/^.*exporter: /, '');
    throw new StartupError(`cannot serve metrics at ${formatEndpoint(metrics)}: ${reason}`, 2, { cause: error });
  }
}
