import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, isCancellation } from '@temporalio/workflow';
import type { PlanEntry } from '../planning/plan.ts';
import { failureType, MISSING, reasonOf } from './compensations.ts';
import { causeOf, LEFT } from './instance-steps.ts';
import { type MigratedInstance, type MovedVolume, migrateInstance } from './migrate-instance.ts';
import type { MigrationRun } from './migration-run.ts';
import type { Position } from './migration-state.ts';
import type { MigrateRequest } from './move-requests.ts';
import type { End } from './outcomes.ts';
import { planPages } from './plan-pages.ts';
import { claimAndLend, PREPARATION } from './prepare.ts';
import type { ResourceOutcome } from './run-report.ts';
import { resourceKey, sourceKey, targetKey } from './search-attributes.ts';
import { slidingWindow } from './window.ts';
import { instanceId } from './workflow-ids.ts';

/** Every instance in a run of its own, so many at once in all and away from one host. */
export async function moveInstances(
  run: MigrationRun,
  request: MigrateRequest,
  goOn: (position: Position) => Promise<void>,
): Promise<void> {
  const place = PREPARATION.length;
  const start = request.resume?.position;
  const from = start?.step === place ? start.offset : 0;
  const { concurrency, perHost, onError } = request.policy.server;
  const window = {
    limit: concurrency,
    keyOf: ({ host }: PlanEntry) => host,
    perKey: perHost,
    isOpen: () => run.isOpen,
  };
  run.enter('instances');
  if (from === 0) run.outcomes.expect('server', plannedServers(run));
  for await (const page of planPages(run, request, 'server', from)) {
    await goOn({ step: place, offset: page.offset });
    const entries = page.entries.map(({ entry }) => entry);
    await claimAndLend(run, 'server', entries);
    const again: PlanEntry[] = [];
    await slidingWindow(entries, window, async (entry) => {
      const end = await moveOne(run, request, entry);
      if (end === 'compensated' && onError === 'retry') again.push(entry);
    });
    await slidingWindow(again, window, async (entry) => {
      run.outcomes.takeBack(entry, 'compensated');
      await moveOne(run, request, entry);
    });
  }
}

type OutcomeKind = ResourceOutcome['outcome'];

async function moveOne(run: MigrationRun, request: MigrateRequest, entry: PlanEntry): Promise<OutcomeKind> {
  const { action, isDone, reason, targetId } = entry;
  const there = targetId === undefined ? {} : { targetId };
  const end = await endOf();
  run.outcomes.finish(entry, end);
  return end.outcome;

  async function endOf(): Promise<End> {
    if (action === 'conflict') return { outcome: 'failed', error: reason };
    if (action === 'adopt' || isDone === true) return { outcome: 'done', ...there };
    if (action === 'skip') return { outcome: 'skipped', error: reason };
    return moveIt(run, request, entry);
  }
}

async function moveIt(run: MigrationRun, request: MigrateRequest, entry: PlanEntry): Promise<End> {
  const { source, target } = run.move;
  const { id, name } = entry;
  const workflowId = instanceId(source, target, id);
  run.outcomes.begin(entry, 'move it', workflowId);
  try {
    const moved = await executeChild(migrateInstance, {
      workflowId,
      args: [
        {
          ...run.move,
          id,
          name,
          policy: request.policy.server,
          dataTaskQueue: request.dataTaskQueue,
        },
      ],
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
    for (const volume of moved.volumes) tellVolume(run, volume);
    return outcomeOf(moved);
  } catch (error) {
    if (isCancellation(error)) return { outcome: 'compensated', error: 'the run was cancelled' };
    if (error instanceof WorkflowExecutionAlreadyStartedError)
      return { outcome: 'skipped', error: `another run is at work on it: ${workflowId}` };
    // It was not touched: what it needs has failed before it.
    const unharmed = causeOf(error) === MISSING ? 'skipped' : 'compensated';
    if (failureType(error) === LEFT) run.failedMoves.add(id);
    return { outcome: failureType(error) === LEFT ? 'left' : unharmed, error: reasonOf(error) };
  }
}

/** What was moved with an instance is told as what was moved by itself. */
function tellVolume(run: MigrationRun, { id, name, fidelity }: MovedVolume): void {
  const { targetId, kept, changed, lost } = fidelity;
  run.outcomes.finish(
    { type: 'volume', id, name, action: 'create' },
    { outcome: 'done', targetId, fidelity: { kept, changed, lost } },
  );
}

function outcomeOf({ targetId, fidelity, notes, strategy, downtimeMs, copiedBytes }: MigratedInstance): End {
  const { kept, changed, lost } = fidelity;
  return {
    outcome: 'done',
    targetId,
    notes,
    fidelity: { kept, changed, lost },
    instance: { strategy, copiedBytes, ...(downtimeMs === undefined ? {} : { downtimeMs }) },
  };
}

function plannedServers(run: MigrationRun): number {
  return Object.values(run.plan?.counts.server ?? {}).reduce((sum, count) => sum + count, 0);
}
