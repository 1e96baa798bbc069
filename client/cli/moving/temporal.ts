import type { Configuration } from '../../../config/index.ts';
import { targetFromEnvironment } from '../../../workers/connect-options.ts';
import { connectClient } from '../../connection.ts';
import { PumphouseClient } from '../../pumphouse-client.ts';
import type { Context } from '../command.ts';
import { webUiOf } from './web-ui.ts';

/** Pumphouse at the Temporal that the environment or the configuration names. */
export interface Connected {
  readonly pumphouse: PumphouseClient;
  /** `host:port`. */
  readonly address: string;
  /** Page of a run in the Web UI, where it is known where that is. */
  uiUrl(workflowId: string): string | undefined;
}

/** @throws {StartupError} one line that says what is wrong and what to do */
export async function withTemporal<T>(
  temporal: Partial<Configuration['temporal']>,
  { env }: Pick<Context, 'env'>,
  use: (connected: Connected) => Promise<T>,
): Promise<T> {
  const { client, target, close } = await connectClient(targetFromEnvironment({ ...env }, temporal));
  try {
    const { taskQueue, dataTaskQueue } = temporal;
    const pumphouse = new PumphouseClient(client, {
      ...(taskQueue === undefined ? {} : { taskQueue }),
      ...(dataTaskQueue === undefined ? {} : { dataTaskQueue }),
    });
    const ui = await webUiOf(target.address, env);
    return await use({
      pumphouse,
      address: target.address,
      uiUrl: (workflowId) =>
        ui === undefined
          ? undefined
          : `${ui}/namespaces/${encodeURIComponent(target.namespace)}/workflows/${encodeURIComponent(workflowId)}`,
    });
  } finally {
    await close();
  }
}
