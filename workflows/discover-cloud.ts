import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { CloudDescription, InventoryEntry, ShardStart, Tenant } from '../activities/discovery.ts';
import type { Activities } from '../activities/index.ts';
import { addTotals, countAll, type InventoryTotals, NOTHING_FOUND } from '../planning/inventory-totals.ts';
import { discoveryDetails } from './discovery-details.ts';
import { eachLimited } from './each-limited.ts';
import { sourceKey, stageKey } from './search-attributes.ts';

export interface DiscoverCloudRequest {
  /** As the workers' configuration names it. */
  readonly cloud: string;
  /** Names or ids; all when absent, and then also what belongs to no tenant. */
  readonly tenants?: readonly string[];
  /** Where a run goes on after continue-as-new; not for callers. */
  readonly resume?: DiscoveryState;
}

/** What a run carries over when it continues as new: totals, never entries. */
export interface DiscoveryState {
  readonly totals: InventoryTotals;
  readonly tenantsDone: number;
  readonly shards: number;
  readonly notes: readonly string[];
  readonly nextPage?: string;
}

export interface CloudInventory extends InventoryTotals {
  readonly cloud: string;
  readonly tenants: number;
  /** How many results of `inventoryShard` hold the entries. */
  readonly shards: number;
  readonly notes: readonly string[];
}

export interface DiscoveryProgress extends CloudInventory {
  readonly stage: DiscoveryStage;
  readonly reading: readonly string[];
}

export type DiscoveryStage = 'describe' | 'cloud' | 'tenants' | 'done';

export const progressQuery = defineQuery<DiscoveryProgress>('progress');
/** Entries of one tenant (by id), or with no argument those that belong to none. This run's only, not of continued ones. */
export const entriesQuery = defineQuery<readonly InventoryEntry[], [tenantId?: string]>('entries');

/** Tenants read at once: enough to hide the latency of one, few enough to leave the cloud to its users. */
const TENANTS_AT_ONCE = 4;
const NOTES_KEPT = 100;
const OF_NO_TENANT = '';

/** Quick calls: an answer or an error within a minute, whatever the size of the cloud. */
const quick = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumInterval: '1 minute' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** Listings: as long as the tenant is large, but each page is a sign of life. */
const listings = proxyActivities<Activities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '2 minutes',
  retry: { maximumInterval: '1 minute' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/**
 * Records what a cloud has: every resource with its digest, tenant by tenant, in shards small enough for a payload, and
 * the totals as the result. Reads only. The same cloud looks the same as long as the digest is the same.
 */
export async function discoverCloud(request: DiscoverCloudRequest): Promise<CloudInventory> {
  const run = new Discovery(request);
  setHandler(progressQuery, () => run.progress(), { description: 'What has been read so far' });
  setHandler(entriesQuery, (tenantId) => run.entriesOf(tenantId), {
    description: 'Resources of a tenant, by its id; without one, those that belong to no tenant',
  });

  if (request.resume === undefined) {
    run.enter('describe');
    run.cloud = await quick.describeCloud.executeWithOptions({ summary: `log in to ${request.cloud}` }, [
      { cloud: request.cloud },
    ]);
    run.note(run.cloud.notes);
  }

  if (request.tenants !== undefined) {
    run.enter('tenants');
    const { cloud, tenants } = request;
    const named = await quick.namedTenants.executeWithOptions({ summary: 'find the tenants' }, [{ cloud, tenants }]);
    await eachLimited(named, TENANTS_AT_ONCE, (tenant) => recordTenant(run, tenant));
    return run.end();
  }

  if (request.resume === undefined) {
    run.enter('cloud');
    await recordShards(run, 'what belongs to no tenant');
  }

  run.enter('tenants');
  let after = request.resume?.nextPage;
  do {
    const page = await quick.tenantPage.executeWithOptions({ summary: 'list tenants' }, [
      { cloud: request.cloud, ...(after === undefined ? {} : { after }) },
    ]);
    await eachLimited(page.tenants, TENANTS_AT_ONCE, (tenant) => recordTenant(run, tenant));
    after = page.next;
    if (after !== undefined && workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof discoverCloud>({ ...request, resume: run.state(after) });
    }
  } while (after !== undefined);
  return run.end();
}

async function recordTenant(run: Discovery, tenant: Tenant): Promise<void> {
  run.begin(tenant);
  await recordShards(run, `tenant ${tenant.name}`, tenant);
  run.finish(tenant);
}

async function recordShards(run: Discovery, what: string, tenant?: Tenant): Promise<void> {
  let start: ShardStart | undefined;
  do {
    const summary = start === undefined ? `list ${what}` : `list ${what}, from ${start.type} ${start.passOver} on`;
    const shard = await listings.inventoryShard.executeWithOptions({ summary }, [
      {
        cloud: run.request.cloud,
        ...(tenant === undefined ? {} : { tenantId: tenant.id }),
        ...(start === undefined ? {} : { start }),
      },
    ]);
    run.record(tenant?.id ?? OF_NO_TENANT, shard);
    start = shard.next;
  } while (start !== undefined);
}

/** What the run has seen. */
class Discovery {
  readonly request: DiscoverCloudRequest;
  cloud: CloudDescription | undefined;
  #stage: DiscoveryStage = 'describe';
  #totals: InventoryTotals;
  #tenantsDone: number;
  #shards: number;
  readonly #notes: Set<string>;
  readonly #reading = new Set<string>();
  readonly #entries = new Map<string, InventoryEntry[]>();

  constructor(request: DiscoverCloudRequest) {
    const { resume } = request;
    this.request = request;
    this.#totals = resume?.totals ?? NOTHING_FOUND;
    this.#tenantsDone = resume?.tenantsDone ?? 0;
    this.#shards = resume?.shards ?? 0;
    this.#notes = new Set(resume?.notes);
  }

  enter(stage: DiscoveryStage): void {
    this.#stage = stage;
    upsertSearchAttributes([
      { key: sourceKey, value: this.request.cloud },
      { key: stageKey, value: stage },
    ]);
    this.#show();
  }

  begin(tenant: Tenant): void {
    this.#reading.add(tenant.name);
    this.#show();
  }

  finish(tenant: Tenant): void {
    this.#reading.delete(tenant.name);
    this.#tenantsDone += 1;
    this.#show();
  }

  note(notes: readonly string[]): void {
    for (const note of notes) if (this.#notes.size < NOTES_KEPT) this.#notes.add(note);
  }

  record(
    owner: string,
    shard: InventoryTotals & { entries: readonly InventoryEntry[]; notes: readonly string[] },
  ): void {
    this.#totals = addTotals(this.#totals, shard);
    this.#shards += 1;
    this.#entries.set(owner, [...(this.#entries.get(owner) ?? []), ...shard.entries]);
    this.note(shard.notes);
    this.#show();
  }

  entriesOf(tenantId: string = OF_NO_TENANT): readonly InventoryEntry[] {
    return this.#entries.get(tenantId) ?? [];
  }

  state(nextPage: string): DiscoveryState {
    const { tenants: tenantsDone, shards, notes } = this.#result();
    return { totals: this.#totals, tenantsDone, shards, notes, nextPage };
  }

  progress(): DiscoveryProgress {
    return { ...this.#result(), stage: this.#stage, reading: [...this.#reading] };
  }

  end(): CloudInventory {
    this.enter('done');
    return this.#result();
  }

  #result(): CloudInventory {
    return {
      cloud: this.request.cloud,
      tenants: this.#tenantsDone,
      shards: this.#shards,
      ...this.#totals,
      notes: [...this.#notes],
    };
  }

  #show(): void {
    setCurrentDetails(discoveryDetails(this.progress(), countAll(this.#totals), this.cloud));
  }
}
