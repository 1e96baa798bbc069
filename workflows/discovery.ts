import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { CloudDescription, Tenant } from '../activities/discovery.ts';
import type { InventoryEntry, InventoryShard } from '../activities/inventory-shard.ts';
import { addTotals, countAll, type InventoryTotals, NOTHING_FOUND } from '../planning/inventory-totals.ts';
import type { CloudInventory } from './discover-cloud.ts';
import { discoveryDetails } from './discovery-details.ts';
import { stageKey } from './search-attributes.ts';

export type DiscoveryStage = 'describe' | 'cloud' | 'tenants' | 'done';

export interface DiscoveryProgress extends CloudInventory {
  readonly stage: DiscoveryStage;
  /** Names of the tenants that are read now. */
  readonly reading: readonly string[];
}

/** What a run carries over when it continues as new: totals, never entries. */
export interface DiscoveryState {
  readonly totals: InventoryTotals;
  readonly tenants: number;
  readonly shards: number;
  readonly unread: readonly string[];
  readonly notes: readonly string[];
  readonly description?: CloudDescription;
  /** Id of the last tenant that was read. */
  readonly after: string;
}

export interface EntriesPage {
  readonly entries: readonly InventoryEntry[];
  /** How many shards this tenant has so far. */
  readonly shards: number;
}

/** Enough to read in current details and to carry over; what is beyond would hide the rest. */
const NOTES_KEPT = 100;
const UNREAD_KEPT = 1_000;
const OF_NO_TENANT = '';

/** What a run of discovery has seen. */
export class Discovery {
  readonly #cloud: string;
  #description: CloudDescription | undefined;
  #stage: DiscoveryStage = 'describe';
  #totals: InventoryTotals;
  #tenants: number;
  #shards: number;
  readonly #unread: string[];
  readonly #notes: Set<string>;
  readonly #reading = new Set<string>();
  readonly #entries = new Map<string, (readonly InventoryEntry[])[]>();

  constructor(cloud: string, resume: DiscoveryState | undefined) {
    this.#cloud = cloud;
    this.#description = resume?.description;
    this.#totals = resume?.totals ?? NOTHING_FOUND;
    this.#tenants = resume?.tenants ?? 0;
    this.#shards = resume?.shards ?? 0;
    this.#unread = [...(resume?.unread ?? [])];
    this.#notes = new Set(resume?.notes);
  }

  enter(stage: DiscoveryStage): void {
    this.#stage = stage;
    upsertSearchAttributes([{ key: stageKey, value: stage }]);
    this.#show();
  }

  describe(description: CloudDescription): void {
    this.#description = description;
    this.#note(description.notes);
  }

  begin(tenant: Tenant): void {
    this.#reading.add(tenant.name);
    this.#show();
  }

  finish(tenant: Tenant): void {
    this.#reading.delete(tenant.name);
    this.#tenants += 1;
    this.#show();
  }

  fail(tenant: Tenant, reason: string): void {
    this.#reading.delete(tenant.name);
    if (this.#unread.length < UNREAD_KEPT) this.#unread.push(tenant.name);
    this.#note([`tenant ${tenant.name} was not read: ${reason}`]);
    this.#show();
  }

  record(shard: InventoryShard, tenant?: Tenant): void {
    const owner = tenant?.id ?? OF_NO_TENANT;
    this.#totals = addTotals(this.#totals, shard);
    this.#shards += 1;
    this.#entries.set(owner, [...(this.#entries.get(owner) ?? []), shard.entries]);
    this.#note(shard.notes);
    this.#show();
  }

  entriesOf(tenantId: string = OF_NO_TENANT, shard = 0): EntriesPage {
    const shards = this.#entries.get(tenantId) ?? [];
    return { entries: shards[shard] ?? [], shards: shards.length };
  }

  state(after: string): DiscoveryState {
    const { tenants, shards, unread, notes } = this.#result();
    const description = this.#description === undefined ? {} : { description: this.#description };
    return { totals: this.#totals, tenants, shards, unread, notes, after, ...description };
  }

  progress(): DiscoveryProgress {
    return { ...this.#result(), stage: this.#stage, reading: [...this.#reading] };
  }

  end(): CloudInventory {
    this.enter('done');
    return this.#result();
  }

  #note(notes: readonly string[]): void {
    for (const note of notes) if (this.#notes.size < NOTES_KEPT) this.#notes.add(note);
  }

  #result(): CloudInventory {
    return {
      cloud: this.#cloud,
      tenants: this.#tenants,
      shards: this.#shards,
      ...this.#totals,
      unread: [...this.#unread],
      notes: [...this.#notes],
    };
  }

  #show(): void {
    setCurrentDetails(discoveryDetails(this.progress(), countAll(this.#totals), this.#description));
  }
}
