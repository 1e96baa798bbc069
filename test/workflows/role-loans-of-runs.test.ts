import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { claimsId } from '../../planning/claims-id.ts';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { migrateResources } from '../../workflows/migrate.ts';
import type { MigrateRequest } from '../../workflows/move-requests.ts';
import type { RunProgress } from '../../workflows/run-report.ts';
import { instanceId, migrateResourcesId } from '../../workflows/workflow-ids.ts';
import {
  type Interference,
  lentRoles,
  type MigrationHandle,
  type MovingRun,
  movingRun,
  servers,
} from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

describe('A role that is lent to the mover', () => {
  let run: MovingRun;

  /** The registry of a pair of clouds looks every ten minutes for runs that were terminated; here, without waiting. */
  const lookingOften = () =>
    run.temporal.client.workflow.executeUpdateWithStart('return-roles', {
      args: [{ holder: 'nobody' }],
      startWorkflowOperation: new WithStartWorkflowOperation('claims', {
        workflowId: claimsId(run.source.name, run.target.name),
        taskQueue: run.taskQueue,
        args: [{ claims: {}, loans: {}, betweenLooksMs: 500 }],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
  const progress = (handle: MigrationHandle) => handle.query<RunProgress, []>('progress').catch(() => undefined);
  const atGate = async (handle: MigrationHandle) => {
    while ((await progress(handle))?.gate?.name !== 'delete-source')
      await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const none = async () => {
    while (lentRoles(run).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const keys = () => run.target.state.nova.keyPairs.all().map(({ name }) => name);

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 1, { volumes: [], servers: [server()] })));
  }, 180_000);
  beforeEach(() => expect(lentRoles(run)).toEqual([]));
  afterAll(() => run.close());

  test('is taken back, as is a key that was lent for a boot, when both runs were terminated in its middle', async () => {
    let booting: () => void = () => undefined;
    const atBoot = new Promise<void>((resolve) => {
      booting = resolve;
    });
    // Nobody can log in as the owner: it is the mover who boots.
    const [owner] = run.source.state.identity.users.where('name', 'acme-ann');
    if (owner !== undefined) run.source.state.identity.users.change(owner, { enabled: false });
    // Who boots does not come to take it back either.
    for (const [method, path] of [
      ['post', '/servers$'],
      ['delete', '/os-keypairs/'],
    ] as const) {
      const fault = { kind: 'status', status: 503 } as const;
      run.simulator.faults.add({ cloud: run.target.name, service: 'compute', method, path, fault });
    }
    const watching: Interference = (activity) => {
      if (activity === 'bootServer') booting();
      return undefined;
    };
    await run.working(async () => {
      await lookingOften();
      const handle = await run.migrate('acme');
      await atBoot;
      while (!keys().some((name) => name.startsWith('pumphouse-lent')))
        await new Promise((resolve) => setTimeout(resolve, 20));
      const [instance] = await servers(run.sourceCloud);
      const child = instanceId(run.source.name, run.target.name, instance?.id ?? '');
      await run.temporal.client.workflow.getHandle(child).terminate('by the test');
      await handle.terminate('by the test');
      await none();
    }, watching);
    expect(keys()).toContainEqual(expect.stringContaining('pumphouse-lent'));
    run.simulator.faults.clear();
    await run.working(async () => {
      expect(await (await run.rollback('acme')).result()).toMatchObject({ kind: 'rollback' });
    });
    expect(keys()).toEqual([]);
    const [instance] = await servers(run.sourceCloud);
    expect(instance?.attributes).toMatchObject({ vmState: 'active', locked: false });
    if (owner !== undefined) run.source.state.identity.users.change(owner, { enabled: true });
  }, 90_000);

  test('is there while it works, in both clouds, and given back when it is rejected, cancelled, or has failed', async () => {
    await run.working(async () => {
      const rejected = await run.migrate('acme', { keepSource: false });
      await atGate(rejected);
      expect(lentRoles(run)).toHaveLength(2);
      await rejected.signal('reject', 'delete-source');
      expect(await rejected.result()).toMatchObject({ outcome: 'compensated' });
      expect(lentRoles(run)).toEqual([]);

      const cancelled = await run.migrate('acme', { keepSource: false });
      await atGate(cancelled);
      await cancelled.cancel();
      await expect(cancelled.result()).rejects.toThrow();
      expect(lentRoles(run)).toEqual([]);
    });
    const failing: Interference = (activity) => {
      if (activity === 'bootServer') throw ApplicationFailure.nonRetryable('refused by the test', 'forbidden');
      return undefined;
    };
    await run.working(async () => {
      const failed = await run.migrate('acme');
      expect(await failed.result()).toMatchObject({ outcome: 'partly' });
    }, failing);
    expect(lentRoles(run)).toEqual([]);
    await run.working(async () => (await run.rollback('acme')).result());
  }, 180_000);

  test('stays with another run of the same tenant that ends later', async () => {
    await run.working(async () => {
      const [instance] = await servers(run.sourceCloud);
      const part = await migrateInstance(instance?.id ?? '');
      await atGate(part);
      expect(await (await run.migrate('acme')).result()).toMatchObject({ outcome: 'done' });
      expect(lentRoles(run)).toHaveLength(2);
      await part.signal('reject', 'delete-source');
      expect(await part.result()).toMatchObject({ outcome: 'compensated' });
      expect(lentRoles(run)).toEqual([]);
      await (await run.rollback('acme')).result();
    });
  }, 240_000);

  test('is not taken where the mover had it before', async () => {
    const { identity, random } = run.source.state;
    const [mover] = identity.users.where('name', run.source.credentials.username);
    const [member] = identity.roles.where('name', 'member');
    const [project] = identity.projects.where('name', 'acme');
    const assignment = identity.assignments.add({
      id: random.id32(),
      ...{ actor: 'user', actorId: mover?.id ?? '', target: 'project', targetId: project?.id ?? '' },
      ...{ roleId: member?.id ?? '', inherited: false },
    });
    await run.working(async () => {
      expect(await (await run.migrate('acme')).result()).toMatchObject({ outcome: 'done' });
      expect(lentRoles(run)).toEqual([`${run.source.name}/${project?.id}`]);
      await (await run.rollback('acme')).result();
      expect(lentRoles(run)).toEqual([`${run.source.name}/${project?.id}`]);
    });
    identity.assignments.remove(assignment.id);
  }, 240_000);

  function server() {
    return {
      name: 'acme-1',
      image: 'cirros',
      flavor: 'm1.tiny',
      networks: [{ name: 'acme-net' }],
      keypair: 'key',
    };
  }

  function migrateInstance(id: string): Promise<MigrationHandle> {
    const [source, target] = [run.source.name, run.target.name];
    const request: MigrateRequest = {
      ...{ source, target, what: 'instance acme-1', policy: movePolicy({}), gates: {}, keepSource: false },
      selection: { kind: 'resources', type: 'server', ids: [id] },
      approved: { plan: { by: 'the test' } },
      dataTaskQueue: run.taskQueue,
    };
    return run.temporal.client.workflow.start<typeof migrateResources>('migrateResources', {
      workflowId: migrateResourcesId(source, target, ['server', id]),
      taskQueue: run.taskQueue,
      args: [request],
    });
  }
});
