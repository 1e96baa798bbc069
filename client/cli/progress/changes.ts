import { RESOURCE_TYPE_NAMES } from '../../../resources/resource-type.ts';
import type { RunProgress } from '../../../workflows/run-report.ts';
import { NO_WORKER } from './no-worker.ts';
import { countText } from './run-totals.ts';

/** What a person is told who sees no block: a line for each thing that is new since the last look. Pure. */
export function changes(before: RunProgress | undefined, now: RunProgress | undefined): readonly string[] {
  if (now === undefined) return [NO_WORKER];
  const had = (list: keyof Pick<RunProgress, 'failures' | 'notes' | 'misunderstood'>) => new Set(before?.[list] ?? []);
  const [failures, notes, misunderstood] = [had('failures'), had('notes'), had('misunderstood')];
  return [
    ...(before?.stage === now.stage ? [] : [`stage ${now.stage}`]),
    ...(before === undefined || before.paused === now.paused ? [] : [now.paused ? 'paused' : 'resumed']),
    ...countChanges(before, now),
    ...stepChanges(before, now),
    ...hostChanges(before, now),
    ...now.failures.flatMap((failure) => (failures.has(failure) ? [] : [`failed: ${failure}`])),
    ...now.notes.flatMap((note) => (notes.has(note) ? [] : [`note: ${note}`])),
    ...now.misunderstood.flatMap((answer) => (misunderstood.has(answer) ? [] : [`not understood: ${answer}`])),
  ];
}

function hostChanges(before: RunProgress | undefined, now: RunProgress): readonly string[] {
  const known = before?.host?.steps ?? [];
  return (now.host?.steps ?? []).flatMap(({ name, state, detail }, index) => {
    if (known[index]?.state === state) return [];
    return [`${name}: ${state}${detail === undefined ? '' : `: ${detail}`}`];
  });
}

function countChanges(before: RunProgress | undefined, now: RunProgress): readonly string[] {
  return RESOURCE_TYPE_NAMES.flatMap((type) => {
    const [then, count] = [before?.counts[type], now.counts[type]];
    if (count === undefined || count.total === 0) return [];
    const text = countText(count);
    return then !== undefined && countText(then) === text ? [] : [`${type} ${text}`];
  });
}

function stepChanges(before: RunProgress | undefined, now: RunProgress): readonly string[] {
  const stepOf = ({ type, id, step }: RunProgress['running'][number]) => `${type}/${id} ${step}`;
  const known = new Set((before?.running ?? []).map(stepOf));
  return now.running.flatMap((each) =>
    known.has(stepOf(each)) ? [] : [`${each.type} ${each.name || each.id}: ${each.step}`],
  );
}
