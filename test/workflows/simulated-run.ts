import { randomUUID } from 'node:crypto';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.ts';
import { connectClient, type TemporalClient } from '../../client/connection.ts';
import { PumphouseClient } from '../../client/pumphouse-client.ts';
import type { CloudSettings } from '../../config/index.ts';
import type { Simulator } from '../../simulator/index.ts';
import { connectWorker } from '../../workers/connection.ts';
import { registerSearchAttributes } from '../../workers/search-attributes.ts';
import { createWorker, prebuiltBundle } from '../../workers/worker.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { testTarget, unique } from '../temporal.ts';

/** Temporal, a task queue of its own and simulated clouds: what a test of a run needs. */
export interface SimulatedRun {
  readonly pumphouse: PumphouseClient;
  readonly temporal: TemporalClient;
  readonly settings: readonly CloudSettings[];
  /** A worker that runs until `shutdown`; `end` settles when it has. */
  startWorker(): Promise<{ readonly worker: Worker; readonly end: Promise<void> }>;
  /** Runs a worker while `body` does. */
  working<T>(body: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Clouds get a name of their own, so that ids of runs of several tests do not meet on the shared server. */
export const cloudName = (): string => `cloud-${randomUUID().slice(0, 8)}`;

export async function simulatedRun(
  simulator: Simulator,
  change: (settings: CloudSettings) => CloudSettings = (settings) => settings,
): Promise<SimulatedRun> {
  const connection: NativeConnection = await connectWorker(testTarget());
  await registerSearchAttributes(connection, testTarget().namespace, () => undefined);
  const temporal = await connectClient(testTarget());
  const taskQueue = unique('queue');
  const settings = simulator.clouds.map((cloud) => change(simulatedSettings(cloud)));
  const create = () =>
    createWorker({
      connection,
      namespace: testTarget().namespace,
      taskQueue,
      activities: createActivities({ sources: settings, targets: [], mappings: {}, passwords: { kind: 'none' } }),
      shutdownGraceMs: 100,
      shutdownForceMs: 2_000,
    });
  return {
    pumphouse: new PumphouseClient(temporal.client, { taskQueue }),
    temporal,
    settings,
    async startWorker() {
      const worker = await create();
      return { worker, end: worker.run() };
    },
    async working(body) {
      return (await create()).runUntil(body);
    },
    async close() {
      await temporal.close();
      await connection.close();
    },
  };
}

/** The history of a run replays with the code of today. */
export async function expectReplays(temporal: TemporalClient, workflowId: string): Promise<void> {
  const history = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: prebuiltBundle() }, history, workflowId);
}
