import { connectWorkers } from '../../../workers/configured-workers.ts';
import { DEFAULT_ADDRESS } from '../../../workers/connect-options.ts';
import type { EmbeddedTemporal } from '../../../workers/embedded-temporal.ts';
import type { Endpoint } from '../../../workers/endpoint.ts';
import { createLog } from '../../../workers/log.ts';
import type { LogLevel } from '../../../workers/log-levels.ts';
import { queueKinds } from '../../../workers/queue-kinds.ts';
import { installRuntime } from '../../../workers/runtime.ts';
import type { Context } from '../command.ts';
import { askedToEnd, untilAborted } from '../interruption.ts';
import type { ServerValues } from '../process-options.ts';
import { withTemporal } from './embedded-temporal.ts';
import { loggedConfiguration, whileWorking } from './working.ts';

/** Short: whoever presses Ctrl-C on a laptop waits for it, and Temporal tries again what was cut off. */
const SHUTDOWN_GRACE_MS = 10_000;

export interface DevValues extends ServerValues {
  readonly config: string | undefined;
  readonly metrics: Endpoint | undefined;
  readonly 'log-level': LogLevel;
}

/** Temporal, its Web UI and a worker on this machine, until it is asked to end. */
export async function runDev(values: DevValues, context: Context): Promise<void> {
  const { terminal, signal } = context;
  const log = createLog(values['log-level']);
  const configuration = loggedConfiguration(values.config, context, log);
  installRuntime(log, values.metrics);
  await withTemporal(values, context, async (temporal, lost) => {
    const { target } = temporal;
    const shutdownGraceMs = SHUTDOWN_GRACE_MS;
    const connecting = connectWorkers({ configuration, target, kinds: queueKinds, shutdownGraceMs, log });
    const workers = await untilAborted(connecting, signal);
    const body = async () => {
      await terminal.write(addresses(temporal, workers.queues));
      await terminal.flush();
      await askedToEnd(signal);
    };
    await whileWorking(workers, signal, body, lost);
  });
}

/** Temporal and its Web UI, until it is asked to end. */
export async function runServer(values: ServerValues, context: Context): Promise<void> {
  const { terminal, signal } = context;
  await withTemporal(values, context, async (temporal, lost) => {
    await terminal.write(addresses(temporal, []));
    await terminal.flush();
    await askedToEnd(signal, lost);
  });
}

function addresses(temporal: EmbeddedTemporal, queues: readonly string[]): string {
  const isFound = temporal.address === DEFAULT_ADDRESS || temporal.origin === 'TEMPORAL_ADDRESS';
  const lines = [
    `Temporal  ${temporal.address}  namespace ${temporal.namespace}`,
    ...(temporal.uiUrl ? [`Web UI    ${temporal.uiUrl}`] : []),
    ...(queues.length > 0 ? [`Worker    takes ${queues.join(' and ')}`] : []),
    ...(isFound ? [] : [`In other terminals: export TEMPORAL_ADDRESS=${temporal.address}`]),
    'Ctrl-C ends it.',
  ];
  return `${lines.join('\n')}\n`;
}
