import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { DEFAULTS } from '../../planning/policy-defaults.ts';
import type { Population } from '../../simulator/index.ts';
import type { migrateInstance } from '../../workflows/migrate-instance.ts';
import { instanceId } from '../../workflows/workflow-ids.ts';
import { everything, type MovingRun, movingRun, portrait } from './moving-run.ts';

const POPULATION: Population = {
  publicNetwork: { name: 'public', cidr: '198.18.0.0/16' },
  flavors: [{ name: 'm1.tiny' }],
  images: [{ name: 'cirros', visibility: 'public' }],
  tenants: [
    {
      name: 'acme',
      users: [{ name: 'ann', keypairs: ['key'] }],
      networks: [{ name: 'net' }],
      volumes: [{ name: 'data' }],
      servers: [
        {
          name: 'web',
          image: 'cirros',
          flavor: 'm1.tiny',
          networks: [{ name: 'net' }],
          volumes: ['data'],
          keypair: 'key',
          floatingIp: true,
        },
      ],
    },
  ],
};

/** In the order in which an instance's move takes them. `after`: the step is done, and what it did must be undone as well. */
const STEPS = [
  ...['inspectServer', 'makeResource', 'lockServer', 'stopServer', 'snapshotServer', 'copyTransferImage'],
  ...['inspectVolume', 'uploadVolume', 'makeVolume', 'inspectAddress', 'detachSourceAddress'],
  ...['bootServer', 'attachTargetAddress', 'settleServer', 'verifyResource'],
];

describe('An instance whose move fails', () => {
  let run: MovingRun;
  let before: { readonly source: readonly string[]; readonly target: readonly string[] };
  let serverId: string;

  beforeAll(async () => {
    run = await movingRun(POPULATION);
    const policy = {
      ...DEFAULTS,
      server: { ...DEFAULTS.server, select: 'none' },
      volume: { ...DEFAULTS.volume, select: 'none' },
    } as const;
    await run.working(async () => {
      await (await run.migrate('acme', { policy })).result();
      const project = (await everything(run.targetCloud)).find(
        ({ type, name }) => type === 'project' && name === 'acme',
      );
      await run.lendRoles('acme', project?.id ?? '');
    });
    const server = (await everything(run.sourceCloud)).find(({ type }) => type === 'server');
    serverId = server?.id ?? '';
    before = { source: await portrait(run.sourceCloud), target: await portrait(run.targetCloud) };
  }, 240_000);
  afterAll(() => run.close());

  test.each(STEPS)(
    'in %s is as it was before, in both clouds',
    async (step) => {
      const failing = (activity: string) => {
        if (activity === step) throw ApplicationFailure.nonRetryable('refused by the test', 'forbidden');
        return undefined;
      };
      const failure = await run.working(
        () =>
          moveIt().then(
            () => undefined,
            (error: unknown) => error,
          ),
        failing,
      );
      expect(failure).toMatchObject({ cause: { type: 'compensated' } });
      expect(await portrait(run.sourceCloud)).toEqual(before.source);
      expect(await portrait(run.targetCloud)).toEqual(before.target);
    },
    180_000,
  );

  async function moveIt(): Promise<unknown> {
    const { source, target } = { source: run.source.name, target: run.target.name };
    return run.temporal.client.workflow.execute<typeof migrateInstance>('migrateInstance', {
      workflowId: instanceId(source, target, serverId),
      taskQueue: run.taskQueue,
      args: [
        {
          source,
          target,
          run: 'fedcba9876543210',
          id: serverId,
          name: 'web',
          policy: DEFAULTS.server,
          dataTaskQueue: run.taskQueue,
        },
      ],
    });
  }
});
