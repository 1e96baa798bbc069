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
  { selection, policy }: MigrateRequest,
  type: ResourceTypeName,
  from: number,
): AsyncGenerator<EntriesPage, undefined> {
  if (run.plan?.counts[type] === undefined) return undefined;
  for (let offset = from, isLast = false; !isLast; ) {
    const summary = `plan of type ${type}${offset === 0 ? '' : `, from ${offset} on`}`;
    const page = await planning.planPage.executeWithOptions({ summary }, [
      { ...run.move, selection, policy, type, offset, limit: PAGE_SIZE },
    ]);
    const entries = page.entries.map((entry) => ({ ...entry, name: entry.name || (entry.label ?? '') }));
    if (entries.length > 0) yield { entries, offset };
    offset += page.entries.length;
    isLast = page.isLast || page.entries.length === 0;
  }
  return undefined;
}
