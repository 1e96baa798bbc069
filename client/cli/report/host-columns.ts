import type { HostStep } from '../../../workflows/run-report.ts';
import { column } from '../output/column.ts';
import { durationText } from '../progress/amounts.ts';

/** What was done to a machine, in order. Data formats have every key, times in milliseconds. */
export const HOST_COLUMNS = [
  column<HostStep>('step', ({ name }) => name),
  column<HostStep>('state', ({ state }) => state, { whole: true }),
  column<HostStep>('started', ({ startedAt }) => startedAt, { whole: true, shown: 'long' }),
  column<HostStep>('ended', ({ endedAt }) => endedAt, { whole: true, shown: 'long' }),
  column<HostStep>('took', (step) => tookMs(step, durationText), { whole: true, shown: 'table' }),
  column<HostStep>('duration_ms', (step) => tookMs(step, (ms) => ms), { shown: 'data' }),
  column<HostStep>('detail', ({ detail }) => detail),
];

function tookMs<T>({ startedAt, endedAt }: HostStep, tell: (ms: number) => T): T | undefined {
  return endedAt === undefined ? undefined : tell(Date.parse(endedAt) - Date.parse(startedAt));
}
