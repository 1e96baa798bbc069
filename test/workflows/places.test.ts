import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { placesId } from '../../planning/claims-id.ts';
import { type MovingRun, movingRun } from './moving-run.ts';
import { smallCloud } from './small-tenant.ts';

/** Temporal suggests a new execution long before it refuses the two thousandth update. */
const INSTANCES = 500;

let run: MovingRun;
beforeAll(async () => {
  run = await movingRun(smallCloud());
}, 180_000);
afterAll(() => run.close());

test('instances without end get their turn, and one that is under way keeps its place', async () => {
  await run.working(async () => {
    const workflowId = placesId(run.source.name, run.target.name);
    const started = await run.temporal.client.workflow.start('places', {
      workflowId,
      taskQueue: run.taskQueue,
      args: [],
    });
    const ask = (update: string, holder: number, most = 2) => {
      const places = [{ key: 'host compute-1', most }];
      const request = update === 'enter' ? { holder: `instance/${holder}`, places } : { holder: `instance/${holder}` };
      return run.temporal.client.workflow.getHandle(workflowId).executeUpdate(update, { args: [request] });
    };
    await ask('enter', 0);
    for (let holder = 1; holder <= INSTANCES; holder++) {
      await ask('enter', holder);
      await ask('leave', holder);
    }
    const { runId } = await run.temporal.client.workflow.getHandle(workflowId).describe();
    expect(runId).not.toBe(started.firstExecutionRunId);
    await expect(ask('enter', 1, 1)).rejects.toMatchObject({
      cause: { message: 'host compute-1 has its 1 moves under way: it waits' },
    });
    await ask('leave', 0);
    await ask('enter', 1, 1);
    await ask('leave', 1);
  });
}, 240_000);
