import type { Cloud } from './cloud.ts';
import type { Flavor } from './nova/state.ts';
import { Table } from './table.ts';

/** What a compute host has told Placement of itself; it stays when the host is forgotten elsewhere. */
export interface Provider {
  /** That of the hypervisor which made it. */
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly localGb: number;
  /** Made by a nova-compute that Nova has forgotten: once it starts anew, it is its own. */
  readonly isOrphan?: true;
}

type Size = Pick<Flavor, 'vcpus' | 'ram' | 'disk' | 'ephemeral'>;

/** What nobody gave back: the consumer may be gone, or elsewhere. */
export interface LeftAllocation {
  readonly id: string;
  readonly providerId: string;
  readonly consumerId: string;
  readonly size: Size;
}

export class PlacementState {
  readonly providers = new Table<Provider, 'name' | 'host'>({ name: (row) => row.name, host: (row) => row.host });
  readonly left = new Table<LeftAllocation, 'provider'>({ provider: (row) => row.providerId });
}

/** Migrations that Nova does not call in progress any more. */
export const ENDED: readonly string[] = [
  ...['confirmed', 'reverted', 'error', 'failed', 'completed', 'cancelled', 'done'],
];

/**
 * Who has what of a provider: servers on the host; of those that wait for their migration to be confirmed the size that they had, held by
 * the migration (before Queens: by the server itself); evacuated servers, until the host that they left is up again; what was left behind.
 */
export function allocationsOn(cloud: Cloud, { id, host }: Provider): ReadonlyMap<string, Size> {
  const found = new Map<string, Size>();
  for (const row of cloud.nova.servers.where('host', host)) found.set(row.id, row.flavor);
  for (const row of cloud.nova.migrations.filter(({ source }) => source === host)) {
    const server = cloud.nova.servers.get(row.serverId);
    if (server === undefined || server.host === host) continue;
    if (row.type === 'evacuation' ? row.status === 'done' : !ENDED.includes(row.status)) {
      const byServer = row.type === 'evacuation' || cloud.settings.release === 'pike';
      found.set(byServer ? server.id : row.uuid, server.oldFlavor ?? server.flavor);
    }
  }
  for (const { consumerId, size } of cloud.placement.left.where('provider', id)) found.set(consumerId, size);
  return found;
}
