import { isCancellation } from '@temporalio/workflow';
import type { MovedServer } from '../activities/moved-activities.ts';
import { reasonOf } from './compensations.ts';
import { deleteSourceInstance } from './end-instance.ts';
import type { MigrationRun } from './migration-run.ts';
import { movedServers } from './moved-pages.ts';
import { onInstance } from './on-instance.ts';
import { slidingWindow } from './window.ts';

/** How many of the source's instances are still there although their copies are. */
export async function keptSources(run: MigrationRun): Promise<number> {
  let kept = 0;
  for await (const page of movedServers(run, false)) kept += page.filter(({ isInSource }) => isInSource).length;
  return kept;
}

/**
 * After the gate: the source's instances whose copies are there, each after a last look. What else the tenant has in the source
 * (networks, images, detached volumes) stays.
 */
export async function deleteSources(run: MigrationRun): Promise<void> {
  run.enter('delete-source');
  const { concurrency } = run.request.policy.server;
  for await (const page of movedServers(run, false)) {
    const there = page.filter(({ isInSource }) => isInSource);
    await slidingWindow(there, { limit: concurrency, isOpen: () => run.isOpen }, (server) => deleteOne(run, server));
  }
}

async function deleteOne(run: MigrationRun, moved: MovedServer): Promise<void> {
  const { id, name, targetId } = moved;
  const entry = { type: 'server', id, name } as const;
  try {
    await onInstance(run, moved, deleteSourceInstance, 'delete it in the source');
    run.sourcesKept -= 1;
    run.outcomes.deleted(entry, targetId);
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.outcomes.finish(entry, { outcome: 'left', targetId, error: `not deleted in the source: ${reasonOf(error)}` });
  }
}
