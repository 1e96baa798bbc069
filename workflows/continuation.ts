import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { PlanSummary } from '../planning/plan.ts';
import type { MigrationRun } from './migration-run.ts';
import type { Position } from './migration-state.ts';
import type { AfterwardsRequest, MigrateRequest } from './move-requests.ts';

/** Events after which a run continues as new: far below what Temporal warns of (10,240). */
const EVENTS_A_RUN = 4_000;

/** Where a run goes on. */
export interface Whereabouts {
  readonly position: Position;
  readonly plan?: PlanSummary;
}

export function isLong({ eventsARun = EVENTS_A_RUN }: Pick<MigrateRequest, 'eventsARun'>): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength >= eventsARun || continueAsNewSuggested;
}

/** Nothing is under way when this is called. */
export async function continueIfLong(
  run: MigrationRun,
  request: MigrateRequest | AfterwardsRequest,
  whereabouts: Whereabouts,
): Promise<void> {
  if (!isLong(request)) return;
  await condition(allHandlersFinished);
  // The same workflow: what differs between the kinds of runs is in the request.
  await continueAsNew<(next: typeof request) => Promise<unknown>>({ ...request, resume: run.state(whereabouts) });
}

export function isContinued(error: unknown): boolean {
  return error instanceof Error && error.name === 'ContinueAsNew';
}
