import { describe, expect, test } from '@jest/globals';
import { Outcomes } from '../../workflows/outcomes.ts';

const web = { type: 'server', id: 's1', name: 'web-1' } as const;
const inside = { type: 'network', id: 'n1', name: 'inside' } as const;

function outcomesOf(servers: number): Outcomes {
  const outcomes = new Outcomes(undefined, () => undefined);
  outcomes.expect('server', servers);
  return outcomes;
}

describe('what a run tells of each resource', () => {
  test('that undoes itself is no longer what it had done', () => {
    const outcomes = outcomesOf(1);
    outcomes.finish({ ...web, action: 'create' }, { outcome: 'done', targetId: 't1' });
    outcomes.takenBack(web, { outcome: 'started-again' }, true);
    expect(outcomes.ended).toEqual([{ ...web, action: 'create', outcome: 'started-again' }]);
    expect(outcomes.counts.server).toEqual({ total: 1, done: 0, failed: 0, skipped: 0 });
    expect(outcomes.hasFailures).toBe(false);
  });

  test('of a rollback is what was removed, started again and kept, and why', () => {
    const outcomes = outcomesOf(1);
    outcomes.takenBack(web, { outcome: 'started-again' }, false);
    outcomes.takenBack(inside, { outcome: 'removed' }, false);
    outcomes.takenBack({ ...inside, id: 'n2' }, { outcome: 'kept', error: 'others use it' }, false);
    expect(outcomes.ended.map(({ outcome, action }) => [outcome, action])).toEqual([
      ['started-again', undefined],
      ['removed', undefined],
      ['kept', undefined],
    ]);
    expect(outcomes.counts).toEqual({
      server: { total: 1, done: 1, failed: 0, skipped: 0 },
      network: { total: 2, done: 1, failed: 0, skipped: 1 },
    });
  });

  test('that could not be taken back is a failure, which a person must look at', () => {
    const outcomes = outcomesOf(1);
    outcomes.finish({ ...web, action: 'create' }, { outcome: 'done' });
    outcomes.takenBack(web, { outcome: 'left', error: 'its copy may run' }, true);
    expect(outcomes.failures).toEqual(['server web-1: its copy may run']);
    expect(outcomes.counts.server).toMatchObject({ done: 0, failed: 1 });
  });

  test('counts a deleted source once, whether this run has moved it or another', () => {
    const finalized = outcomesOf(1);
    finalized.deleted(web, 't1');
    expect(finalized.counts.server).toMatchObject({ total: 1, done: 1 });
    const moved = outcomesOf(1);
    moved.finish({ ...web, action: 'create' }, { outcome: 'done' });
    moved.deleted(web, 't1');
    expect(moved.counts.server).toMatchObject({ total: 1, done: 1 });
  });
});
