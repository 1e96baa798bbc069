import type { Client } from '@temporalio/client';
import type { Configuration } from '../config/index.ts';
import type { Plan } from '../planning/make-plan.ts';
import type { CloudInventory, DiscoverCloudRequest, discoverCloud } from '../workflows/discover-cloud.ts';
import type { DiscoveryProgress } from '../workflows/discovery.ts';
import type { AfterwardsRequest, MigrateRequest } from '../workflows/move-requests.ts';
import { hostKey, sourceKey, stageKey, targetKey, tenantKey } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { discoverCloudId, evacuateHostId } from '../workflows/workflow-ids.ts';
import { type EvacuateOptions, evacuateRequest } from './evacuate-options.ts';
import {
  type AfterwardsOptions,
  afterwardsOf,
  afterwardsRequest,
  type MigrateOptions,
  migrateRequest,
  migrationOf,
} from './migrate-options.ts';
import { type PlanOptions, planMigration } from './plan-migration.ts';
import { RunError } from './run-error.ts';
import { described, findRun, listRuns, MIGRATION_KINDS, type RunFilter, type RunSummary } from './run-list.ts';
import { startOrJoin } from './start-or-join.ts';
import { StartedMigration } from './started-migration.ts';
import type { StartedRun } from './started-run.ts';
import { type TransferOptions, transferStart } from './transfer-options.ts';

export interface DiscoverOptions {
  /** What the cloud is to the operator: by this the run is found (`PumphouseSource`, `PumphouseTarget`). */
  readonly role?: 'source' | 'target';
  /** Names or ids of tenants; all when absent. */
  readonly tenants?: readonly string[];
  /** Tenants after which the run continues as new; 500 unless told. */
  readonly tenantsARun?: number;
}

export interface PumphouseClientOptions {
  /** The queue of the workers; `pumphouse` unless the configuration says otherwise. */
  readonly taskQueue?: string;
  /** The queue of the data movers; `pumphouse-data` unless the configuration says otherwise. */
  readonly dataTaskQueue?: string;
}

/** Starts Pumphouse's runs, follows and answers them: what the pump-* commands do, as a library. */
export class PumphouseClient {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #dataTaskQueue: string;

  constructor(client: Client, options: PumphouseClientOptions = {}) {
    this.#client = client;
    this.#taskQueue = options.taskQueue ?? taskQueues.main;
    this.#dataTaskQueue = options.dataTaskQueue ?? taskQueues.data;
  }

  /** Records the inventory of a cloud. While one runs for the same cloud and tenants, this joins it. */
  async discover(cloud: string, options: DiscoverOptions = {}): Promise<StartedRun<CloudInventory, DiscoveryProgress>> {
    const { tenants, tenantsARun, role = 'source' } = options;
    const request: DiscoverCloudRequest = {
      cloud,
      ...(tenants === undefined ? {} : { tenants }),
      ...(tenantsARun === undefined ? {} : { tenantsARun }),
    };
    const handle = await this.#client.workflow.start<typeof discoverCloud>('discoverCloud', {
      workflowId: discoverCloudId(cloud, tenants),
      taskQueue: this.#taskQueue,
      args: [request],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Discover ${cloud}${tenants === undefined ? '' : `: ${tenants.join(', ')}`}`,
      typedSearchAttributes: [
        { key: role === 'source' ? sourceKey : targetKey, value: cloud },
        { key: stageKey, value: 'describe' },
        ...(tenants?.length === 1 ? [{ key: tenantKey, value: tenants[0]! }] : []),
      ],
    });
    return {
      workflowId: handle.workflowId,
      runId: handle.firstExecutionRunId,
      result: () => handle.result(),
      progress: () => handle.query<DiscoveryProgress>('progress'),
    };
  }

  /** What moving a selection would do: reads both clouds with the logins of this configuration, and changes nothing. */
  plan(configuration: Configuration, options: PlanOptions): Promise<Plan> {
    return planMigration(configuration, options);
  }

  /** Moves a tenant or any other selection. While one runs for the same selection, this joins it and says so (`joined`). */
  migrate(options: MigrateOptions): Promise<StartedMigration> {
    const request = migrateRequest(options, this.#dataTaskQueue);
    return this.#start(`Migrate ${request.what}`, request, migrationOf(options));
  }

  /** Brings back what was moved and not finalized: the sources start again, their copies are removed. */
  rollback(options: AfterwardsOptions): Promise<StartedMigration> {
    const request = afterwardsRequest(options);
    return this.#start(`Roll back ${request.what}`, request, afterwardsOf('rollback', options));
  }

  /** Deletes the sources of what was moved. There is no way back from it. */
  finalize(options: AfterwardsOptions): Promise<StartedMigration> {
    const request = afterwardsRequest(options);
    return this.#start(`Finalize ${request.what}`, request, afterwardsOf('finalize', options));
  }

  /** Takes machines from the source and has them installed for the target. While one takes the same, this joins it (`joined`). */
  async transfer(options: TransferOptions): Promise<StartedMigration> {
    const { workflowType, workflowId, summary, request } = transferStart(options);
    const { source, target } = request;
    const [only, ...others] = options.machines;
    const start = await startOrJoin(this.#client, workflowType, {
      workflowId,
      taskQueue: this.#taskQueue,
      args: [request],
      staticSummary: summary,
      typedSearchAttributes: [
        { key: sourceKey, value: source },
        { key: targetKey, value: target },
        { key: stageKey, value: 'preflight' },
        ...(others.length === 0 ? [{ key: hostKey, value: only.host }] : []),
      ],
    });
    if (start.joined && others.length === 0) await this.#requireSame(start.workflowId, { target, host: only.host });
    return new StartedMigration(this.#client, start);
  }

  /** All controllers of a source are taken under one id: what is said of one must not count for another. */
  async #requireSame(workflowId: string, wanted: { readonly target: string; readonly host: string }): Promise<void> {
    const { host, target } = (await described(this.#client, workflowId)) ?? {};
    if (host === wanted.host && target === wanted.target) return;
    throw new RunError(
      'other-kind',
      `run ${workflowId} takes ${host ?? 'several machines'} to ${target ?? 'another target'} now, and not ${wanted.host} to ${wanted.target}: wait for its end`,
    );
  }

  /** Empties a host of a cloud, which stays disabled. While one empties the same, this joins it (`joined`). */
  async evacuate(options: EvacuateOptions): Promise<StartedMigration> {
    const { cloud, host } = options;
    const start = await startOrJoin(this.#client, 'evacuateHost', {
      workflowId: evacuateHostId(cloud, host),
      taskQueue: this.#taskQueue,
      args: [evacuateRequest(options)],
      staticSummary: `Empty host ${host} of ${cloud}`,
      typedSearchAttributes: [
        { key: sourceKey, value: cloud },
        { key: hostKey, value: host },
        { key: stageKey, value: 'preflight' },
      ],
    });
    return new StartedMigration(this.#client, start);
  }

  /** Runs, newest first. */
  runs(filter: RunFilter = {}): Promise<readonly RunSummary[]> {
    return listRuns(this.#client, filter);
  }

  /**
   * A run by its workflow id, the beginning or a part of it, or by its tenant's name.
   *
   * @throws {RunError} `unknown`, `ambiguous`, or `other-kind` for a discovery
   */
  async run(idOrPart: string): Promise<StartedMigration> {
    const { workflowId, runId, kind } = await findRun(this.#client, idOrPart);
    if (MIGRATION_KINDS.has(kind)) return new StartedMigration(this.#client, { workflowId, runId, joined: true });
    throw new RunError('other-kind', `run ${workflowId} is no migration (${kind})`);
  }

  /** The run that moves this selection now; undefined when none does. */
  async migrationOf(
    options: Pick<MigrateOptions, 'source' | 'target' | 'selection'>,
  ): Promise<StartedMigration | undefined> {
    const { workflowId } = migrationOf(options);
    try {
      const run = await this.run(workflowId);
      return (await run.summary()).status === 'running' ? run : undefined;
    } catch (error) {
      if (error instanceof RunError && error.problem === 'unknown') return undefined;
      throw error;
    }
  }

  async #start(
    staticSummary: string,
    request: MigrateRequest | AfterwardsRequest,
    { workflowType, workflowId }: { readonly workflowType: string; readonly workflowId: string },
  ): Promise<StartedMigration> {
    const { source, target, selection } = request;
    const start = await startOrJoin(this.#client, workflowType, {
      workflowId,
      taskQueue: this.#taskQueue,
      args: [request],
      staticSummary: `${staticSummary} from ${source} to ${target}`,
      typedSearchAttributes: [
        { key: sourceKey, value: source },
        { key: targetKey, value: target },
        { key: stageKey, value: 'preflight' },
        ...(selection.kind === 'tenant' ? [{ key: tenantKey, value: selection.name }] : []),
      ],
    });
    return new StartedMigration(this.#client, start);
  }
}
