import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generate } from '../../simulator/index.ts';
import type { RunReport } from '../../workflows/run-report.ts';
import { everything, type MovingRun, movingRun, portrait } from './moving-run.ts';

describe('A tenant that is moved', () => {
  let run: MovingRun;
  beforeAll(async () => {
    run = await movingRun(generate({ instances: 8, tenants: 2, seed: 'move' }));
  }, 60_000);
  afterAll(() => run.close());

  test('is in the target as it was in the source, which is stopped and locked', async () => {
    const { result, report } = await run.working(async () => {
      const handle = await run.migrate('t0001');
      const result = await handle.result();
      return { result, report: await handle.query<RunReport, []>('report') };
    });
    expect(report.outcomes.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    expect(result.outcome).toBe('done');
  }, 120_000);
});
