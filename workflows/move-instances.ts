import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, isCancellation } from '@temporalio/workflow';
import type { PlanEntry } from '../planning/plan.ts';
import { failureType, MISSING, reasonOf } from './compensations.ts';
import { causeOf, LEFT } from './instance-steps.ts';
import { type MigratedInstance, migrateInstance } from './migrate-instance.ts';
import type { MigrationRun } from './migration-run.ts';
import type { Position } from './migration-state.ts';
import type { MigrateRequest } from './move-requests.ts';
import { planPages } from './plan-pages.ts';
import { claimAndLend, PREPARATION } from './prepare.ts';
import { resourceKey, sourceKey, targetKey } from './search-attributes.ts';
import { slidingWindow } from './window.ts';
import { migrateInstanceId } from './workflow-ids.ts';

/** Every instance in a run of its own, so many at once in all and away from one host. */
export async function moveInstances(
  run: MigrationRun,
  request: MigrateRequest,
  goOn: (position: Position) => Promise<void>,
): Promise<void> {
  const place = PREPARATION.length;
  const start = request.resume?.position;
  const from = start?.step === place ? start.offset : 0;
  const { concurrency, perHost } = request.policy.server;
  run.enter('instances');
  if (from === 0) run.outcomes.expect('server', plannedServers(run));
  for await (const { entries, offset } of planPages(run, request, 'server', from)) {
    await goOn({ step: place, offset });
    await claimAndLend(run, 'server', entries);
    await slidingWindow(
      entries,
      { limit: concurrency, keyOf: ({ host }) => host, perKey: perHost, isOpen: () => run.isOpen },
      (entry) => moveOne(run, request, entry),
    );
  }
}

async function moveOne(run: MigrationRun, request: MigrateRequest, entry: PlanEntry): Promise<void> {
  const { action, isDone, reason, targetId } = entry;
  const there = targetId === undefined ? {} : { targetId };
  if (action === 'conflict') run.outcomes.finish(entry, { outcome: 'failed', error: reason });
  else if (action === 'adopt' || isDone === true) run.outcomes.finish(entry, { outcome: 'done', ...there });
  else if (action === 'skip') run.outcomes.finish(entry, { outcome: 'skipped', error: reason });
  else await moveIt(run, request, entry);
}

async function moveIt(run: MigrationRun, request: MigrateRequest, entry: PlanEntry): Promise<void> {
  const { source, target } = run.move;
  const { id, name } = entry;
  const workflowId = migrateInstanceId(source, target, id);
  run.outcomes.begin(entry, 'move it', workflowId);
  try {
    const moved = await executeChild(migrateInstance, {
      workflowId,
      args: [{ ...run.move, id, name, policy: request.policy.server, dataTaskQueue: request.dataTaskQueue }],
      staticSummary: `Move ${name || id}: ${source} → ${target}`,
      // A run that is terminated must not leave an instance in the middle: the child undoes what it did.
      parentClosePolicy: 'REQUEST_CANCEL',
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      typedSearchAttributes: [
        { key: sourceKey, value: source },
        { key: targetKey, value: target },
        { key: resourceKey, value: `server/${id}` },
      ],
    });
    run.outcomes.finish(entry, outcomeOf(moved));
  } catch (error) {
    if (isCancellation(error)) {
      run.outcomes.finish(entry, { outcome: 'compensated', error: 'the run was cancelled' });
    } else if (error instanceof WorkflowExecutionAlreadyStartedError) {
      run.outcomes.finish(entry, { outcome: 'skipped', error: `another run is moving it: ${workflowId}` });
    } else {
      // It was not touched: what it needs has failed before it.
      const unharmed = causeOf(error) === MISSING ? 'skipped' : 'compensated';
      const outcome = failureType(error) === LEFT ? 'left' : unharmed;
      run.outcomes.finish(entry, { outcome, error: reasonOf(error) });
    }
  }
}

function outcomeOf({ targetId, fidelity, notes, strategy, downtimeMs, copiedBytes }: MigratedInstance) {
  const { kept, changed, lost } = fidelity;
  return {
    outcome: 'done',
    targetId,
    notes,
    fidelity: { kept, changed, lost },
    instance: { strategy, copiedBytes, ...(downtimeMs === undefined ? {} : { downtimeMs }) },
  } as const;
}

function plannedServers(run: MigrationRun): number {
  return Object.values(run.plan?.counts.server ?? {}).reduce((sum, count) => sum + count, 0);
}
