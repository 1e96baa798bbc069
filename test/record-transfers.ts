import { evacuationPolicy } from '../planning/evacuation-policy.ts';
import { transferPolicy } from '../planning/transfer-policy.ts';
import type { evacuateHost } from '../workflows/evacuate-host.ts';
import type { RunProgress } from '../workflows/run-report.ts';
import type { transferHosts } from '../workflows/transfer-hosts.ts';
import { evacuateHostId, evacuateInstanceId } from '../workflows/workflow-ids.ts';
import startTemporal from './temporal-server.ts';
import { smallCloud, smallTenant } from './workflows/small-tenant.ts';
import {
  ADMIN_VLAN,
  type TakingOptions,
  type TakingRun,
  type TransferHandle,
  takingRun,
} from './workflows/taking-run.ts';
import { writeHistory } from './write-history.ts';

// Records runs that take and empty machines, on simulated ones: node dist/test/record-transfers.js (test/histories/README.md)

await startTemporal();
await recorded(async (run) => {
  const { client } = run.temporal;
  const [host = ''] = run.hosts;
  // One that is rejected before the last gate, and one that meets a failure, a gate and a second attempt.
  const rejected = await run.take(host, { approved: { 'power-off': { by: 'ann' } } });
  await answer(rejected, 'reject', 'reinstall');
  await rejected.result();
  await writeHistory(client, 'transfer-host-rejected', rejected.workflowId);
  run.fuel.failNext('deploy', 'puppet has failed');
  const retried = await run.take(host);
  await answer(retried, 'retry', 'park');
  await retried.result();
  await writeHistory(client, 'transfer-host', retried.workflowId);
});
await recorded(async (run) => {
  const { temporal, taskQueue, names, hosts } = run;
  const approved = { 'power-off': { by: 'ann' }, reinstall: { by: 'ann' } };
  const shared = { ...names, policy: transferPolicy({}), gates: {}, approved };
  const workflowId = 'transfer-hosts/recorded';
  const machines = hosts.slice(0, 1).map((host) => ({ host, adminVlan: ADMIN_VLAN }));
  await temporal.client.workflow.execute<typeof transferHosts>('transferHosts', {
    ...{ workflowId, taskQueue },
    args: [{ ...shared, hosts: machines, role: 'compute', atOnce: 1 }],
  });
  await writeHistory(temporal.client, 'transfer-hosts', workflowId);
});
await recorded(async (run) => {
  const services = run.simulator.cloud(run.names.source).state.nova.services.all();
  const controller = services.find(({ binary }) => binary === 'nova-conductor')?.host ?? '';
  const handle = await run.take(controller, { policy: transferPolicy({ controllersLeft: 0 }) }, 'controller');
  await answer(handle, 'approve', 'source-not-empty');
  await handle.result();
  await writeHistory(run.temporal.client, 'decommission-controller', handle.workflowId);
});
await recorded(
  async ({ temporal, taskQueue, names, simulator }) => {
    const { nova } = simulator.cloud(names.source).state;
    const { id, host } = nova.servers.find((server) => server.vmState === 'active') ?? {};
    const workflowId = evacuateHostId(names.source, host ?? '');
    const request = { cloud: names.source, host: host ?? '', policy: evacuationPolicy({}) };
    await temporal.client.workflow.execute<typeof evacuateHost>('evacuateHost', {
      ...{ workflowId, taskQueue },
      args: [request],
    });
    await writeHistory(temporal.client, 'evacuate-host', workflowId);
    await writeHistory(temporal.client, 'evacuate-instance', evacuateInstanceId(names.source, host ?? '', id ?? ''));
  },
  { population: smallCloud(smallTenant('acme', 2)) },
);
process.exit();

async function recorded(work: (run: TakingRun) => Promise<void>, options: TakingOptions = {}): Promise<void> {
  const run = await takingRun(options);
  try {
    await run.working(() => work(run));
  } finally {
    await run.close();
  }
}

async function answer(handle: TransferHandle, verdict: 'approve' | 'reject' | 'retry', gate: string): Promise<void> {
  while ((await handle.query<RunProgress, []>('progress')).gate?.name !== gate)
    await new Promise((later) => setTimeout(later, 100));
  await handle.signal(verdict, { by: 'ann', gate });
}
