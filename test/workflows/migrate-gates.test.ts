import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PlanSummary } from '../../planning/plan.ts';
import { generate } from '../../simulator/index.ts';
import type { RunProgress } from '../../workflows/run-report.ts';
import { atGate, type MovingRun, movingRun, portrait, servers } from './moving-run.ts';

describe('A run that waits for a person', () => {
  let run: MovingRun;
  let before: { readonly source: readonly string[]; readonly target: readonly string[] };

  const look = async () => ({ source: await portrait(run.sourceCloud), target: await portrait(run.targetCloud) });
  beforeAll(async () => {
    run = await movingRun(generate({ instances: 4, tenants: 2, seed: 'gates' }));
    before = await look();
  }, 180_000);
  afterAll(() => run.close());

  test('at the plan says how to answer, takes no answer to another gate, and does nothing when it is rejected', async () => {
    const result = await run.working(async () => {
      const handle = await run.migrate('t0001', { approved: {} });
      const { gate } = await atGate(handle, 'plan');
      expect(gate?.answers[0]).toBe(`pump-runs approve ${handle.workflowId} plan`);
      await handle.signal('approve', { gate: 'delete-source', by: 'ann' });
      const { misunderstood, stage } = await handle.query<RunProgress, []>('progress');
      expect(misunderstood.join()).toContain('approve delete-source: the open gate is plan');
      expect(stage).toBe('gate');
      await handle.signal('reject', { by: 'ann', comment: 'not today' });
      return handle.result();
    });
    expect(result.outcome).toBe('compensated');
    expect(result.gates).toMatchObject([{ gate: 'plan', verdict: 'reject', by: 'ann', comment: 'not today' }]);
    expect(await look()).toEqual(before);
  }, 240_000);

  test('at a plan that is another than the one that was approved beforehand says so, and asks', async () => {
    await run.working(async () => {
      const handle = await run.migrate('t0001', { approved: { plan: { by: 'ann', digest: 'of-yesterday' } } });
      const { notes, gate } = await atGate(handle, 'plan');
      const plan = await handle.query<PlanSummary, []>('plan');
      expect(notes).toEqual([
        `what was approved beforehand as plan of-yesterday has changed since: it is plan ${plan.digest} now, and asked`,
      ]);
      expect(gate?.question).toContain(plan.digest);
      const details = (await handle.query<{ currentDetails: string }, []>('__temporal_workflow_metadata'))
        .currentDetails;
      expect(details).toContain('plan of-yesterday has changed since');
      await handle.signal('reject', 'plan');
      expect((await handle.result()).notes.join()).toContain('plan of-yesterday has changed since');
    });
    expect(await look()).toEqual(before);
  }, 240_000);

  test('at the deletion of the sources undoes everything when it is rejected', async () => {
    const result = await run.working(async () => {
      const handle = await run.migrate('t0001', { keepSource: false });
      await atGate(handle, 'delete-source');
      expect((await servers(run.targetCloud)).length).toBeGreaterThan(0);
      await handle.signal('reject', 'delete-source');
      return handle.result();
    });
    expect(result.outcome).toBe('compensated');
    expect(result.notes.filter((note) => note.startsWith('could not'))).toEqual([]);
    expect(await look()).toEqual(before);
  }, 180_000);

  test('undoes everything when it is cancelled', async () => {
    await run.working(async () => {
      const handle = await run.migrate('t0001', { keepSource: false });
      await atGate(handle, 'delete-source');
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    });
    expect(await look()).toEqual(before);
  }, 180_000);

  test('deletes the sources when that is approved, and nothing else of the source', async () => {
    const inSource = await servers(run.sourceCloud);
    const result = await run.working(async () => {
      const handle = await run.migrate('t0001', { keepSource: false });
      await atGate(handle, 'delete-source');
      await handle.signal('approve', { by: 'ann' });
      return handle.result();
    });
    expect(result).toMatchObject({ outcome: 'done', sourcesKept: 0 });
    const left = (await servers(run.sourceCloud)).map(({ name }) => name);
    expect(left).toEqual(inSource.map(({ name }) => name).filter((name) => !name.startsWith('t0001')));
    const gone = (line: string) => /^(server|port) /.test(line) || / (port|server)/.test(line);
    const rest = (lines: readonly string[]) =>
      lines.filter((line) => !gone(line) && !/^(floating-ip|volume|server-group)/.test(line));
    expect(rest(await portrait(run.sourceCloud))).toEqual(rest(before.source));
  }, 180_000);
});
