import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import { selectionWords } from '../planning/selection.ts';
import type { ResourceRef } from '../resources/resource-type.ts';
import { isContinued } from './continuation.ts';
import type { MigrationRun } from './migration-run.ts';
import { finding, undoing } from './move-activities.ts';
import { afterwardsId, migrateResourcesId, migrateTenantId } from './workflow-ids.ts';

/** Fails while a migration of the same selection runs, or the other of finalize and rollback. Both at the same moment: both fail. */
export async function requireNoOtherRun(run: MigrationRun): Promise<void> {
  const { what } = run.request;
  const workflowIds = othersOf(run);
  const summary = `is another run at work on ${what}?`;
  const ended = new Set(await finding.endedRuns.executeWithOptions({ summary }, [{ workflowIds }]));
  const running = workflowIds.find((id) => !ended.has(id));
  if (running === undefined) return;
  throw busy(`${running} is at work on ${what}: answer its gate, wait for its end or cancel it, then ask again`);
}

function othersOf({ kind, request: { source, target, selection } }: MigrationRun): readonly string[] {
  const other = kind === 'rollback' ? 'finalize' : 'rollback';
  if (selection.kind === 'tenant') {
    const { projectId } = selection;
    return [migrateTenantId(source, target, projectId), afterwardsId(other, source, target, projectId)];
  }
  const words = selectionWords(selection);
  return [migrateResourcesId(source, target, words), afterwardsId(other, source, target, words.join(' '))];
}

/**
 * Does something while no other run works in the tenant: whoever wants to waits until it is done. Fails when one does. `work` says
 * whether all of the tenant's migration is taken back: nothing needs to stay for that then.
 */
export async function aloneInTenant(run: MigrationRun, projectId: string, work: () => Promise<boolean>): Promise<void> {
  const { source, target, what } = run.request;
  const project = { type: 'project', id: projectId } as const;
  const migration = migrateTenantId(source, target, projectId);
  const others = await exclusively(run, [project], async (ours) =>
    ours.length > 0 && (await work()) ? { takenBack: migration } : {},
  );
  if (others.length > 0)
    throw busy(
      `another run from ${source} to ${target} uses ${what}: wait for its end (pump-runs list), then ask again; ` +
        'one that was terminated is forgotten after ten minutes',
    );
}

/** `work` gets what no other run uses; whoever wants one of them waits until it has ended. Gives what others use. */
export async function exclusively<R extends ResourceRef>(
  run: MigrationRun,
  items: readonly R[],
  work: (ours: readonly R[]) => Promise<{ readonly takenBack?: string }>,
): Promise<readonly R[]> {
  if (items.length === 0) return [];
  await claim(run, items);
  const summary = 'what does nobody else use?';
  const made = items.map(refOf);
  const released = await undoing.release.executeWithOptions({ summary }, [{ ...run.move, made, undo: true }]);
  const free = new Set<string>(released.map(({ key }) => key));
  const ours = items.filter((item) => free.has(keyOf(item)));
  const others = items.filter((item) => !free.has(keyOf(item)));
  let end: { readonly takenBack?: string } = {};
  const giveFree = () =>
    CancellationScope.nonCancellable(() =>
      undoing.removed.executeWithOptions({ summary: 'others may have it again' }, [
        { ...run.move, keys: ours.map(keyOf), ...end },
      ]),
    );
  try {
    await leave(run, others);
    end = await work(ours);
  } catch (error) {
    // The next execution goes on with it: nobody gets in between.
    if (!isContinued(error)) await giveFree();
    throw error;
  }
  await giveFree();
  return others;
}

/** It stays, also when those that use it are undone: what they found there was not this run's work. */
async function leave(run: MigrationRun, others: readonly ResourceRef[]): Promise<void> {
  if (others.length === 0) return;
  await claim(run, others);
  const summary = 'what others use stays';
  await undoing.release.executeWithOptions({ summary }, [{ ...run.move, made: [], undo: false, usedNothing: true }]);
}

async function claim(run: MigrationRun, items: readonly ResourceRef[]): Promise<void> {
  const refs = items.map(refOf);
  const summary = `claim ${refs.length} of type ${refs[0]?.type}`;
  await undoing.claim.executeWithOptions({ summary }, [{ ...run.move, refs }]);
}

function refOf({ type, id }: ResourceRef): ResourceRef {
  return { type, id };
}

function keyOf({ type, id }: ResourceRef): `${string}/${string}` {
  return `${type}/${id}`;
}

function busy(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'busy');
}
