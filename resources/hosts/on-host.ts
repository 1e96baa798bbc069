import type { Cloud, NovaMigration, NovaServer } from '../../services/openstack/index.ts';
import { hostsOf } from './compute-service.ts';
import { movedTo } from './moved-to.ts';

export interface HostInstance {
  readonly id: string;
  readonly name: string;
  /** Of Nova: ACTIVE, SHUTOFF … */
  readonly status: string;
  /** A run has moved it to this cloud, and left it here stopped and locked: `finalize` deletes it. */
  readonly movedTo?: string;
}

export interface InstancesOnHost {
  /** So many as were asked for at most, those that are still in use first. */
  readonly instances: readonly HostInstance[];
  readonly instanceCount: number;
  /** How many of all were moved and left. */
  readonly movedCount: number;
  /** Ids of the projects that own those. */
  readonly movedOf: ReadonlySet<string>;
  /** Of all. */
  readonly ids: ReadonlySet<string>;
}

/** Migrations that Nova does not call in progress any more; `finished` waits to be confirmed, and is one. */
const ENDED: readonly string[] = [...['confirmed', 'reverted', 'error', 'failed', 'completed', 'cancelled', 'done']];

/** Servers of all projects that are on a host, those too that are deleted and could be restored: their disks are there. */
export async function* serversOn(cloud: Cloud, host: string): AsyncIterable<readonly NovaServer[]> {
  yield* cloud.compute.servers({ host }, true);
  // A Nova that does not know the filter would give the others again.
  for await (const page of cloud.compute.servers({ host, isSoftDeleted: true }, true))
    yield page.filter(({ status }) => status === 'SOFT_DELETED');
}

/** Servers of all projects that are on a host, at most `most` of them in full. `target`: where they may have been moved to. */
export async function instancesOn(
  cloud: Cloud,
  host: string,
  { most, target }: { readonly most: number; readonly target?: Cloud | undefined },
): Promise<InstancesOnHost> {
  const inUse: HostInstance[] = [];
  const moved: HostInstance[] = [];
  const ids = new Set<string>();
  const movedOf = new Set<string>();
  let movedCount = 0;
  for await (const page of serversOn(cloud, host)) {
    for (const server of page) {
      const { id, name, status } = server;
      const to = await movedTo(server, cloud.name, target);
      ids.add(id);
      if (to !== undefined) movedOf.add(server.tenant_id);
      movedCount += to === undefined ? 0 : 1;
      const list = to === undefined ? inUse : moved;
      if (list.length < most) list.push({ id, name, status, ...(to === undefined ? {} : { movedTo: to }) });
    }
  }
  return { instances: [...inUse, ...moved].slice(0, most), instanceCount: ids.size, movedCount, movedOf, ids };
}

/** All migrations to or from a host that Nova remembers, the newest first from 2.59 on. */
export async function migrationsOf(cloud: Cloud, host: string): Promise<readonly NovaMigration[]> {
  const found: NovaMigration[] = [];
  for await (const page of hostsOf(cloud).migrations(host)) found.push(...page);
  return found;
}

export function isOpen({ status }: NovaMigration): boolean {
  return !ENDED.includes(status);
}

/** `live-migration of ID: running` */
export function migrationText({
  migration_type: type = 'migration',
  instance_uuid: id,
  status,
}: NovaMigration): string {
  return `${type} of ${id}: ${status === 'finished' ? 'finished, waits to be confirmed' : status}`;
}
