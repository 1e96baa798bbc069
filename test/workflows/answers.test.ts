import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { RunProgress, RunReport } from '../../workflows/run-report.ts';
import { type MigrationHandle, type MovingRun, movingRun, portrait, servers } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

/** Whatever somebody may type after `--input`. */
const NONSENSE: readonly unknown[] = [
  ...[42, null, true, [], ['plan', 'plan'], '', 'nowhere', { gate: 7 }, { gate: 'nowhere' }, { gate: null }],
  { by: 3, comment: ['x'] },
];

async function until(
  handle: Pick<MigrationHandle, 'query'>,
  isIt: (progress: RunProgress) => boolean,
): Promise<RunProgress> {
  for (;;) {
    const progress = await handle.query<RunProgress, []>('progress');
    if (isIt(progress)) return progress;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('A run that is answered', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 3)));
    before = await look();
  }, 180_000);
  afterAll(() => run.close());

  test('with nonsense goes on waiting, and says what it did not understand', async () => {
    await run.working(async () => {
      const handle = await run.migrate('acme', { approved: {} });
      await until(handle, ({ gate }) => gate?.name === 'plan');
      for (const nonsense of NONSENSE) {
        const { misunderstood } = await handle.query<RunProgress, []>('progress');
        await handle.signal('approve', nonsense);
        const progress = await until(handle, (now) => now.misunderstood.join() !== misunderstood.join());
        expect(progress).toMatchObject({ stage: 'gate', gate: { name: 'plan' } });
      }
      await handle.signal('skip', 'plan');
      const skipped = await until(handle, ({ misunderstood }) => misunderstood.join().includes('skip'));
      expect(skipped.misunderstood.at(-1)).toContain('what gate plan takes is approve, reject');
      for (const signal of ['pause', 'resume']) for (const nonsense of NONSENSE) await handle.signal(signal, nonsense);
      await handle.signal('reject', 'plan');
      expect((await handle.result()).gates).toMatchObject([{ gate: 'plan', verdict: 'reject', by: 'unsigned' }]);
    });
    expect(await look()).toEqual(before);
  }, 180_000);

  test('by nobody counts as rejected after the time limit, and reminds before', async () => {
    await run.working(async () => {
      const gates = { plan: { timeLimitMs: 1_500, reminderMs: 400 } };
      const handle = await run.migrate('acme', { approved: {}, gates });
      const { gate } = await until(handle, (progress) => progress.gate?.name === 'plan');
      expect(Date.parse(gate?.until ?? '') - Date.parse(gate?.since ?? '')).toBe(1_500);
      const result = await handle.result();
      expect(result.outcome).toBe('compensated');
      expect(result.gates).toMatchObject([{ verdict: 'reject', by: 'time limit', comment: 'nobody answered in time' }]);
      const { events } = await handle.fetchHistory();
      const reminders = (events ?? []).filter(({ timerFiredEventAttributes }) => timerFiredEventAttributes != null);
      expect(reminders.length).toBeGreaterThanOrEqual(3);
    });
    expect(await look()).toEqual(before);
  }, 180_000);

  test('with a pause begins nothing new until it is resumed, and with skip keeps the sources', async () => {
    const begun = new Set<unknown>();
    let first: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      first = resolve;
    });
    await run.working(
      async () => {
        const handle = await run.migrate('acme', {
          keepSource: false,
          policy: movePolicy({ server: { concurrency: 1 } }),
        });
        await hasBegun;
        await handle.signal('pause');
        const paused = await until(handle, ({ counts, running }) => counts.server?.done === 1 && running.length === 0);
        expect(paused).toMatchObject({ paused: true, stage: 'instances' });
        expect(begun.size).toBe(1);
        await handle.signal('resume', 'anything');
        await until(handle, ({ gate }) => gate?.name === 'delete-source');
        await handle.signal('skip', { gate: 'delete-source', by: 'ann' });
        const result = await handle.result();
        expect(result).toMatchObject({ outcome: 'done', sourcesKept: 3 });
        expect(result.gates.at(-1)).toMatchObject({ gate: 'delete-source', verdict: 'skip', by: 'ann' });
      },
      (activity, { id }) => {
        if (activity !== 'inspectServer') return undefined;
        begun.add(id);
        first();
        return undefined;
      },
    );
    const kept = await servers(run.sourceCloud);
    expect(kept.map(({ attributes }) => [attributes.vmState, attributes.locked])).toEqual(
      Array.from({ length: 3 }, () => ['stopped', true]),
    );
  }, 240_000);

  test('by finalize afterwards has its sources deleted, once somebody approves', async () => {
    await run.working(async () => {
      const refused = await run.finalize('acme');
      await until(refused, ({ gate }) => gate?.name === 'delete-source');
      await refused.signal('reject', 'delete-source');
      expect((await refused.result()).outcome).toBe('compensated');
      expect(await servers(run.sourceCloud)).toHaveLength(3);

      const handle = await run.finalize('acme');
      await until(handle, ({ gate }) => gate?.name === 'delete-source');
      await handle.signal('approve', { gate: 'delete-source', by: 'ann' });
      expect(await handle.result()).toMatchObject({ kind: 'finalize', outcome: 'done', sourcesKept: 0 });
    });
    expect(await servers(run.sourceCloud)).toEqual([]);
    expect(await servers(run.targetCloud)).toHaveLength(3);
  }, 180_000);

  test('by rollback after that is told that nothing can be brought back, and keeps its copies', async () => {
    await run.working(async () => {
      const handle = await run.rollback('acme');
      expect((await handle.result()).outcome).toBe('partly');
      const { outcomes } = await handle.query<RunReport, []>('report');
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['left', 'left', 'left']);
      for (const { error } of outcomes) expect(error).toContain('its source is deleted');
      const again = await run.finalize('acme');
      expect((await again.result()).outcome).toBe('nothing-to-do');
    });
    expect(await servers(run.targetCloud)).toHaveLength(3);
  }, 180_000);
});
