import type { Cloud, NovaMigration, NovaServer } from '../../services/openstack/index.ts';
import { ourLock } from '../compute/source-server/our-lock.ts';
import { hostsOf } from './compute-service.ts';

export interface HostInstance {
  readonly id: string;
  readonly name: string;
  /** Of Nova: ACTIVE, SHUTOFF … */
  readonly status: string;
  /**
   * A run has moved it to this cloud, and left it here stopped and locked: `finalize` deletes it. Told by the reason of its lock: a Nova
   * before 2.73 keeps none, and there it is never told.
   */
  readonly movedTo?: string;
}

export interface InstancesOnHost {
  /** So many as were asked for at most, those that are still in use first. */
  readonly instances: readonly HostInstance[];
  readonly instanceCount: number;
  /** How many of all were moved and left. */
  readonly movedCount: number;
  /** Of all. */
  readonly ids: ReadonlySet<string>;
}

/** Migrations that Nova does not call in progress any more; `finished` waits to be confirmed, and is one. */
const ENDED: readonly string[] = [...['confirmed', 'reverted', 'error', 'failed', 'completed', 'cancelled', 'done']];

/** Servers of all projects that are on a host, page by page. */
export async function instancesOn(cloud: Cloud, host: string, most: number): Promise<InstancesOnHost> {
  const inUse: HostInstance[] = [];
  const moved: HostInstance[] = [];
  const ids = new Set<string>();
  let movedCount = 0;
  for await (const page of cloud.compute.servers({ host }, true)) {
    for (const server of page) {
      const instance = asInstance(server);
      const isMoved = instance.movedTo !== undefined;
      ids.add(server.id);
      movedCount += Number(isMoved);
      const list = isMoved ? moved : inUse;
      if (list.length < most) list.push(instance);
    }
  }
  return { instances: [...inUse, ...moved].slice(0, most), instanceCount: ids.size, movedCount, ids };
}

function asInstance({ id, name, status, locked, locked_reason: lockedReason }: NovaServer): HostInstance {
  const ours = ourLock({ locked: locked ?? false, ...(lockedReason ? { lockedReason } : {}) });
  // One whose move failed is still the only good one.
  const isMoved = ours !== undefined && ours.isFailed !== true && status === 'SHUTOFF';
  return { id, name, status, ...(isMoved ? { movedTo: ours.target } : {}) };
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
