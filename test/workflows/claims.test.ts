import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { claimsId } from '../../planning/claims-id.ts';
import { type MovingRun, movingRun } from './moving-run.ts';
import { smallCloud } from './small-tenant.ts';

const NETWORK = 'network/one';
const MARK = '0123456789abcdef';

describe('What a run asks for twice, since the first answer was lost', () => {
  let run: MovingRun;
  /** As the activities of a run ask. */
  const ask = <Answer>(update: string, request: object): Promise<Answer> =>
    run.temporal.client.workflow.executeUpdateWithStart<() => Promise<void>, Answer, [object]>(update, {
      args: [request],
      startWorkflowOperation: new WithStartWorkflowOperation('claims', {
        workflowId: claimsId(run.source.name, run.target.name),
        taskQueue: run.taskQueue,
        args: [],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
  const claim = (holder: string) => ask<void>('claim', { holder, keys: [NETWORK] });
  const giveUp = (holder: string, made: readonly string[]) =>
    ask<readonly object[]>('release', { holder, run: MARK, made, undo: true });

  beforeAll(async () => {
    run = await movingRun(smallCloud());
  }, 180_000);
  afterAll(() => run.close());

  test('is answered as before: what it may remove it may still remove, and what others use stays theirs', async () => {
    await run.working(async () => {
      await claim('first');
      await claim('first');
      const free = [{ key: NETWORK, run: MARK }];
      expect(await giveUp('first', [NETWORK])).toEqual(free);
      expect(await giveUp('first', [NETWORK])).toEqual(free);
      await ask('removed', { holder: 'first', keys: [NETWORK] });
      // Made anew by others, before the first hears that it was understood.
      await claim('second');
      await claim('third');
      await ask('removed', { holder: 'first', keys: [NETWORK] });
      expect(await giveUp('second', [NETWORK])).toEqual([]);
      expect(await giveUp('third', [])).toEqual(free);
      await ask('removed', { holder: 'third', keys: [NETWORK] });
    });
  }, 180_000);
});
