import { NativeConnection } from '@temporalio/worker';
import { checkNamespace, checkReachable, type TemporalTarget, unreachable } from './connect-options.ts';
import { reasonOf } from './failure-reason.ts';

/**
 * Connects a worker. The namespace is known to exist afterwards.
 *
 * @throws {StartupError} one line that says what is wrong and what to do
 */
export async function connectWorker(target: TemporalTarget): Promise<NativeConnection> {
  await checkReachable(target.address);
  const { address, tls, apiKey, metadata } = target;
  const connection = await NativeConnection.connect({
    address,
    ...(tls ? { tls } : {}),
    ...(apiKey ? { apiKey } : {}),
    ...(metadata ? { metadata } : {}),
  }).catch((error: unknown) => {
    throw unreachable(address, reasonOf(error), error);
  });
  try {
    await checkNamespace(connection, target);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}
