import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities/index.ts';
import { type Configuration, loadConfiguration } from '../config/index.ts';
import type { TemporalTarget } from './connect-options.ts';
import { connectWorker } from './connection.ts';
import { WorkerGroup } from './run-workers.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { createWorker } from './worker.ts';

/** What a worker takes: `main` workflows and activities, `data` the activities that stream images and volumes. */
export const queueKinds = ['main', 'data'] as const;
export type QueueKind = (typeof queueKinds)[number];

/**
 * Reads the configuration, and says what is odd in it.
 *
 * @throws {ConfigurationError} with all that is wrong in the file
 */
export function readConfiguration(configFile: string | undefined, log: Logger): Configuration {
  const configuration = loadConfiguration(configFile === undefined ? {} : { path: configFile });
  for (const warning of configuration.warnings) log.warn(warning);
  return configuration;
}

/** Workers of a configuration, connected; `close` after they have stopped. */
export interface ConnectedWorkers {
  readonly group: WorkerGroup;
  readonly queues: readonly string[];
  close(): Promise<void>;
}

export interface WorkersSettings {
  readonly configuration: Configuration;
  readonly target: TemporalTarget;
  readonly kinds: readonly QueueKind[];
  readonly shutdownGraceMs?: number;
  readonly log: Logger;
}

/**
 * Connects, makes the server know our search attributes, and makes a worker for each queue.
 *
 * @throws {StartupError} when Temporal cannot be used as it is
 */
export async function connectWorkers(settings: WorkersSettings): Promise<ConnectedWorkers> {
  const { configuration, target, kinds, shutdownGraceMs, log } = settings;
  const { taskQueue, dataTaskQueue } = configuration.temporal;
  const connection: NativeConnection = await connectWorker(target);
  try {
    await registerSearchAttributes(connection, target.namespace, (line) => log.warn(line));
    const shared = {
      connection,
      namespace: target.namespace,
      activities: createActivities(configuration),
      ...(shutdownGraceMs === undefined ? {} : { shutdownGraceMs }),
    };
    const workers = await Promise.all(
      kinds.map((kind) =>
        kind === 'main'
          ? createWorker({ ...shared, taskQueue })
          : createWorker({ ...shared, taskQueue: dataTaskQueue, workflowBundle: 'none' }),
      ),
    );
    const group = new WorkerGroup(workers, log);
    return { group, queues: workers.map(({ options }) => options.taskQueue), close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
