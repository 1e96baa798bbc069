import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities/index.ts';
import type { Configuration } from '../config/index.ts';
import type { TemporalTarget } from './connect-options.ts';
import { connectWorker } from './connection.ts';
import type { QueueKind } from './queue-kinds.ts';
import { WorkerGroup } from './run-workers.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { createWorker } from './worker.ts';

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
