import { getPart } from './answer-part.ts';
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
}
