import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { CloudInventory, DiscoveryProgress, discoverCloud } from '../workflows/discover-cloud.ts';
import { sourceKey, stageKey } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { discoverCloudId } from '../workflows/workflow-ids.ts';

export interface DiscoverOptions {
  /** Names or ids of tenants; all when absent. */
  readonly tenants?: readonly string[];
}

/** A run that was started, or that was already there and is joined. */
export interface StartedRun<Result, Progress> {
  readonly workflowId: string;
  readonly runId: string;
  /** Settles when the run ends; a failed run rejects with Temporal's `WorkflowFailedError`. */
  result(): Promise<Result>;
  progress(): Promise<Progress>;
}

export interface PumphouseClientOptions {
  /** The queue of the workers; `pumphouse` unless the configuration says otherwise. */
  readonly taskQueue?: string;
}

/** Starts Pumphouse's runs and follows them: what the pump-* commands do, as a library. */
export class PumphouseClient {
  readonly #client: Client;
  readonly #taskQueue: string;

  constructor(client: Client, options: PumphouseClientOptions = {}) {
    this.#client = client;
    this.#taskQueue = options.taskQueue ?? taskQueues.main;
  }

  /** Records the inventory of a cloud. While one runs for the same cloud and tenants, this joins it. */
  async discover(cloud: string, options: DiscoverOptions = {}): Promise<StartedRun<CloudInventory, DiscoveryProgress>> {
    const { tenants } = options;
    const handle = await this.#client.workflow.start<typeof discoverCloud>('discoverCloud', {
      workflowId: discoverCloudId(cloud, tenants),
      taskQueue: this.#taskQueue,
      args: [{ cloud, ...(tenants === undefined ? {} : { tenants }) }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Discover ${cloud}${tenants === undefined ? '' : `: ${tenants.join(', ')}`}`,
      typedSearchAttributes: [
        { key: sourceKey, value: cloud },
        { key: stageKey, value: 'describe' },
      ],
    });
    return this.#started(handle);
  }

  #started(
    handle: WorkflowHandleWithFirstExecutionRunId<typeof discoverCloud>,
  ): StartedRun<CloudInventory, DiscoveryProgress> {
    return {
      workflowId: handle.workflowId,
      runId: handle.firstExecutionRunId,
      result: () => handle.result(),
      progress: () => handle.query<DiscoveryProgress>('progress'),
    };
  }
}
