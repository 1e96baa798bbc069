import { Client } from '@temporalio/client';
import { type TemporalTarget, targetFromEnvironment } from '../workers/connect-options.ts';
import { connectService } from '../workers/service-connection.ts';

/** A client of one namespace; `close` ends its connection. */
export interface TemporalClient {
  readonly client: Client;
  readonly target: TemporalTarget;
  close(): Promise<void>;
}

/**
 * Connects a client to the Temporal that the environment names (`TEMPORAL_ADDRESS` and the like), or to `target`.
 *
 * @throws {StartupError} one line that says what is wrong and what to do
 */
export async function connectClient(target: TemporalTarget = targetFromEnvironment()): Promise<TemporalClient> {
  const connection = await connectService(target);
  const client = new Client({ connection, namespace: target.namespace });
  return { client, target, close: () => connection.close() };
}
