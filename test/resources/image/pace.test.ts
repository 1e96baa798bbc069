import { expect, it } from '@jest/globals';
import { Pace } from '../../../resources/image/pace.ts';

const { signal } = new AbortController();

function paceAt(bytesPerSecond?: number) {
  let nowMs = 0;
  const waits: number[] = [];
  const pace = new Pace(bytesPerSecond, { now: () => nowMs, wait: async (ms) => waits.push(ms) });
  return { pace, waits, pass: (ms: number) => (nowMs += ms) };
}

it("lets a second's worth pass at once, and then makes all who take wait their turn", async () => {
  const { pace, waits } = paceAt(1000);
  await pace.take(1000, signal);
  await pace.take(500, signal);
  await pace.take(500, signal);
  expect(waits).toEqual([500, 1000]);
});

it('saves up no more than a second in a rest', async () => {
  const { pace, waits, pass } = paceAt(1000);
  pass(60_000);
  await pace.take(1500, signal);
  expect(waits).toEqual([500]);
});

it('waits for nothing without a limit, and no longer than its caller', async () => {
  const { pace, waits } = paceAt();
  await pace.take(1e12, signal);
  expect(waits).toEqual([]);
  await expect(new Pace(1).take(1e6, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
});
