import { startEmbeddedTemporal } from '../workers/embedded-temporal.ts';
import { ADDRESS_VARIABLE } from './temporal.ts';

/**
 * Jest's global set-up, run from the built code: one Temporal server in memory for the whole run, on free ports, whatever
 * Temporal the person who tests has set. Gives what ends it to the global tear-down.
 */
export default async function startTemporal(): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
  const temporal = await startEmbeddedTemporal({ inMemory: true, port: 0, uiPort: 0, env });
  process.env[ADDRESS_VARIABLE] = temporal.address;
  Object.assign(globalThis, { endTemporal: () => temporal.close() });
}
