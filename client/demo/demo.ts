import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { countAll } from '../../planning/inventory-totals.ts';
import { connectWorkers } from '../../workers/configured-workers.ts';
import type { EmbeddedTemporal } from '../../workers/embedded-temporal.ts';
import { createLog } from '../../workers/log.ts';
import { queueKinds } from '../../workers/queue-kinds.ts';
import { installRuntime } from '../../workers/runtime.ts';
import type { Context } from '../cli/command.ts';
import { Explained } from '../cli/failure.ts';
import { askedToEnd, Interrupted, untilAborted } from '../cli/interruption.ts';
import type { ServerValues } from '../cli/process-options.ts';
import { withTemporal } from '../cli/processes/embedded-temporal.ts';
import { whileWorking } from '../cli/processes/working.ts';
import { pumpCloud } from '../cli/pump-cloud.ts';
import { run, type Surroundings } from '../cli/run.ts';
import { connectClient } from '../connection.ts';
import { PumphouseClient } from '../pumphouse-client.ts';
import { type DemoClouds, startDemoClouds } from './demo-clouds.ts';

export interface DemoValues extends ServerValues {
  readonly instances: number;
  /** End when all was shown, instead of leaving the Web UI open until Ctrl-C. */
  readonly yes: boolean;
}

/** Running activities of a demo are short; whoever presses Ctrl-C waits for them. */
const SHUTDOWN_GRACE_MS = 5_000;

/**
 * Two simulated clouds, Temporal, a worker and the first look, as an operator would take it: a discovery of each cloud as a
 * durable run, then the same by hand.
 */
export async function demo(values: DemoValues, context: Context): Promise<void> {
  const { terminal, signal } = context;
  const say = (line = '') => terminal.write(`${line}\n`).then(() => terminal.flush());
  const clouds = await startDemoClouds(values.instances);
  try {
    await say(`Two simulated clouds: ${clouds.source} (old, Identity v2.0) and ${clouds.target} (new, empty).`);
    await withTemporal(values, context, async (temporal, lost) => {
      const workers = await untilAborted(startWorkers(clouds, temporal), signal);
      const show = async () => {
        const ui = temporal.uiUrl === undefined ? '' : `, and the Web UI at ${temporal.uiUrl}`;
        await say(`Temporal at ${temporal.address}, a worker${ui}`);
        await discover(clouds, temporal, signal, say);
        await lookByHand(clouds, context, say);
        if (terminal.isAttended && !values.yes) await leaveOpen(clouds, temporal, signal, say);
      };
      await whileWorking(workers, signal, show, lost);
    });
  } finally {
    await clouds.close();
  }
}

function startWorkers({ configuration }: DemoClouds, { target }: EmbeddedTemporal) {
  const log = createLog('warn');
  installRuntime(log, undefined);
  return connectWorkers({ configuration, target, kinds: queueKinds, shutdownGraceMs: SHUTDOWN_GRACE_MS, log });
}

type Say = (line?: string) => Promise<void>;

async function discover(clouds: DemoClouds, temporal: EmbeddedTemporal, signal: AbortSignal, say: Say): Promise<void> {
  const { client, close } = await connectClient(temporal.target);
  try {
    const pumphouse = new PumphouseClient(client, { taskQueue: clouds.configuration.temporal.taskQueue });
    await say('\nDiscovery of both clouds, as durable runs:');
    for (const role of ['source', 'target'] as const) {
      const cloud = clouds[role];
      const started = await untilAborted(pumphouse.discover(cloud, { role }), signal);
      const found = await untilAborted(started.result(), signal);
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
  const { stdout, stderr, isTty, columns } = context.terminal;
  for (const argv of commands) {
    await say(`\n$ pump-cloud ${argv.join(' ')}`);
    await pump(clouds, context, argv, { stdout, stderr, isTty, ...(columns === undefined ? {} : { columns }) });
  }
}

async function firstServer(clouds: DemoClouds, context: Context): Promise<string> {
  const stdout = new PassThrough();
  const argv = ['resources', '--type', 'server', '--sort-column', 'name', '-f', 'value', '-c', 'id'];
  const shown = text(stdout);
  await pump(clouds, context, argv, { stdout, stderr: new PassThrough().resume(), isTty: false });
  stdout.end();
  const [first = ''] = (await shown).split('\n');
  return first;
}

async function pump(
  clouds: DemoClouds,
  { env, cwd, signal }: Context,
  argv: readonly string[],
  streams: Pick<Surroundings, 'stdout' | 'stderr' | 'isTty' | 'columns'>,
): Promise<void> {
  if (signal.aborted) throw new Interrupted(signal);
  const around = { ...streams, cwd, signal, env: { ...env, PUMPHOUSE_CONFIG: clouds.configFile } };
  const exitCode = await run(pumpCloud, argv, around);
  if (signal.aborted) throw new Interrupted(signal);
  if (exitCode !== 0) throw new Explained(`pump-cloud ${argv.join(' ')} ended with exit code ${exitCode}`);
}

/** Until Ctrl-C. */
async function leaveOpen(clouds: DemoClouds, temporal: EmbeddedTemporal, signal: AbortSignal, say: Say): Promise<void> {
  await say('\nAll of this stays until Ctrl-C. In another terminal:');
  const bin = fileURLToPath(new URL('../../../bin', import.meta.url));
  await say(`  export PATH="${bin}:$PATH" PUMPHOUSE_CONFIG=${clouds.configFile} TEMPORAL_ADDRESS=${temporal.address}`);
  await say('  pump-cloud resources --tenant t0001');
  await askedToEnd(signal);
}
