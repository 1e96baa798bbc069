import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunProgress, RunReport } from '../../workflows/run-report.ts';
import { everything, type Interference, lentRoles, type MovingRun, movingRun, portrait } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

/** Activities whose first answer is lost: the work is done, and nobody knows. */
const LOST: ReadonlySet<string> = new Set([
  ...['claim', 'lendRoles', 'makeResource', 'updateResource', 'copyImage', 'uploadVolume', 'makeVolume'],
  ...['stopServer', 'snapshotServer', 'copyTransferImage', 'detachSourceAddress', 'bootServer', 'attachTargetAddress'],
  'settleServer',
]);

/** Of a cloud: what there is of each type, by name where it has one. */
async function contents(run: MovingRun): Promise<readonly string[]> {
  return (await everything(run.targetCloud)).map(({ type, name }) => `${type} ${name}`).sort();
}

describe('A run whose workers are lost', () => {
  let run: MovingRun;
  /** What a run leaves in the target whose workers were not. */
  let calm: readonly string[];
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);
  const reset = async () => {
    await run.working(async () => (await run.rollback('acme')).result());
    expect(lentRoles(run)).toEqual([]);
  };

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 2)));
    before = await look();
    await run.working(async () => (await run.migrate('acme')).result());
    calm = await contents(run);
    await reset();
  }, 240_000);
  afterAll(() => run.close());

  test('after they have done something and before they could say so, makes nothing twice', async () => {
    const lost = new Set<string>();
    const losing: Interference = (activity, { type, id }) => {
      const what = `${activity} ${activity === 'makeResource' ? type : ''}`;
      if (!LOST.has(activity) || lost.has(what)) return undefined;
      lost.add(what);
      return () => {
        throw new Error(`lost by the test: ${activity} ${id}`);
      };
    };
    const result = await run.working(async () => (await run.migrate('acme')).result(), losing);
    expect(result).toMatchObject({ outcome: 'done', counts: { server: { done: 2 } } });
    expect([...LOST].filter((activity) => ![...lost].some((what) => what.startsWith(activity)))).toEqual([]);
    expect(await contents(run)).toEqual(calm);
    expect(lentRoles(run)).toEqual([]);
    await reset();
    expect((await look())[0]).toEqual(before[0]);
  }, 180_000);

  test.each(['copyImage', 'snapshotServer', 'bootServer'])(
    'that are stopped during %s, goes on with others as if nothing had been',
    async (during) => {
      let stop: () => void = () => undefined;
      const stopped = new Promise<void>((resolve) => {
        stop = resolve;
      });
      const first = await run.startWorker((activity) => {
        if (activity === during) stop();
        return undefined;
      });
      const handle = await run.migrate('acme');
      await stopped;
      first.worker.shutdown();
      await first.end.catch(() => undefined);
      await run.working(async () => {
        expect(await handle.result()).toMatchObject({ outcome: 'done', counts: { server: { done: 2 } } });
        const { outcomes } = await handle.query<RunReport, []>('report');
        expect(outcomes.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
      });
      expect(await contents(run)).toEqual(calm);
      expect(lentRoles(run)).toEqual([]);
      await reset();
    },
    180_000,
  );

  test('is joined by the same command, not begun again', async () => {
    await run.working(async () => {
      const handle = await run.migrate('acme', { approved: {} });
      const again = await run.migrate('acme', { approved: {} });
      expect(again.firstExecutionRunId).toBe(handle.firstExecutionRunId);
      expect((await again.query<RunProgress, []>('progress')).what).toBe('tenant acme');
      await again.cancel();
      await expect(handle.result()).rejects.toThrow();
    });
  }, 180_000);
});
