import { isApiError } from '../api-error.ts';
import { getPart, pathOf } from './answer-part.ts';
import type { ServiceClient } from './service-client.ts';

/** Networking API v2.0, "Agents". */
export interface NeutronAgent {
  readonly id: string;
  /** `Open vSwitch agent`, `L3 agent` … */
  readonly agent_type: string;
  readonly host: string;
  /** Has reported within the last 75 seconds, unless configured otherwise (`agent_down_time`). */
  readonly alive: boolean;
}

/** Neutron's processes, for admins: others see none. */
export class NeutronAgents {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  /** None where Neutron has no agents. Neutron does not page them. */
  async list(): Promise<readonly NeutronAgent[]> {
    try {
      return await getPart(this.#client, ['agents'], 'agents');
    } catch (error) {
      if (!isApiError(error, 'not-found')) throw error;
      return [];
    }
  }

  /** Its routers and networks lose their place. One that runs is there again when it next reports. */
  async remove(id: string): Promise<void> {
    await this.#client.delete(pathOf(this.#client, ['agents', id]));
  }
}
