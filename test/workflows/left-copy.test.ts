import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { RunProgress, RunReport } from '../../workflows/run-report.ts';
import { type Interference, lentRoles, type MovingRun, movingRun, servers } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

const WHY = 'its move to';

describe('An instance whose move failed and could not be undone', () => {
  let run: MovingRun;
  let unlucky: string;
  const refusing: Interference = (activity, { id }) => {
    if (id === unlucky && (activity === 'settleServer' || activity === 'removeServer'))
      throw ApplicationFailure.nonRetryable('refused by the test', 'forbidden');
    return undefined;
  };
  const stateOf = async (cloud: MovingRun['sourceCloud']) =>
    (await servers(cloud)).map(({ name, attributes }) => `${name} ${attributes.vmState}`).sort();

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 2)));
    unlucky = (await servers(run.sourceCloud)).find(({ name }) => name === 'acme-2')?.id ?? '';
  }, 60_000);
  afterAll(() => run.close());

  test('is not deleted in the source with its siblings: its copy is not what it was', async () => {
    const { outcomes, result } = await run.working(async () => {
      const handle = await run.migrate('acme', { keepSource: false });
      for (;;) if ((await handle.query<RunProgress, []>('progress')).gate?.name === 'delete-source') break;
      await handle.signal('approve', 'delete-source');
      expect((await handle.result()).outcome).toBe('partly');
      return handle.query<RunReport, []>('report');
    }, refusing);
    const told = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
    expect(told.get('acme-1')?.outcome).toBe('deleted');
    expect(told.get('acme-2')?.outcome).toBe('left');
    expect(told.get('acme-2')?.error).toContain('IT IS NOT AS IT WAS');
    expect(result?.notes.join('\n')).toContain(`acme-2 is not deleted in ${run.source.name}: ${WHY}`);
    expect(await stateOf(run.sourceCloud)).toEqual(['acme-2 stopped']);
    expect(await stateOf(run.targetCloud)).toEqual(['acme-1 active', 'acme-2 active']);
  }, 120_000);

  test('is not deleted by finalize weeks later either, and comes back by a rollback', async () => {
    await run.working(async () => {
      const finalize = await run.finalize('acme');
      for (;;) if ((await finalize.query<RunProgress, []>('progress')).gate?.name === 'delete-source') break;
      await finalize.signal('approve', 'delete-source');
      expect((await finalize.result()).outcome).toBe('partly');
      const { outcomes } = await finalize.query<RunReport, []>('report');
      expect(outcomes.map(({ error }) => error)).toEqual([expect.stringContaining(WHY)]);
      expect(await stateOf(run.sourceCloud)).toEqual(['acme-2 stopped']);
      expect((await (await run.rollback('acme')).result()).outcome).toBe('partly');
    });
    expect(await stateOf(run.sourceCloud)).toEqual(['acme-2 active']);
    expect(await stateOf(run.targetCloud)).toEqual(['acme-1 active']);
    expect(lentRoles(run)).toEqual([]);
  }, 120_000);
});
