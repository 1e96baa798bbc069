/**
 * A tenant with 1,000 instances moves between two simulated clouds, through a Temporal server as `pump-dev` starts it: how long
 * that takes, and how large histories and payloads grow. Clouds, worker and client are in one process.
 * `npm run build && node dist/bench/thousand-instances.js [INSTANCES]`. Ends with 1 where a limit is passed or one is not moved.
 */

import proto from '@temporalio/proto';
import type { TemporalClient } from '../client/connection.ts';
import { movePolicy } from '../planning/policy-defaults.ts';
import type { Population } from '../simulator/index.ts';
import { ADDRESS_VARIABLE } from '../test/temporal.ts';
import { type MigrationHandle, type MovingRun, movingRun } from '../test/workflows/moving-run.ts';
import { startEmbeddedTemporal } from '../workers/embedded-temporal.ts';
import type { RunProgress } from '../workflows/run-report.ts';

const INSTANCES = Number(process.argv[2] ?? 1_000);
const HOSTS = 50;
const CONCURRENCY = 40;
/** Far below what Temporal ends a run for (51,200 events, 2 MiB a payload): a run must never come near. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 256 * 1024;
const LOOK_EVERY_MS = 15_000;

const POPULATION: Population = {
  publicNetwork: { name: 'public', cidr: '198.18.0.0/16' },
  flavors: [{ name: 'm1.tiny', ram: 64 }],
  images: [{ name: 'cirros', visibility: 'public', sizeBytes: 4_096 }],
  tenants: [
    {
      name: 'large',
      users: [{ name: 'ann', keypairs: ['key'] }],
      quotas: {
        compute: { instances: INSTANCES, cores: INSTANCES, ram: INSTANCES * 64 },
        network: { port: INSTANCES * 2, floatingip: INSTANCES },
      },
      networks: [{ name: 'net', cidr: '10.0.0.0/16' }],
      servers: Array.from({ length: INSTANCES }, (_, index) => ({
        name: `web-${index + 1}`,
        image: 'cirros',
        flavor: 'm1.tiny',
        networks: [{ name: 'net' }],
        keypair: 'key',
        floatingIp: index % 10 === 0,
      })),
    },
  ],
};

interface Largest {
  executions: number;
  events: number;
  /** Of one event as it is stored: never less than its largest payload. */
  bytes: number;
  inAll: number;
}

/** Every history: of the run and what it continued as, of the children, of the claims. */
async function measure({ client }: TemporalClient): Promise<Largest> {
  const largest: Largest = { executions: 0, events: 0, bytes: 0, inAll: 0 };
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    largest.executions += 1;
    largest.events = Math.max(largest.events, events?.length ?? 0);
    largest.inAll += events?.length ?? 0;
    for (const event of events ?? []) {
      const { length } = proto.temporal.api.history.v1.HistoryEvent.encode(event).finish();
      largest.bytes = Math.max(largest.bytes, length);
    }
  }
  return largest;
}

function watch(handle: MigrationHandle, startedAt: number): NodeJS.Timeout {
  return setInterval(async () => {
    try {
      const { stage, counts } = await handle.query<RunProgress, []>('progress');
      const seconds = Math.round((performance.now() - startedAt) / 1_000);
      console.error(`${seconds} s: ${stage}, ${counts.port?.done ?? 0} ports, ${counts.server?.done ?? 0} instances`);
    } catch (error) {
      console.error(`no progress to be seen: ${String(error)}`);
    }
  }, LOOK_EVERY_MS);
}

async function moveThem(run: MovingRun): Promise<boolean> {
  const policy = movePolicy({ server: { concurrency: CONCURRENCY, perHost: 2 }, port: { concurrency: 16 } });
  return run.working(async () => {
    const startedAt = performance.now();
    const handle = await run.migrate('large', { policy });
    const watching = watch(handle, startedAt);
    const result = await handle.result().finally(() => clearInterval(watching));
    const seconds = (performance.now() - startedAt) / 1_000;
    const done = result.counts.server?.done ?? 0;
    console.log(
      `${done} of ${INSTANCES} instances in ${seconds.toFixed(0)} s: ${(done / seconds).toFixed(2)} instances/s`,
    );
    const { executions, events, bytes, inAll } = await measure(run.temporal);
    console.log(`${executions} executions with ${inAll} events; the longest has ${events}`);
    console.log(`the largest event has ${(bytes / 1024).toFixed(1)} KiB; ${result.outcome}`);
    return result.outcome === 'done' && done === INSTANCES && events < MOST_EVENTS && bytes < MOST_BYTES;
  });
}

async function main(): Promise<boolean> {
  const server = await startEmbeddedTemporal({ inMemory: true, port: 0, uiPort: 0, env: {} });
  process.env[ADDRESS_VARIABLE] = server.address;
  const run = await movingRun(POPULATION, { source: { computeHosts: HOSTS }, target: { computeHosts: HOSTS } });
  try {
    return await moveThem(run);
  } finally {
    await run.close();
    await server.close();
  }
}

process.exitCode = (await main()) ? 0 : 1;
