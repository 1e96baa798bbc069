import { movePolicy } from '../planning/policy-defaults.ts';
import type { Population } from '../simulator/index.ts';
import type { migrateResources } from '../workflows/migrate.ts';
import type { MigrateRequest } from '../workflows/move-requests.ts';
import type { RunProgress } from '../workflows/run-report.ts';
import startTemporal from './temporal-server.ts';
import { type MigrationHandle, type MovingRun, movingRun } from './workflows/moving-run.ts';
import { writeHistory } from './write-history.ts';

// Records a run of each workflow that moves, on simulated clouds: node dist/test/record-histories.js (test/histories/README.md)

const POPULATION: Population = {
  publicNetwork: { name: 'public', cidr: '198.18.0.0/16' },
  flavors: [{ name: 'm1.tiny' }],
  images: [{ name: 'cirros', visibility: 'public' }],
  tenants: [
    {
      name: 'acme',
      users: [{ name: 'ann', keypairs: ['key'] }],
      networks: [{ name: 'net' }],
      volumes: [{ name: 'data' }, { name: 'loose' }],
      images: [{ name: 'golden' }],
      servers: [
        {
          ...{ name: 'web', image: 'cirros', flavor: 'm1.tiny', keypair: 'key', floatingIp: true },
          ...{ networks: [{ name: 'net' }], volumes: ['data'] },
        },
      ],
    },
  ],
};

await startTemporal();
const run = await movingRun(POPULATION);
try {
  await run.working(() => record(run));
} finally {
  await run.close();
}
process.exit();

async function record({ temporal, taskQueue, source, target, ...moving }: MovingRun): Promise<void> {
  const write = (name: string, workflowId: string) => writeHistory(temporal.client, name, workflowId);
  const firstOf = async (query: string) => {
    for (;;) {
      for await (const { workflowId } of temporal.client.workflow.list({ query })) return workflowId;
      await new Promise((later) => setTimeout(later, 200));
    }
  };
  const answer = async (handle: MigrationHandle, verdict: 'approve' | 'skip', gate: string) => {
    while ((await handle.query<RunProgress, []>('progress')).gate?.name !== gate)
      await new Promise((later) => setTimeout(later, 100));
    await handle.signal(verdict, { by: 'ann', gate });
  };
  const images: MigrateRequest = {
    source: source.name,
    target: target.name,
    selection: { kind: 'types', types: ['image'] },
    what: 'all images',
    policy: movePolicy({}),
    gates: {},
    approved: { plan: { by: 'ann' } },
    keepSource: true,
    dataTaskQueue: taskQueue,
  };
  const workflowId = 'migrate-resources/recorded';
  await temporal.client.workflow.execute<typeof migrateResources>('migrateResources', {
    ...{ workflowId, taskQueue },
    args: [images],
  });
  await write('migrate-resources', workflowId);

  const kept = await moving.migrate('acme', { approved: {}, keepSource: false });
  await answer(kept, 'approve', 'plan');
  await answer(kept, 'skip', 'delete-source');
  await kept.result();
  await write('migrate-tenant', kept.workflowId);
  await write('migrate-instance', await firstOf('WorkflowType="migrateInstance"'));
  await write('make-resource-volume', await firstOf('WorkflowType="makeResource"'));

  const back = await moving.rollback('acme');
  await back.result();
  await write('rollback', back.workflowId);
  await write('bring-instance-back', await firstOf('WorkflowType="bringInstanceBack"'));

  await (await moving.migrate('acme')).result();
  const end = await moving.finalize('acme');
  await answer(end as unknown as MigrationHandle, 'approve', 'delete-source');
  await end.result();
  await write('finalize', end.workflowId);
  await write('delete-source-instance', await firstOf('WorkflowType="deleteSourceInstance"'));
  await write('claims', await firstOf('WorkflowType="claims" AND ExecutionStatus="Completed"'));
}
