import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { atGate, type MigrationHandle, type MovingRun, movingRun, servers } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

/** Ids sort the newcomer before all others: by its place in a list it would be the first to move. */
const NEWCOMER = '00000000-0000-4000-8000-000000000001';

describe('A plan that was approved', () => {
  let run: MovingRun;
  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 2)));
  }, 180_000);
  afterAll(() => run.close());

  const own = (name: string) => run.source.state.nova.servers.find((server) => server.name === name)!;
  const addNewcomer = () =>
    run.source.state.nova.servers.add({ ...own('acme-2'), id: NEWCOMER, name: 'aaa-newcomer', metadata: {} });
  /** The first worker ends at this activity, without an answer; the next knows nothing of what it knew. */
  const losing = async (at: string, migration: MigrationHandle) => {
    let isReached = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      isReached = resolve;
    });
    await run.working(
      async () => {
        await reached;
        expect((await migration.describe()).status.name).toBe('RUNNING');
      },
      (activity) => {
        if (activity !== at) return undefined;
        isReached();
        throw new Error('this worker is about to end');
      },
    );
  };

  test('beforehand by its digest, and has changed by the time it is kept in mind, is asked', async () => {
    const digest = await run.working(async () => {
      const first = await run.migrate('acme', { approved: {} });
      await atGate(first, 'plan');
      const plan = await first.query<{ digest: string }, []>('plan');
      await first.signal('reject', 'plan');
      await first.result();
      return plan.digest;
    });
    const migration = await run.migrate('acme', { approved: { plan: { by: 'the test', digest } } });
    await losing('outlinePlan', migration);
    addNewcomer();
    const result = await run.working(async () => {
      await atGate(migration, 'plan');
      await migration.signal('reject', 'plan');
      return migration.result();
    });
    expect(result.notes.join()).toContain(`what was approved as plan ${digest} has changed since`);
    expect(await servers(run.targetCloud)).toEqual([]);
    run.source.state.nova.servers.remove(NEWCOMER);
  }, 240_000);

  test('is what is moved, also by a worker that never saw it: an instance that came later stays as it is, and is told', async () => {
    const migration = await run.migrate('acme');
    await losing('planPage', migration);
    addNewcomer();
    const result = await run.working(() => migration.result());

    expect(result).toMatchObject({ outcome: 'done', counts: { server: { total: 2, done: 2 } } });
    expect(result.notes.join()).toContain('not moved: server aaa-newcomer; the same command moves what has come');
    expect((await servers(run.targetCloud)).map(({ name }) => name).sort()).toEqual(['acme-1', 'acme-2']);
    expect(own('aaa-newcomer')).toMatchObject({ vmState: 'active', lockedBy: null });
  }, 240_000);
});
