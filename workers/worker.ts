import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { taskQueues } from '../workflows/task-queues.ts';
import { StartupError } from './startup-error.ts';
import { MAX_HEARTBEAT_INTERVAL_MS, SHUTDOWN_FORCE_MS, SHUTDOWN_GRACE_MS } from './worker-times.ts';

export interface WorkerSettings {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Activity functions by name. */
  readonly activities: object;
  /** By default `pumphouse`. */
  readonly taskQueue?: string;
  /** Workflow code; by default what `npm run build` made. `none`: a worker of activities only, as for bulk data. */
  readonly workflowBundle?: WorkflowBundleOption | 'none';
  readonly shutdownGraceMs?: number;
  readonly shutdownForceMs?: number;
}

/** The bundle that `npm run build` made: beside the built code, or in `dist` when we run from source. */
export function prebuiltBundle(): { readonly codePath: string } {
  const places = ['../workflow-bundle.js', '../dist/workflow-bundle.js'];
  const codePath = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
  if (!codePath) throw new StartupError('the workflow bundle is missing: run "npm run build"', 1);
  return { codePath };
}

/**
 * A worker of one task queue, connected and ready to run.
 *
 * @throws {StartupError} when there is no workflow bundle
 */
export async function createWorker(settings: WorkerSettings): Promise<Worker> {
  const taskQueue = settings.taskQueue ?? taskQueues.main;
  const shutdownGraceTime = settings.shutdownGraceMs ?? SHUTDOWN_GRACE_MS;
  const { workflowBundle } = settings;
  const workflows = workflowBundle === 'none' ? {} : { workflowBundle: workflowBundle ?? prebuiltBundle() };
  return Worker.create({
    connection: settings.connection,
    namespace: settings.namespace,
    taskQueue,
    activities: settings.activities,
    ...workflows,
    maxHeartbeatThrottleInterval: MAX_HEARTBEAT_INTERVAL_MS,
    defaultHeartbeatThrottleInterval: MAX_HEARTBEAT_INTERVAL_MS,
    shutdownGraceTime,
    shutdownForceTime: settings.shutdownForceMs ?? Math.max(SHUTDOWN_FORCE_MS, shutdownGraceTime + 15_000),
  });
}
