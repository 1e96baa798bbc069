import type { Logger } from 'pino';
import { type Configuration, loadConfiguration } from '../../../config/index.ts';
import type { ConnectedWorkers } from '../../../workers/configured-workers.ts';
import type { Context } from '../command.ts';
import { stopSignalOf } from '../interruption.ts';

/** Reads `pumphouse.yaml`; what is odd in it goes to the log. Throws `ConfigurationError` with all that is wrong. */
export function loggedConfiguration(path: string | undefined, { env, cwd }: Context, log: Logger): Configuration {
  const configuration = loadConfiguration({ env, cwd, ...(path === undefined ? {} : { path }) });
  for (const warning of configuration.warnings) log.warn(warning);
  return configuration;
}

/**
 * Lets workers work until `body` is done, one of them fails or `lost` rejects. Then they take no new task, finish what is
 * running, and are closed.
 */
export async function whileWorking<T>(
  workers: ConnectedWorkers,
  signal: AbortSignal,
  body: () => Promise<T>,
  lost?: Promise<never>,
): Promise<T> {
  const working = workers.group.run();
  const failed = new Promise<never>((_, reject) => {
    working.catch(reject);
  });
  try {
    return await Promise.race([body(), failed, ...(lost === undefined ? [] : [lost])]);
  } finally {
    workers.group.shutdown(signal.aborted ? stopSignalOf(signal) : 'nothing is left to do here');
    // A failure was told by the race above; one of the shutdown itself is in the log.
    await working.catch(() => undefined);
    await workers.close();
  }
}
