import { getPart } from './answer-part.ts';
import type { ServiceClient } from './service-client.ts';

/** Block Storage API v3, "Services (os-services)". There is no call that removes one: `cinder-manage service remove` does. */
export interface CinderService {
  readonly binary: string;
  /** Of a volume service `HOST@BACKEND`. */
  readonly host: string;
  readonly status: 'enabled' | 'disabled';
  readonly state: 'up' | 'down';
}

/** Admins only. */
export async function cinderServices(client: ServiceClient): Promise<readonly CinderService[]> {
  return getPart(client, ['os-services'], 'services');
}
