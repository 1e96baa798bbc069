import { describe, expect, test } from '@jest/globals';
import { Outcomes } from '../../workflows/outcomes.ts';

const VOLUME = { type: 'volume', id: 'v1', name: 'data' } as const;

describe('What failed and is tried once more', () => {
  test('is told once when it fails again', () => {
    const outcomes = new Outcomes(undefined, () => undefined);
    outcomes.finish(VOLUME, { outcome: 'failed', error: 'no valid host' });
    outcomes.takeBack(VOLUME, 'failed');
    outcomes.finish(VOLUME, { outcome: 'failed', error: 'no valid host' });
    expect(outcomes.failures).toEqual(['volume data: no valid host']);
    expect(outcomes.counts.volume).toMatchObject({ failed: 1 });
  });

  test('is told no more when it is done in the end', () => {
    const outcomes = new Outcomes(undefined, () => undefined);
    outcomes.finish(VOLUME, { outcome: 'failed', error: 'no valid host' });
    outcomes.takeBack(VOLUME, 'failed');
    outcomes.finish(VOLUME, { outcome: 'done' });
    expect(outcomes.failures).toEqual([]);
  });
});
