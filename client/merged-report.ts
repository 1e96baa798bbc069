import type { ReportPage } from '../workflows/run-messages.ts';
import type { ResourceOutcome, RunProgress, RunReport, RunResult } from '../workflows/run-report.ts';

/** What became of everything that a run was asked to move. */
export interface MigrationReport {
  /** Absent while it runs. */
  readonly result?: RunResult;
  readonly progress: RunProgress;
  /** In the order in which they were dealt with; what was tried again stands once, as it ended. */
  readonly outcomes: readonly ResourceOutcome[];
  /** What could not be fetched, one sentence each. */
  readonly notes: readonly string[];
}

/** Asks an execution of the run for a page; without a run id the newest. */
export type AskForPage = (page: ReportPage, runId?: string) => Promise<RunReport>;

/** Outcomes with their differences stay far below what a payload may have. */
const PAGE = 100;

/** A run that continued as new has its earlier outcomes in earlier executions: fetched page by page, and merged. */
export async function mergedReport(ask: AskForPage): Promise<MigrationReport> {
  const newest = await ask({ offset: 0, limit: PAGE });
  const merged = new Map<string, ResourceOutcome>();
  const notes: string[] = [];
  const add = (outcomes: readonly ResourceOutcome[]) => {
    for (const outcome of outcomes) {
      const key = `${outcome.type}/${outcome.id}`;
      merged.set(key, asOne(merged.get(key), outcome));
    }
  };
  for (const runId of newest.earlier) {
    try {
      for await (const page of pages(ask, runId)) add(page);
    } catch {
      notes.push(`what execution ${runId} of this run has moved cannot be fetched any more`);
    }
  }
  add(newest.outcomes);
  for await (const page of pages(ask, undefined, newest)) add(page);
  const { result, progress } = newest;
  return { ...(result === undefined ? {} : { result }), progress, outcomes: [...merged.values()], notes };
}

/** As within one execution: what was moved and then only found, or whose source was deleted, is told as it was moved. */
function asOne(earlier: ResourceOutcome | undefined, later: ResourceOutcome): ResourceOutcome {
  if (earlier?.outcome !== 'done') return later;
  if (later.outcome === 'done') return earlier;
  if (later.outcome === 'deleted') return { ...earlier, outcome: 'deleted' };
  return earlier.action === undefined ? later : { action: earlier.action, ...later };
}

async function* pages(
  ask: AskForPage,
  runId: string | undefined,
  first?: RunReport,
): AsyncIterable<readonly ResourceOutcome[]> {
  for (let offset = first?.outcomes.length ?? 0, total = first?.total ?? Number.POSITIVE_INFINITY; offset < total; ) {
    const page = await ask({ offset, limit: PAGE }, runId);
    if (page.outcomes.length === 0) return;
    yield page.outcomes;
    offset += page.outcomes.length;
    total = page.total;
  }
}
