import { randomUUID } from 'node:crypto';
import type { TemporalTarget } from '../workers/connect-options.ts';

/** Where the tests find the server that `temporal-server.ts` starts. */
export const ADDRESS_VARIABLE = 'PUMPHOUSE_TEST_TEMPORAL';

/** The Temporal server that all tests of a run share: use ids and task queues of {@link unique}. */
export function testTarget(): TemporalTarget {
  const address = process.env[ADDRESS_VARIABLE];
  if (!address)
    throw new Error('the test server is not there: run the tests with "npm test", which builds and starts it');
  return { address, namespace: 'default' };
}

/** A name that no other test uses. */
export const unique = (what: string): string => `${what}-${randomUUID()}`;
