import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { MovedServer } from '../activities/moved-activities.ts';
import { reasonOf } from './compensations.ts';
import { continueIfLong, type Whereabouts } from './continuation.ts';
import { deleteSourceInstance } from './end-instance.ts';
import type { MigrationRun } from './migration-run.ts';
import { movedServers } from './moved-pages.ts';
import { onInstance } from './on-instance.ts';
import type { RunResult } from './run-report.ts';
import { letGo } from './undo-migration.ts';
import { slidingWindow } from './window.ts';

/** How many of the source's instances are still there although their copies are. Only these can be approved to be deleted. */
export async function keptSources(run: MigrationRun): Promise<number> {
  let kept = 0;
  const isApproved = run.gates.hasApproved('delete-source');
  for await (const page of movedServers(run, false))
    for (const { id, isInSource } of page) {
      if (!isInSource || (isApproved && !run.askedAbout.has(beginningOf(id)))) continue;
      run.askedAbout.add(beginningOf(id));
      kept += 1;
    }
  return kept;
}

/** 48 random bits of a UUID tell it from all others, and a run carries thousands of them. */
function beginningOf(id: string): string {
  return id.slice(0, 13);
}

/**
 * After the gate: the source's instances whose copies are there, each after a last look. What else the tenant has in the source
 * (networks, images, detached volumes) stays.
 */
export async function deleteSources(run: MigrationRun, whereabouts: Whereabouts): Promise<void> {
  run.enter('delete-source');
  const { concurrency } = run.request.policy.server;
  let hasBegun = false;
  for await (const page of movedServers(run, false)) {
    const isMeant = ({ id, isInSource }: MovedServer) =>
      isInSource && !run.staying.has(id) && run.askedAbout.has(beginningOf(id));
    const there = page.filter(isMeant);
    // An execution does something before it ends.
    if (hasBegun && there.length > 0) await continueIfLong(run, run.request, whereabouts);
    hasBegun ||= there.length > 0;
    await slidingWindow(there, { limit: concurrency, isOpen: () => run.isOpen }, (server) =>
      deleteOne(run, server, run.failedMoves.has(server.id)),
    );
  }
}

/**
 * A run that was cancelled, or failed, when deletion had been approved. What is deleted lives in its copy alone, so nothing is taken
 * back: what was being deleted is, the rest is kept.
 *
 * @throws the cancellation
 */
export async function stoppedDeleting(run: MigrationRun, error: unknown): Promise<RunResult> {
  const why = isCancellation(error) ? 'the run was cancelled' : reasonOf(error);
  tellStopped(run, why);
  await CancellationScope.nonCancellable(() => letGo(run));
  const result = run.end('partly', why);
  if (isCancellation(error)) throw error;
  return result;
}

/** Which is which is in the report: `deleted`, or as it was moved. */
export function tellStopped(run: MigrationRun, why: string): void {
  const { source, target } = run.request;
  const deleted = run.outcomes.ended.filter(({ outcome }) => outcome === 'deleted').length;
  run.note(
    `${why} while sources were deleted: ${deleted} are deleted in ${source}, and their copies in ${target} stay; ` +
      `${run.sourcesKept} are kept, stopped and locked: finalize deletes them, rollback brings them back`,
  );
}

async function deleteOne(run: MigrationRun, moved: MovedServer, isFailed: boolean): Promise<void> {
  const { id, name, targetId } = moved;
  const entry = { type: 'server', id, name } as const;
  if (isFailed) {
    const { source, target } = run.request;
    run.note(
      `${name || id} is not deleted in ${source}: its move to ${target} failed and could not be undone: roll it back`,
    );
    return;
  }
  try {
    await onInstance(run, moved, deleteSourceInstance, 'delete it in the source');
    run.sourcesKept -= 1;
    run.outcomes.deleted(entry, targetId);
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.staying.add(id);
    run.outcomes.finish(entry, { outcome: 'left', targetId, error: `not deleted in the source: ${reasonOf(error)}` });
  }
}
