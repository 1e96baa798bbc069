import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { CloudInventory, discoverCloud } from '../workflows/discover-cloud.ts';
import type { DiscoveryProgress } from '../workflows/discovery.ts';
import { sourceKey, stageKey, targetKey, tenantKey } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { discoverCloudId } from '../workflows/workflow-ids.ts';

export interface DiscoverOptions {
  /** What the cloud is to the operator: by this the run is found (`PumphouseSource`, `PumphouseTarget`). */
  readonly role?: 'source' | 'target';
  /** Names or ids of tenants; all when absent. */
  readonly tenants?: readonly string[];
  /** Tenants after which the run continues as new; 500 unless told. */
  readonly tenantsARun?: number;
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
    const { tenants, tenantsARun, role = 'source' } = options;
    const handle = await this.#client.workflow.start<typeof discoverCloud>('discoverCloud', {
      workflowId: discoverCloudId(cloud, tenants),
      taskQueue: this.#taskQueue,
      args: [
        {
          cloud,
          ...(tenants === undefined ? {} : { tenants }),
          ...(tenantsARun === undefined ? {} : { tenantsARun }),
        },
      ],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Discover ${cloud}${tenants === undefined ? '' : `: ${tenants.join(', ')}`}`,
      typedSearchAttributes: [
        { key: role === 'source' ? sourceKey : targetKey, value: cloud },
        { key: stageKey, value: 'describe' },
        ...(tenants?.length === 1 ? [{ key: tenantKey, value: tenants[0]! }] : []),
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
