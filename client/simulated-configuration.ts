import { stringify } from 'yaml';
import type { SimulatedCloud } from '../simulator/index.ts';

/** A simulated cloud and what it is for Pumphouse. */
export interface SimulatedRole {
  readonly role: 'source' | 'target';
  readonly cloud: Pick<SimulatedCloud, 'name' | 'authUrl' | 'credentials'>;
  /** Where Fuel has deployed it. */
  readonly fuelUrl?: string;
}

/** `pumphouse.yaml` with these clouds, and the other sections of `more`. */
export function simulatedConfiguration(clouds: readonly SimulatedRole[], more: object = {}): string {
  const entries = (wanted: SimulatedRole['role']) =>
    clouds
      .filter(({ role }) => role === wanted)
      .map(({ cloud: { name, authUrl, credentials }, fuelUrl }) => {
        const { username, password, project } = credentials;
        const fuel = fuelUrl === undefined ? {} : { fuel_url: fuelUrl };
        return { name, auth_url: authUrl, username, password, tenant: project, ...fuel };
      });
  const sections = { source: entries('source'), target: entries('target') };
  const filled = Object.fromEntries(Object.entries(sections).filter(([, list]) => list.length > 0));
  // Quoted: a password may look like a number.
  return stringify({ ...filled, ...more }, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
}
