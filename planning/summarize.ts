import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { Plan } from './make-plan.ts';
import type { ActionCounts, PlanEntry, PlanSummary, PlanWarning } from './plan.ts';
import { digestOfPlan } from './plan-digest.ts';
import { shortened } from './shortened.ts';

/** Of warnings and of conflicts, each; in bytes, so that the whole stays well below the 256 KiB of a payload. */
const LISTED = 100;
const LISTED_BYTES = 80 * 1024;

/** What a run needs to know of a plan before it begins: counts, what will go wrong, and the digest. */
export function summarize({ entries, warnings }: Pick<Plan, 'entries' | 'warnings'>): PlanSummary {
  const allConflicts = entries.filter(({ action }) => action === 'conflict');
  const conflicts = listed(allConflicts.slice(0, LISTED).map(shortened));
  const gravest = listed([...warnings].sort((a, b) => gravity(a) - gravity(b)));
  return {
    digest: digestOfPlan(entries),
    counts: countsOf(entries),
    done: doneOf(entries),
    sizeBytes: bytesOf(entries),
    imageBytes: bytesOf(entries.filter(({ type }) => type === 'image')),
    warnings: gravest,
    conflicts,
    left: { warnings: warnings.length - gravest.length, conflicts: allConflicts.length - conflicts.length },
    isDone: entries.every(({ action }) => action === 'skip' || action === 'adopt'),
  };
}

function bytesOf(entries: readonly PlanEntry[]): number {
  return entries.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
}

function listed<T>(items: readonly T[]): readonly T[] {
  let bytes = 0;
  const room = items.slice(0, LISTED).findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return bytes > LISTED_BYTES;
  });
  return items.slice(0, room === -1 ? LISTED : room);
}

function gravity({ severity }: PlanWarning): number {
  return severity === 'blocking' ? 0 : 1;
}

function doneOf(entries: readonly PlanEntry[]): NonNullable<PlanSummary['done']> {
  const done: { [T in ResourceTypeName]?: number } = {};
  for (const { type, isDone } of entries) if (isDone === true) done[type] = (done[type] ?? 0) + 1;
  return done;
}

function countsOf(entries: readonly PlanEntry[]): PlanSummary['counts'] {
  const counts: { [T in ResourceTypeName]?: ActionCounts } = {};
  for (const { type, action } of entries) {
    const known = counts[type] ?? {};
    counts[type] = { ...known, [action]: (known[action] ?? 0) + 1 };
  }
  return counts;
}
