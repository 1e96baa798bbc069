import type { PlanPage } from '../activities/plan-activities.ts';
import type { PlanEntry } from '../planning/plan.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { MigrationRun } from './migration-run.ts';
import { planning } from './move-activities.ts';
import type { MigrateRequest } from './move-requests.ts';

/** Enough to keep a window full, few enough for one payload and for a stop between two pages. */
const PAGE_SIZE = 100;

export interface EntriesPage {
  readonly entries: readonly PlanEntry[];
  /** Entries of the type before these. */
  readonly offset: number;
}

/** The plan's entries of a type, page by page. What has no name is called as people call it. */
export async function* planPages(
  run: MigrationRun,
  request: MigrateRequest,
  type: ResourceTypeName,
  from: number,
): AsyncGenerator<EntriesPage, undefined> {
  if (run.plan?.counts[type] === undefined) return undefined;
  for (let offset = from, isLast = false; !isLast; ) {
    const page = await planPage(run, request, type, offset);
    if (page.entries.length > 0) yield { entries: page.entries, offset };
    offset += page.entries.length;
    isLast = page.isLast || page.entries.length === 0;
  }
  return undefined;
}

async function planPage(
  run: MigrationRun,
  { selection, policy, entriesAPage: limit = PAGE_SIZE }: MigrateRequest,
  type: ResourceTypeName,
  offset: number,
): Promise<Pick<PlanPage, 'entries' | 'isLast'>> {
  const summary = `plan of type ${type}${offset === 0 ? '' : `, from ${offset} on`}`;
  const { entries, isLast } = await planning.planPage.executeWithOptions({ summary }, [
    { ...run.move, selection, policy, type, offset, limit },
  ]);
  return { entries: entries.map((entry) => ({ ...entry, name: entry.name || (entry.label ?? '') })), isLast };
}

/** The plan's entries at these places, which are in order. */
export async function planEntriesAt(
  run: MigrationRun,
  request: MigrateRequest,
  type: ResourceTypeName,
  places: readonly number[],
): Promise<ReadonlyMap<number, PlanEntry>> {
  const wanted = new Set(places);
  const found = new Map<number, PlanEntry>();
  let from = places[0];
  while (from !== undefined) {
    const { entries, isLast } = await planPage(run, request, type, from);
    const start: number = from;
    for (const [index, entry] of entries.entries()) if (wanted.has(start + index)) found.set(start + index, entry);
    from = isLast || entries.length === 0 ? undefined : places.find((at) => at >= start + entries.length);
  }
  return found;
}
