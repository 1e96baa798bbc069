import { ApplicationFailure } from '@temporalio/common';
import { find } from '../resources/find.ts';
import { inventory, type Selection } from '../resources/inventory.ts';
import type { Reader } from '../resources/reader.ts';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../resources/resource-type.ts';
import { resourceTypes } from '../resources/resource-types.ts';
import { seesEveryProject } from '../resources/visibility.ts';
import { isApiError } from '../services/openstack/index.ts';
import { type InventoryShard, ShardBuilder, type ShardStart } from './inventory-shard.ts';
import { keptAlive } from './keep-alive.ts';
import type { OpenClouds } from './open-clouds.ts';

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

export interface TenantPageRequest {
  readonly cloud: string;
  /** Names or ids; all tenants when absent. */
  readonly tenants?: readonly string[];
  /** Id after which the page begins. */
  readonly after?: string;
  /** Tenants that the page has at most; 500 ids and names are well under 100 KiB. */
  readonly limit: number;
}

export interface TenantPage {
  readonly tenants: readonly Tenant[];
  readonly isLast: boolean;
}

export interface ShardRequest {
  readonly cloud: string;
  /** Absent: what belongs to no tenant that exists (domains, users, flavors …; also what deleted tenants left behind). */
  readonly tenantId?: string;
  readonly start?: ShardStart;
}

/** Failure type of a listing whose tenant was removed while it was read. */
export const TENANT_GONE = 'tenant-gone';

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

    /** Tenants in the order of their ids. An unknown or ambiguous name fails, naming it. */
    async tenantPage({ cloud, tenants, after, limit }: TenantPageRequest): Promise<TenantPage> {
      return keptAlive(
        () => undefined,
        async () => {
          const reader = clouds.reader(cloud);
          const all = tenants === undefined ? await allTenants(reader) : await namedTenants(reader, tenants);
          const left = all.filter(({ id }) => after === undefined || id > after);
          return { tenants: left.slice(0, limit), isLast: left.length <= limit };
        },
      );
    },

    /** As much of a tenant's inventory as fits into a payload, and where to go on. Heartbeats carry the count so far. */
    async inventoryShard(request: ShardRequest): Promise<InventoryShard> {
      const reader = clouds.reader(request.cloud);
      const shard = new ShardBuilder(reader);
      try {
        return await keptAlive(
          () => shard.size,
          () => fill(shard, reader, request),
        );
      } catch (error) {
        throw (await isTenantGone(reader, request, error))
          ? ApplicationFailure.nonRetryable(`${request.cloud}: tenant ${request.tenantId} was removed`, TENANT_GONE)
          : error;
      }
    },
  };
}

async function allTenants(reader: Reader): Promise<readonly Tenant[]> {
  const all: Tenant[] = [];
  for await (const page of inventory(reader, { types: ['project'] }))
    for (const { id, name } of page) all.push({ id, name });
  return inIdOrder(all);
}

async function namedTenants(reader: Reader, names: readonly string[]): Promise<readonly Tenant[]> {
  const found = await Promise.all(names.map((nameOrId) => find(reader, 'project', nameOrId)));
  return inIdOrder([...new Map(found.map(({ id, name }) => [id, { id, name }])).values()]);
}

function inIdOrder(tenants: readonly Tenant[]): readonly Tenant[] {
  return [...tenants].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function fill(shard: ShardBuilder, reader: Reader, request: ShardRequest): Promise<InventoryShard> {
  const { tenantId, start } = request;
  const whose = tenantId === undefined ? await ofNoTenant(reader) : { projectId: tenantId };
  for (const type of await typesFrom(reader, request)) {
    const passOver = start?.type === type ? start.passOver : 0;
    let seen = 0;
    for await (const page of inventory(reader, { types: [type], ...whose }))
      for (const resource of page) {
        if (seen >= passOver && !shard.add(resource)) return shard.done({ type, passOver: seen });
        seen += 1;
      }
  }
  return shard.done();
}

async function ofNoTenant(reader: Reader): Promise<Selection> {
  const ids = await reader.once('ids of all tenants', async () => (await allTenants(reader)).map(({ id }) => id));
  return { outside: new Set(ids) };
}

/**
 * A plain user does not see all projects, so what belongs to others that it may use (public networks, shared images) would
 * look as if left behind by deleted ones.
 */
async function typesFrom(reader: Reader, { tenantId, start }: ShardRequest): Promise<readonly ResourceTypeName[]> {
  const seesAll = await seesEveryProject(reader);
  const types = RESOURCE_TYPE_NAMES.filter((name) => {
    const { ownedBy } = resourceTypes[name];
    return tenantId === undefined ? ownedBy !== 'project' || seesAll : ownedBy !== 'cloud';
  });
  return start === undefined ? types : types.slice(types.indexOf(start.type));
}

async function isTenantGone(reader: Reader, { tenantId }: ShardRequest, error: unknown): Promise<boolean> {
  if (tenantId === undefined || !isApiError(error, 'not-found')) return false;
  try {
    await (await reader.cloud.identity()).project(tenantId);
    return false;
  } catch (second) {
    return isApiError(second, 'not-found');
  }
}
