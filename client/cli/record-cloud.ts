import type { CloudSettings, Configuration } from '../../config/index.ts';
import { targetFromEnvironment } from '../../workers/connect-options.ts';
import type { CloudInventory } from '../../workflows/discover-cloud.ts';
import { connectClient } from '../connection.ts';
import { PumphouseClient } from '../pumphouse-client.ts';
import type { Context } from './command.ts';
import { followDiscovery } from './follow-discovery.ts';
import { onAbort } from './interruption.ts';

export interface RecordingOptions {
  readonly settings: CloudSettings;
  readonly temporal: Configuration['temporal'];
  /** None: all. */
  readonly tenants: readonly string[];
  /** Only start it, and print its id. */
  readonly detach: boolean;
}

/** Starts a discovery, or joins the one that runs, and follows it to its end; `undefined` when it is only started. */
export async function recordCloud(options: RecordingOptions, context: Context): Promise<CloudInventory | undefined> {
  const { settings, temporal, tenants, detach } = options;
  const { terminal, env, signal } = context;
  const connected = await connectClient(targetFromEnvironment({ ...env }, temporal));
  try {
    const pumphouse = new PumphouseClient(connected.client, { taskQueue: temporal.taskQueue });
    const { role, name } = settings;
    const started = await pumphouse.discover(name, tenants.length === 0 ? { role } : { role, tenants });
    if (detach) {
      await terminal.write(`${started.workflowId}\n`);
      return undefined;
    }
    terminal.talk(`run ${started.workflowId} in Temporal at ${connected.target.address}`);
    onAbort(signal, () => terminal.complain(`the run goes on without this command; the same command comes back to it`));
    return await followDiscovery(started, terminal, signal);
  } finally {
    await connected.close();
  }
}
