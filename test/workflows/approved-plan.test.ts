import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Interference, type MovingRun, movingRun, servers } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

/** Ids sort the newcomer before all others: by its place in a list it would be the first to move. */
const NEWCOMER = '00000000-0000-4000-8000-000000000001';

describe('A plan that was approved', () => {
  let run: MovingRun;
  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 2)));
  }, 60_000);
  afterAll(() => run.close());

  const own = (name: string) => run.source.state.nova.servers.find((server) => server.name === name)!;

  test('is what is moved, also by a worker that never saw it: an instance that came later stays as it is, and is told', async () => {
    let isApproved = (): void => undefined;
    const approved = new Promise<void>((resolve) => {
      isApproved = resolve;
    });
    const halting: Interference = (activity) => {
      if (activity !== 'planPage') return undefined;
      isApproved();
      throw new Error('this worker is about to end');
    };
    const migration = await run.migrate('acme');
    await run.working(() => approved, halting);

    const copied = own('acme-2');
    run.source.state.nova.servers.add({ ...copied, id: NEWCOMER, name: 'aaa-newcomer', metadata: {} });
    const result = await run.working(() => migration.result());

    expect(result).toMatchObject({ outcome: 'done', counts: { server: { total: 2, done: 2 } } });
    expect(result.notes.join()).toContain('not moved: server aaa-newcomer; the same command moves what has come');
    expect((await servers(run.targetCloud)).map(({ name }) => name).sort()).toEqual(['acme-1', 'acme-2']);
    expect(own('aaa-newcomer')).toMatchObject({ vmState: 'active', lockedBy: null });
  }, 120_000);
});
