import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PumphouseClient } from '../../client/pumphouse-client.ts';
import { type Interference, lentRoles, type MovingRun, movingRun, portrait, servers } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

const INSTANCES = 5;

/** A new execution after every second instance. */
const CONTINUING = { eventsARun: 40, entriesAPage: 2 };

describe('A run that takes back or ends the moves of many instances', () => {
  let run: MovingRun;
  let before: readonly string[];
  const executionsOf = async ({ workflowId }: { readonly workflowId: string }) => {
    let count = 0;
    for await (const _ of run.temporal.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) count += 1;
    return count;
  };
  /** What became of the instances, over all executions. */
  const told = async ({ workflowId }: { readonly workflowId: string }) => {
    const { outcomes, progress } = await (await new PumphouseClient(run.temporal.client).run(workflowId)).report();
    const ofServers = outcomes.filter(({ type }) => type === 'server').map(({ outcome }) => outcome);
    return { outcomes: ofServers, counts: progress.counts.server };
  };
  const all = (outcome: string) => Array.from({ length: INSTANCES }, () => outcome);
  const counts = { total: INSTANCES, done: INSTANCES, failed: 0, skipped: 0 };

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', INSTANCES)));
    before = await portrait(run.sourceCloud);
  }, 180_000);
  afterAll(() => run.close());

  test('continues as new between them, and brings all back', async () => {
    await run.working(async () => {
      expect(await (await run.migrate('acme')).result()).toMatchObject({ outcome: 'done' });
      const rollback = await run.rollback('acme', CONTINUING);
      expect(await rollback.result()).toMatchObject({ outcome: 'done' });
      expect(await executionsOf(rollback)).toBeGreaterThan(2);
      expect(await told(rollback)).toEqual({ outcomes: all('started-again'), counts });
    });
    expect(await portrait(run.sourceCloud)).toEqual(before);
    expect(await servers(run.targetCloud)).toEqual([]);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);

  test('and deletes all sources', async () => {
    await run.working(async () => {
      const approved = { plan: { by: 'the test' }, 'delete-source': { by: 'the test' } };
      expect(await (await run.migrate('acme', { approved })).result()).toMatchObject({ outcome: 'done' });
      const finalize = await run.finalize('acme', { ...CONTINUING, approved });
      expect(await finalize.result()).toMatchObject({ outcome: 'done', sourcesKept: 0 });
      expect(await executionsOf(finalize)).toBeGreaterThan(2);
      expect(await told(finalize)).toEqual({ outcomes: all('deleted'), counts });
    });
    expect(await servers(run.sourceCloud)).toEqual([]);
    expect(await servers(run.targetCloud)).toHaveLength(INSTANCES);
  }, 240_000);
});

describe('A run that is cancelled while it deletes sources', () => {
  let run: MovingRun;
  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', INSTANCES)));
  }, 180_000);
  afterAll(() => run.close());

  test('takes no copy away, also in an execution that has just begun', async () => {
    const approved = { plan: { by: 'the test' }, 'delete-source': { by: 'the test' } };
    const migration = await run.migrate('acme', { ...CONTINUING, approved, keepSource: false });
    let deleted = 0;
    let isCancelled = false;
    const cancelling: Interference = (activity) => {
      if (activity === 'deleteSourceServer') deleted += 1;
      if (activity !== 'movedServers' || deleted === 0 || isCancelled) return undefined;
      isCancelled = true;
      void run.temporal.client.workflow.getHandle(migration.workflowId).cancel();
      throw new Error('the cloud is slow just now');
    };
    await run.working(() => expect(migration.result()).rejects.toThrow(), cancelling);
    expect(deleted).toBeGreaterThan(0);
    const left = await servers(run.sourceCloud);
    expect(left.map(({ attributes }) => attributes.vmState)).toEqual(left.map(() => 'stopped'));
    expect(left).toHaveLength(INSTANCES - deleted);
    const copies = await servers(run.targetCloud);
    expect(copies.map(({ attributes }) => attributes.vmState)).toEqual(copies.map(() => 'active'));
    expect(copies).toHaveLength(INSTANCES);
  }, 240_000);
});
