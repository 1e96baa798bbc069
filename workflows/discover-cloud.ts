import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Tenant } from '../activities/discovery.ts';
import type { Activities } from '../activities/index.ts';
import type { ShardStart } from '../activities/inventory-shard.ts';
import type { InventoryTotals } from '../planning/inventory-totals.ts';
import { Discovery, type DiscoveryProgress, type DiscoveryState, type EntriesPage } from './discovery.ts';
import { eachLimited } from './each-limited.ts';

export interface DiscoverCloudRequest {
  /** As the workers' configuration names it. */
  readonly cloud: string;
  /** Names or ids; all when absent, and then also what belongs to no tenant. */
  readonly tenants?: readonly string[];
  /** After so many tenants the run continues as new, so that no history grows large. */
  readonly tenantsARun?: number;
  /** Where a run goes on after continue-as-new; not for callers. */
  readonly resume?: DiscoveryState;
}

export interface CloudInventory extends InventoryTotals {
  readonly cloud: string;
  readonly tenants: number;
  /** How many results of `inventoryShard` hold the entries. */
  readonly shards: number;
  /** Names of tenants that could not be read; the notes say why. */
  readonly unread: readonly string[];
  readonly notes: readonly string[];
}

export const progressQuery = defineQuery<DiscoveryProgress>('progress');
/**
 * Entries by tenant id, one shard at a time, each within a payload; with an empty id those that belong to no tenant. This
 * run's only: a run that continued as new has the earlier ones in the history of its predecessors.
 */
export const entriesQuery = defineQuery<EntriesPage, [tenantId?: string, shard?: number]>('entries');

/** Tenants read at once: enough to hide the latency of one, few enough to leave the cloud to its users. */
const TENANTS_AT_ONCE = 4;
const TENANTS_A_PAGE = 100;
const TENANTS_A_RUN = 500;

/** A few calls, whatever the size of the cloud. */
const quick = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumInterval: '1 minute' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** Listings: as long as the tenant is large, with a sign of life every few seconds. */
const listings = proxyActivities<Activities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '1 minute',
  retry: { maximumInterval: '1 minute' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/**
 * Records what a cloud has: every resource with its digest, tenant by tenant, in shards small enough for a payload, and
 * the totals as the result. Reads only. The same cloud looks the same as long as the digest is the same.
 */
export async function discoverCloud(request: DiscoverCloudRequest): Promise<CloudInventory> {
  const { cloud, tenants, resume, tenantsARun = TENANTS_A_RUN } = request;
  const run = new Discovery(cloud, resume);
  setHandler(progressQuery, () => run.progress(), { description: 'What has been read so far' });
  setHandler(entriesQuery, (tenantId, shard) => run.entriesOf(tenantId, shard), {
    description: 'A shard of the entries of a tenant, by its id and the number of the shard from 0',
  });

  if (resume === undefined) {
    run.enter('describe');
    run.describe(await quick.describeCloud.executeWithOptions({ summary: `log in to ${cloud}` }, [{ cloud }]));
    if (tenants === undefined) {
      run.enter('cloud');
      await recordShards(run, cloud, 'what belongs to no tenant');
    }
  }

  run.enter('tenants');
  const limit = Math.min(TENANTS_A_PAGE, tenantsARun);
  for (let after = resume?.after, isLast = false, inThisRun = 0; !isLast; ) {
    const summary = after === undefined ? 'list tenants' : 'list more tenants';
    const page = await listings.tenantPage.executeWithOptions({ summary }, [
      { cloud, limit, ...(tenants === undefined ? {} : { tenants }), ...(after === undefined ? {} : { after }) },
    ]);
    await eachLimited(page.tenants, TENANTS_AT_ONCE, (tenant) => recordTenant(run, cloud, tenant));
    inThisRun += page.tenants.length;
    after = page.tenants.at(-1)?.id ?? after;
    isLast = page.isLast;
    if (!isLast && after !== undefined && (inThisRun >= tenantsARun || workflowInfo().continueAsNewSuggested)) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof discoverCloud>({ ...request, resume: run.state(after) });
    }
  }
  return run.end();
}

/** One tenant that cannot be read is told of, and does not stop the others. */
async function recordTenant(run: Discovery, cloud: string, tenant: Tenant): Promise<void> {
  run.begin(tenant);
  try {
    await recordShards(run, cloud, `tenant ${tenant.name}`, tenant);
    run.finish(tenant);
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.fail(tenant, reasonOf(error));
  }
}

async function recordShards(run: Discovery, cloud: string, what: string, tenant?: Tenant): Promise<void> {
  let start: ShardStart | undefined;
  do {
    const summary = start === undefined ? `list ${what}` : `list ${what}, from ${start.type} ${start.passOver} on`;
    const shard = await listings.inventoryShard.executeWithOptions({ summary }, [
      {
        cloud,
        ...(tenant === undefined ? {} : { tenantId: tenant.id }),
        ...(start === undefined ? {} : { start }),
      },
    ]);
    run.record(shard, tenant);
    start = shard.next;
  } while (start !== undefined);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure || cause instanceof Error ? cause.message : String(cause);
}
