import { resolve } from 'node:path';
import { type EmbeddedTemporal, startEmbeddedTemporal } from '../../../workers/embedded-temporal.ts';
import { StartupError } from '../../../workers/startup-error.ts';
import type { Context } from '../command.ts';
import { untilAborted } from '../interruption.ts';
import type { ServerValues } from '../process-options.ts';

/**
 * Runs `use` with a Temporal server that ends afterwards if we started it. `lost` rejects when the server ends by itself.
 */
export async function withTemporal<T>(
  values: ServerValues,
  context: Context,
  use: (temporal: EmbeddedTemporal, lost: Promise<never>) => Promise<T>,
): Promise<T> {
  const starting = start(values, context);
  const temporal = await untilAborted(starting, context.signal).catch((error: unknown) => {
    // What comes up after we were asked to end has nobody who would use it.
    starting.then((late) => late.close()).catch(() => undefined);
    throw error;
  });
  const lost = temporal.ended.then((reason): never => {
    throw new StartupError(`the Temporal server has ended (${reason})`, 1);
  });
  // Also settles at our own close, when nobody waits for it any more.
  lost.catch(() => undefined);
  try {
    return await use(temporal, lost);
  } finally {
    await temporal.close();
  }
}

function start(values: ServerValues, { env, cwd, terminal }: Context): Promise<EmbeddedTemporal> {
  const { 'in-memory': inMemory, 'db-file': dbFile, port, 'ui-port': uiPort } = values;
  return startEmbeddedTemporal({
    inMemory,
    ...(dbFile === undefined ? {} : { dbFile: resolve(cwd, dbFile) }),
    ...(port === undefined ? {} : { port }),
    ...(uiPort === undefined ? {} : { uiPort }),
    env: { ...env },
    say: (line) => terminal.talk(line),
  });
}
