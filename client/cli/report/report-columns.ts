import type { ResourceOutcome } from '../../../workflows/run-report.ts';
import { column } from '../output/column.ts';
import { durationText } from '../progress/amounts.ts';

/** What became of each resource. Data formats have every key, times in milliseconds. */
export const REPORT_COLUMNS = [
  column<ResourceOutcome>('type', ({ type }) => type, { whole: true }),
  column<ResourceOutcome>('name', ({ name, id }) => name || id),
  column<ResourceOutcome>('id', ({ id }) => id, { shown: 'long', whole: true }),
  column<ResourceOutcome>('action', ({ action }) => action, { whole: true }),
  column<ResourceOutcome>('outcome', ({ outcome }) => outcome.replaceAll('-', ' '), { shown: 'table', whole: true }),
  column<ResourceOutcome>('outcome', ({ outcome }) => outcome, { shown: 'data' }),
  // An assignment's is made of three others, and nobody copies it.
  column<ResourceOutcome>('target_id', ({ type, targetId }) => (type === 'assignment' ? undefined : targetId), {
    shown: 'table',
    whole: true,
  }),
  column<ResourceOutcome>('target_id', ({ targetId }) => targetId, { shown: 'data' }),
  column<ResourceOutcome>('took', ({ durationMs }) => orNothing(durationMs), { shown: 'table', whole: true }),
  column<ResourceOutcome>('duration_ms', ({ durationMs }) => durationMs, { shown: 'data' }),
  column<ResourceOutcome>('downtime', ({ instance }) => orNothing(instance?.downtimeMs), {
    shown: 'table',
    whole: true,
  }),
  column<ResourceOutcome>('downtime_ms', ({ instance }) => instance?.downtimeMs, { shown: 'data' }),
  column<ResourceOutcome>('strategy', ({ instance }) => instance?.strategy, { shown: 'long' }),
  column<ResourceOutcome>('copied_bytes', ({ instance }) => instance?.copiedBytes, { shown: 'long' }),
  column<ResourceOutcome>('not_kept', notKept, { shown: 'table' }),
  column<ResourceOutcome>('fidelity', ({ fidelity }) => fidelity, { shown: 'long' }),
  column<ResourceOutcome>('error', ({ error }) => error, { heading: 'Why' }),
  column<ResourceOutcome>('notes', ({ notes }) => notes, { shown: 'long' }),
];

function orNothing(durationMs: number | undefined): string | undefined {
  return durationMs === undefined ? undefined : durationText(durationMs);
}

function notKept({ fidelity }: ResourceOutcome): string | undefined {
  if (fidelity === undefined) return undefined;
  const counts = [
    [fidelity.changed.length, 'changed'],
    [fidelity.lost.length, 'lost'],
  ] as const;
  return counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ') || undefined;
}
