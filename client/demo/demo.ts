import { fileURLToPath } from 'node:url';
import { countAll } from '../../planning/inventory-totals.ts';
import { connectWorkers } from '../../workers/configured-workers.ts';
import type { EmbeddedTemporal } from '../../workers/embedded-temporal.ts';
import { createLog } from '../../workers/log.ts';
import { queueKinds } from '../../workers/queue-kinds.ts';
import { installRuntime } from '../../workers/runtime.ts';
import type { Context, ExitCode, Program } from '../cli/command.ts';
import { Explained } from '../cli/failure.ts';
import { askedToEnd, Interrupted, untilAborted } from '../cli/interruption.ts';
import type { ServerValues } from '../cli/process-options.ts';
import { withTemporal } from '../cli/processes/embedded-temporal.ts';
import { whileWorking } from '../cli/processes/working.ts';
import { pumpCloud } from '../cli/pump-cloud.ts';
import { pumpHost } from '../cli/pump-host.ts';
import { pumpRuns } from '../cli/pump-runs.ts';
import { run } from '../cli/run.ts';
import { connectClient } from '../connection.ts';
import { PumphouseClient } from '../pumphouse-client.ts';
import { DEMO_TENANT, type DemoClouds, startDemoClouds } from './demo-clouds.ts';

export interface DemoValues extends ServerValues {
  readonly instances: number;
  /** End when all was shown, instead of leaving the Web UI open until Ctrl-C. */
  readonly yes: boolean;
}

/** Running activities of a demo are short; whoever presses Ctrl-C waits for them. */
const SHUTDOWN_GRACE_MS = 5_000;

/**
 * Two simulated clouds, Temporal, a worker, and a tenant that moves as an operator would move it: a look at both clouds, the
 * move with its gate, and what came of it compared with its source.
 */
export async function demo(values: DemoValues, context: Context): Promise<void> {
  const { terminal, signal } = context;
  const say = (line = '') => terminal.write(`${line}\n`).then(() => terminal.flush());
  // Each command that is typed here listens to both for errors, as long as this process lives.
  for (const stream of [terminal.stdout, terminal.stderr]) stream.setMaxListeners(0);
  const clouds = await startDemoClouds(values.instances);
  try {
    await say(
      `Two simulated clouds: ${clouds.source} (old, Identity v2.0) and ${clouds.target} (new, empty, deployed by Fuel);`,
    );
    await say(`under them ${clouds.hosts.length} machines with management controllers (IPMI), and a switch (SNMP).`);
    await withTemporal(values, context, async (temporal, lost) => {
      const workers = await untilAborted(startWorkers(clouds, temporal), signal);
      const show = async () => {
        const ui = temporal.uiUrl === undefined ? '' : `, and the Web UI at ${temporal.uiUrl}`;
        await say(`Temporal at ${temporal.address}, a worker${ui}`);
        await discover(clouds, temporal, signal, say);
        const asks = terminal.isAttended && !values.yes;
        const stage = { clouds, temporal, context, say, asks };
        const isMoved = await moveTenant(stage);
        if (isMoved) await takeHost(stage);
        if (asks) await leaveOpen({ clouds, temporal, isMoved }, signal, say);
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

interface Stage {
  readonly clouds: DemoClouds;
  readonly temporal: EmbeddedTemporal;
  readonly context: Context;
  readonly say: Say;
  /** Somebody is there who answers the gate. */
  readonly asks: boolean;
}

/** The commands as an operator types them. The run stops at its gate: a person is asked, else the demo answers. False when it was not moved. */
async function moveTenant(stage: Stage): Promise<boolean> {
  const move = ['migrate', DEMO_TENANT, '--keep-source'];
  if (stage.asks) {
    const exitCode = await type(stage, pumpCloud, move, [0, 1, AT_GATE]);
    if (exitCode !== 0) return false;
  } else {
    await type(stage, pumpCloud, [...move, '--no-wait'], [AT_GATE]);
    await type(stage, pumpRuns, ['approve', DEMO_TENANT, 'plan', '--by', 'the demo']);
    await type(stage, pumpRuns, ['watch', DEMO_TENANT]);
  }
  await type(stage, pumpCloud, ['verify', DEMO_TENANT]);
  return true;
}

/**
 * What was moved is finalized, so that the host is empty; then the host goes the same way. A person answers its gates, the first of which is
 * before it is switched off.
 */
async function takeHost(stage: Stage): Promise<void> {
  const [host = ''] = stage.clouds.hosts;
  await stage.say('\nThe tenant is moved: its sources are deleted, and a host that they leave empty is taken.');
  if (await type(stage, pumpCloud, ['finalize', DEMO_TENANT, '--yes'], [0, 1])) return;
  await type(stage, pumpCloud, ['hosts']);
  await type(stage, pumpHost, [host, '--dry-run']);
  if (stage.asks) await type(stage, pumpHost, [host], [0, 1, AT_GATE]);
  else {
    await type(stage, pumpHost, [host, '--no-wait'], [AT_GATE]);
    await type(stage, pumpRuns, ['approve', host, 'power-off', '--by', 'the demo']);
    await type(stage, pumpRuns, ['watch', host, '--approve', 'reinstall', '--by', 'the demo']);
  }
  await type(stage, pumpCloud, ['hosts', '--target']);
}

const AT_GATE = 3;

/** Shows a command line and runs it; it finds clouds and Temporal by the environment. */
async function type(
  { clouds, temporal, context, say }: Stage,
  program: Program,
  argv: readonly string[],
  expected: readonly ExitCode[] = [0],
): Promise<ExitCode> {
  const { env, cwd, signal, terminal } = context;
  const { stdout, stderr, stdin, isTty, isAttended, isLive, columns } = terminal;
  if (signal.aborted) throw new Interrupted(signal);
  await say(`\n$ ${program.name} ${argv.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ')}`);
  const found = {
    PUMPHOUSE_CONFIG: clouds.configFile,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    PUMPHOUSE_WEB_UI: temporal.uiUrl,
  };
  const exitCode = await run(program, argv, {
    ...{ stdout, stderr, isTty, isAttended, isLive, cwd, signal },
    ...(stdin === undefined ? {} : { stdin }),
    ...(columns === undefined ? {} : { columns }),
    env: { ...env, ...found },
  });
  if (signal.aborted) throw new Interrupted(signal);
  if (!expected.includes(exitCode))
    throw new Explained(`${program.name} ${argv.join(' ')} ended with exit code ${exitCode}`);
  return exitCode;
}

interface LeftOpen extends Pick<Stage, 'clouds' | 'temporal'> {
  readonly isMoved: boolean;
}

/** Until Ctrl-C. */
async function leaveOpen({ clouds, temporal, isMoved }: LeftOpen, signal: AbortSignal, say: Say): Promise<void> {
  await say('\nAll of this stays until Ctrl-C. In another terminal:');
  const bin = fileURLToPath(new URL('../../../bin', import.meta.url));
  await say(`  export PATH="${bin}:$PATH" PUMPHOUSE_CONFIG=${clouds.configFile} TEMPORAL_ADDRESS=${temporal.address}`);
  if (isMoved) {
    await say(`  pump-cloud resources --target --tenant ${DEMO_TENANT}`);
    await say(`  pump-runs list --long`);
  } else {
    await say(`  pump-runs list`);
    await say(`  pump-cloud migrate ${DEMO_TENANT}`);
  }
  await askedToEnd(signal);
}
