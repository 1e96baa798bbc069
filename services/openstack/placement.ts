import { getPart, pathOf } from './answer-part.ts';
import type { ServiceClient } from './service-client.ts';

/** Placement API: https://docs.openstack.org/api-ref/placement/ */
export interface ResourceProvider {
  readonly uuid: string;
  readonly name: string;
  readonly generation: number;
}

interface Inventory {
  readonly total: number;
  readonly reserved: number;
  readonly allocation_ratio: number;
}

export class Placement {
  readonly client: ServiceClient;

  constructor(client: ServiceClient) {
    this.client = client;
  }

  /** Admin only. Placement does not page. */
  async resourceProviders(): Promise<readonly ResourceProvider[]> {
    return getPart(this.client, ['resource_providers'], 'resource_providers');
  }

  /** By resource class: how much of it can still be given, with overcommitment. */
  async free(providerId: string): Promise<Readonly<Record<string, number>>> {
    const of = <T>(what: 'inventories' | 'usages') =>
      getPart<Readonly<Record<string, T>>>(this.client, ['resource_providers', providerId, what], what);
    const inventories = await of<Inventory>('inventories');
    const usages = await of<number>('usages');
    return Object.fromEntries(
      Object.entries(inventories).map(([name, { total, reserved, allocation_ratio: ratio }]) => [
        name,
        Math.floor((total - reserved) * ratio) - (usages[name] ?? 0),
      ]),
    );
  }

  /** Consumers that have something of the provider: servers, and from Queens on migrations. */
  async consumersOf(providerId: string): Promise<readonly string[]> {
    const path = ['resource_providers', providerId, 'allocations'];
    return Object.keys(await getPart<Readonly<Record<string, unknown>>>(this.client, path, 'allocations'));
  }

  /** A `conflict` while somebody has something of it, or while it has children. */
  async remove(providerId: string): Promise<void> {
    await this.client.delete(pathOf(this.client, ['resource_providers', providerId]));
  }
}
