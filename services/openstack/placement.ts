import { getPart, pathOf } from './answer-part.ts';
import type { ServiceClient } from './service-client.ts';

/** Placement API: https://docs.openstack.org/api-ref/placement/ */
export interface ResourceProvider {
  readonly uuid: string;
  readonly name: string;
  readonly generation: number;
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
