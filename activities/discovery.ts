import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { type InventoryTotals, NOTHING_FOUND, withResource } from '../planning/inventory-totals.ts';
import { digestOf } from '../resources/digest.ts';
import { find } from '../resources/find.ts';
import { inventory } from '../resources/inventory.ts';
import { Reader } from '../resources/reader.ts';
import { RESOURCE_TYPE_NAMES, type Resource, type ResourceTypeName } from '../resources/resource-type.ts';
import { resourceTypes } from '../resources/resource-types.ts';
import type { OpenClouds } from './open-clouds.ts';

/** Room for the envelope below the 256 KiB that a payload may have. */
const SHARD_LIMIT_BYTES = 200 * 1024;
/** A page of tenants: 500 ids and names are well under 100 KiB. */
const TENANTS_A_PAGE = 500;

export interface CloudDescription {
  readonly identity: 'v2.0' | 'v3';
  readonly networking: 'neutron' | 'nova-network' | 'none';
  /** Types of the services that the catalogue has. */
  readonly services: readonly string[];
  readonly user: string;
  readonly project?: string;
  readonly notes: readonly string[];
}

export interface Tenant {
  readonly id: string;
  readonly name: string;
}

export interface TenantPage {
  readonly tenants: readonly Tenant[];
  /** Id after which the next page begins; absent on the last. */
  readonly next?: string;
}

/** A resource as the record keeps it: enough to find it again and to see that it has changed. */
export interface InventoryEntry {
  readonly type: ResourceTypeName;
  readonly id: string;
  readonly name: string;
  readonly digest: string;
}

/** Where the next shard begins: after so many of a type, which are listed again and passed over. */
export interface ShardStart {
  readonly type: ResourceTypeName;
  readonly passOver: number;
}

export interface InventoryShard extends InventoryTotals {
  readonly entries: readonly InventoryEntry[];
  readonly notes: readonly string[];
  /** Absent when nothing is left. */
  readonly next?: ShardStart;
}

export interface ShardRequest {
  readonly cloud: string;
  /** Absent: what belongs to no tenant (domains, users, roles, flavors, keypairs …). */
  readonly tenantId?: string;
  readonly start?: ShardStart;
}

/** Reading only: every one of these may run any number of times. */
export function discoveryActivities(clouds: OpenClouds) {
  return {
    /** What the cloud is and who we are in it. */
    async describeCloud({ cloud: name }: { readonly cloud: string }): Promise<CloudDescription> {
      const cloud = clouds.get(name);
      const [{ user, identityVersion }, project, services, networking] = await Promise.all([
        cloud.whoAmI(),
        cloud.project(),
        cloud.services(),
        cloud.networking(),
      ]);
      return {
        identity: identityVersion,
        networking,
        services: services.map((service) => service.type).sort(),
        user: user.name,
        ...(project === undefined ? {} : { project: project.name }),
        notes: cloud.session.notes,
      };
    },

    /** Tenants by id, a page at a time. */
    async tenantPage(request: { readonly cloud: string; readonly after?: string }): Promise<TenantPage> {
      const reader = new Reader(clouds.get(request.cloud));
      const all: Tenant[] = [];
      for await (const page of inventory(reader, { types: ['project'] }))
        for (const { id, name } of page) if (request.after === undefined || id > request.after) all.push({ id, name });
      const tenants = all.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, TENANTS_A_PAGE);
      const last = tenants.at(-1);
      return { tenants, ...(last === undefined || tenants.length === all.length ? {} : { next: last.id }) };
    },

    /** The tenants with these names or ids. An unknown or ambiguous one fails, naming it. */
    async namedTenants(request: {
      readonly cloud: string;
      readonly tenants: readonly string[];
    }): Promise<readonly Tenant[]> {
      const reader = new Reader(clouds.get(request.cloud));
      const found = await Promise.all(request.tenants.map((nameOrId) => find(reader, 'project', nameOrId)));
      const distinct = new Map(found.map(({ id, name }) => [id, { id, name }]));
      return [...distinct.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    /** As much of a tenant's inventory as fits into a payload, and where to go on. Heartbeats with the count so far. */
    async inventoryShard(request: ShardRequest): Promise<InventoryShard> {
      const reader = new Reader(clouds.get(request.cloud));
      const shard = new Shard();
      for (const type of typesFrom(request)) {
        let passed = 0;
        const wanted = request.start?.type === type ? request.start.passOver : 0;
        for await (const page of inventory(reader, selectionOf(request, type))) {
          cancellationSignal().throwIfAborted();
          heartbeat(shard.entries.length);
          for (const resource of page) {
            if (request.tenantId === undefined && resource.projectId !== undefined) continue;
            if (passed >= wanted && !shard.add(resource)) return shard.done(reader, { type, passOver: passed });
            passed += 1;
          }
        }
      }
      return shard.done(reader);
    },
  };
}

function typesFrom({ tenantId, start }: ShardRequest): readonly ResourceTypeName[] {
  const owners = tenantId === undefined ? ['cloud', 'both'] : ['project', 'both'];
  const types = RESOURCE_TYPE_NAMES.filter((name) => owners.includes(resourceTypes[name].ownedBy));
  return start === undefined ? types : types.slice(types.indexOf(start.type));
}

function selectionOf({ tenantId }: ShardRequest, type: ResourceTypeName) {
  return { types: [type], ...(tenantId === undefined ? {} : { projectId: tenantId }) };
}

class Shard {
  readonly entries: InventoryEntry[] = [];
  #totals = NOTHING_FOUND;
  #bytes = 0;

  /** False when there is no room left. */
  add(resource: Resource): boolean {
    const { type, id, name } = resource;
    const entry: InventoryEntry = { type, id, name, digest: digestOf(resource) };
    const bytes = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (this.#bytes + bytes > SHARD_LIMIT_BYTES) return false;
    this.#bytes += bytes;
    this.entries.push(entry);
    this.#totals = withResource(this.#totals, type, entry.digest);
    return true;
  }

  done(reader: Reader, next?: ShardStart): InventoryShard {
    const notes = reader.notes.map(({ text }) => text).slice(0, 50);
    return { ...this.#totals, entries: this.entries, notes, ...(next === undefined ? {} : { next }) };
  }
}
