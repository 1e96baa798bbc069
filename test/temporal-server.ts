import { startEmbeddedTemporal } from '../workers/embedded-temporal.ts';

/** Where the tests find the server that this starts: see `temporal.ts` beside this file. */
export const ADDRESS_VARIABLE = 'PUMPHOUSE_TEST_TEMPORAL';

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
