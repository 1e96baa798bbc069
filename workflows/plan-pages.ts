import type { PlannedEntry } from '../activities/plan-activities.ts';
import { PLACE_WIDTH, type PlanEntry } from '../planning/plan.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { MigrationRun } from './migration-run.ts';
import { planning } from './move-activities.ts';
import type { MigrateRequest } from './move-requests.ts';

/** Enough to keep a window full, few enough for one payload and for a stop between two pages. */
const PAGE_SIZE = 100;

export interface EntriesPage {
  /** Each with its place among the type's entries of the approved plan. */
  readonly entries: readonly PlannedEntry[];
  /** The first place of these, and of those after them. */
  readonly offset: number;
  readonly next: number;
}

/** What was approved of a type, as it is now, page by page. */
export async function* planPages(
  run: MigrationRun,
  request: MigrateRequest,
  type: ResourceTypeName,
  from: number,
): AsyncGenerator<EntriesPage, undefined> {
  const outline = run.outline[type] ?? '';
  const total = outline.length / PLACE_WIDTH;
  for (let offset = from, next = from; offset < total; offset = next) {
    const places = outline.slice(offset * PLACE_WIDTH, (offset + (request.entriesAPage ?? PAGE_SIZE)) * PLACE_WIDTH);
    const page = await planPage(run, request, type, places);
    next = offset + page.covered;
    const start = offset;
    tellGone(run, type, page.covered - page.entries.length);
    yield { entries: page.entries.map(({ place, entry }) => ({ place: start + place, entry })), offset, next };
  }
  return undefined;
}

/** The approved plan's entries at these places. */
export async function planEntriesAt(
  run: MigrationRun,
  request: MigrateRequest,
  type: ResourceTypeName,
  places: readonly number[],
): Promise<ReadonlyMap<number, PlanEntry>> {
  const outline = run.outline[type] ?? '';
  const found = new Map<number, PlanEntry>();
  for (let left = places; left.length > 0; ) {
    const wanted = left.map((at) => outline.slice(at * PLACE_WIDTH, (at + 1) * PLACE_WIDTH)).join('');
    const { entries, covered } = await planPage(run, request, type, wanted);
    for (const { place, entry } of entries) found.set(left[place]!, entry);
    left = left.slice(covered);
  }
  return found;
}

/** What has no name is called as people call it. */
async function planPage(
  run: MigrationRun,
  { selection, policy }: MigrateRequest,
  type: ResourceTypeName,
  outline: string,
) {
  const summary = `plan of ${outline.length / PLACE_WIDTH} of type ${type}`;
  const { entries, covered } = await planning.planPage.executeWithOptions({ summary }, [
    { ...run.move, selection, policy, type, digest: run.plan?.digest ?? '', outline },
  ]);
  const named = entries.map(({ place, entry }) => ({
    place,
    entry: { ...entry, name: entry.name || (entry.label ?? '') },
  }));
  return { entries: named, covered };
}

function tellGone(run: MigrationRun, type: ResourceTypeName, count: number): void {
  if (count === 0) return;
  for (let left = count; left > 0; left--) run.outcomes.leaveOut(type);
  run.note(
    `${count} of type ${type} that the approved plan had ${count === 1 ? 'is' : 'are'} not there, or not needed, any more`,
  );
}
