import { stringify } from 'yaml';
import type { SimulatedCloud } from '../simulator/index.ts';

/** A simulated cloud and what it is for Pumphouse. */
export interface SimulatedRole {
  readonly role: 'source' | 'target';
  readonly cloud: Pick<SimulatedCloud, 'name' | 'authUrl' | 'credentials'>;
}

/** `pumphouse.yaml` with these clouds, and the other sections of `more`. */
export function simulatedConfiguration(clouds: readonly SimulatedRole[], more: object = {}): string {
  const entries = (wanted: SimulatedRole['role']) =>
    clouds
      .filter(({ role }) => role === wanted)
      .map(({ cloud: { name, authUrl, credentials } }) => {
        const { username, password, project } = credentials;
        return { name, auth_url: authUrl, username, password, tenant: project };
      });
  const sections = { source: entries('source'), target: entries('target') };
  const filled = Object.fromEntries(Object.entries(sections).filter(([, list]) => list.length > 0));
  // Quoted: a password may look like a number.
  return stringify({ ...filled, ...more }, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
}
