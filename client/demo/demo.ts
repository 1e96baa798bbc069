import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { countAll } from '../../planning/inventory-totals.ts';
import { connectWorkers, queueKinds } from '../../workers/configured-workers.ts';
import { type EmbeddedTemporal, startEmbeddedTemporal } from '../../workers/embedded-temporal.ts';
import { createLog } from '../../workers/log.ts';
import { installRuntime } from '../../workers/runtime.ts';
import type { Context } from '../cli/command.ts';
import { pumpCloud } from '../cli/pump-cloud.ts';
import { run, type Surroundings } from '../cli/run.ts';
import { connectClient } from '../connection.ts';
import { PumphouseClient } from '../pumphouse-client.ts';
import { type DemoClouds, startDemoClouds } from './demo-clouds.ts';

export interface DemoOptions {
  readonly instances: number;
  readonly inMemory: boolean;
  /** End when all was shown, instead of leaving the Web UI open until Ctrl-C. */
  readonly endWhenShown: boolean;
}

/** Running activities of a demo are short; whoever presses Ctrl-C waits for them. */
const SHUTDOWN_GRACE_MS = 5_000;

/**
 * Two simulated clouds, Temporal, a worker and the first look, as an operator would take it: a discovery of each cloud as a
 * durable run, then the same by hand.
 */
export async function demo(options: DemoOptions, context: Context): Promise<void> {
  const { terminal, signal } = context;
  const say = (line = '') => terminal.write(`${line}\n`).then(() => terminal.flush());
  const clouds = await startDemoClouds(options.instances);
  try {
    await say(`Two simulated clouds: ${clouds.source} (old, Identity v2.0) and ${clouds.target} (new, empty).`);
    const temporal = await startEmbeddedTemporal({ inMemory: options.inMemory, env: { ...context.env } });
    try {
      const log = createLog('warn');
      installRuntime(log, undefined);
      const workers = await connectWorkers({
        configuration: clouds.configuration,
        target: temporal.target,
        kinds: queueKinds,
        shutdownGraceMs: SHUTDOWN_GRACE_MS,
        log,
      });
      const working = workers.group.run();
      try {
        await say(
          `Temporal at ${temporal.address}, a worker, and the Web UI at ${temporal.uiUrl ?? 'its usual place'}`,
        );
        await discover(clouds, temporal, say);
        await lookByHand(clouds, context, say);
        if (!options.endWhenShown) await leaveOpen(clouds, temporal, signal, say);
      } finally {
        workers.group.shutdown('the demo ends');
        await working;
        await workers.close();
      }
    } finally {
      await temporal.close();
    }
  } finally {
    await clouds.close();
  }
}

type Say = (line?: string) => Promise<void>;

async function discover(clouds: DemoClouds, temporal: EmbeddedTemporal, say: Say): Promise<void> {
  const { client, close } = await connectClient(temporal.target);
  try {
    const pumphouse = new PumphouseClient(client, { taskQueue: clouds.configuration.temporal.taskQueue });
    await say('\nDiscovery of both clouds, as durable runs:');
    for (const cloud of [clouds.source, clouds.target]) {
      const started = await pumphouse.discover(cloud);
      const found = await started.result();
      await say(`  ${cloud}: ${countAll(found)} resources of ${found.tenants} tenants, digest ${found.digest}`);
      if (temporal.uiUrl !== undefined) await say(`    ${webUiOf(temporal, started.workflowId, started.runId)}`);
      for (const note of found.notes) await say(`    note: ${note}`);
    }
  } finally {
    await close();
  }
}

function webUiOf({ uiUrl, namespace }: EmbeddedTemporal, workflowId: string, runId: string): string {
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
}

/** The commands as an operator types them; they find the clouds through `PUMPHOUSE_CONFIG`. */
async function lookByHand(clouds: DemoClouds, context: Context, say: Say): Promise<void> {
  const commands = [
    ['services'],
    ['resources', '--count'],
    ['resources', '--type', 'server', '--sort-column', 'name'],
    ['tree', 'server', await firstServer(clouds, context)],
    ['hosts'],
  ];
  for (const argv of commands) {
    await say(`\n$ pump-cloud ${argv.join(' ')}`);
    const { stdout, stderr } = process;
    const isTty = context.terminal.isTty;
    await pump(clouds, context, argv, { stdout, stderr, isTty, ...(isTty ? { columns: stdout.columns } : {}) });
  }
}

async function firstServer(clouds: DemoClouds, context: Context): Promise<string> {
  const stdout = new PassThrough();
  const argv = ['resources', '--type', 'server', '--sort-column', 'name', '-f', 'value', '-c', 'id'];
  await pump(clouds, context, argv, { stdout, stderr: new PassThrough().resume(), isTty: false });
  stdout.end();
  const [first = ''] = (await text(stdout)).split('\n');
  return first;
}

async function pump(
  clouds: DemoClouds,
  { env, cwd, signal }: Context,
  argv: readonly string[],
  streams: Pick<Surroundings, 'stdout' | 'stderr' | 'isTty' | 'columns'>,
): Promise<void> {
  const around = { ...streams, cwd, signal, env: { ...env, PUMPHOUSE_CONFIG: clouds.configFile } };
  const exitCode = await run(pumpCloud, argv, around);
  if (exitCode !== 0) throw new DemoFailed(`pump-cloud ${argv.join(' ')} ended with exit code ${exitCode}`);
}

/** Until Ctrl-C, or until the server goes away by itself. */
async function leaveOpen(clouds: DemoClouds, temporal: EmbeddedTemporal, signal: AbortSignal, say: Say): Promise<void> {
  await say('\nAll of this stays until Ctrl-C. In another terminal:');
  await say(`  export PUMPHOUSE_CONFIG=${clouds.configFile} TEMPORAL_ADDRESS=${temporal.address}`);
  await say('  pump-cloud resources --tenant t0001');
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const lost = temporal.ended.then((reason) => Promise.reject(new DemoFailed(`Temporal ended by itself: ${reason}`)));
  await Promise.race([interrupted, lost]);
}

/** A step of the demo did not do what it shows. */
class DemoFailed extends Error {
  override readonly name = 'DemoFailed';
}
