import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { MovedServer } from '../activities/moved-activities.ts';
import { aloneInTenant, requireNoOtherRun } from './alone.ts';
import { failureType, MISSING } from './compensations.ts';
import { deleteSources, keptSources } from './delete-sources.ts';
import { MigrationRun } from './migration-run.ts';
import { finding, making, undoing } from './move-activities.ts';
import type { AfterwardsRequest } from './move-requests.ts';
import { movedServers } from './moved-pages.ts';
import { deleteQuestion } from './questions.ts';
import { type Removal, removeBesides, removeTenant, removeUnused } from './remove-moved.ts';
import type { RunOutcome, RunResult } from './run-report.ts';
import { bringBack } from './undo-migration.ts';

/** Deletes the sources that a migration has kept, each after a last look at its copy. */
export async function finalizeMigration(request: AfterwardsRequest): Promise<RunResult> {
  const run = new MigrationRun('finalize', request);
  run.enter('verify');
  await requireNoOtherRun(run);
  run.sourcesKept = await keptSources(run);
  if (run.sourcesKept === 0) {
    run.note(`nothing to do: no instance of ${request.what} is kept in ${request.source}`);
    await tellLeftInSource(run);
    return run.end('nothing-to-do');
  }
  run.outcomes.expect('server', run.sourcesKept);
  const answer = await run.gates.pass('delete-source', { question: deleteQuestion(run) });
  if (answer !== 'approve') return run.end('compensated', 'nothing was deleted: the gate was not approved');
  await deleteSources(run);
  await tellLeftInSource(run);
  return run.end(run.outcomes.hasFailures ? 'partly' : 'done');
}

/**
 * Brings back what was moved and not finalized: instances run in the source again as their copies did. Of a tenant, what it has in the
 * target is removed if it was moved there, and then what was moved along with it and nobody uses any more. Of a
 * smaller selection, what was made for its instances alone.
 */
export async function rollbackMigration(request: AfterwardsRequest): Promise<RunResult> {
  const run = new MigrationRun('rollback', request);
  const { selection } = request;
  run.enter('compensate');
  await requireNoOtherRun(run);
  let outcome: RunOutcome = 'done';
  try {
    if (selection.kind === 'tenant')
      await aloneInTenant(run, selection.projectId, async () => {
        outcome = await rollBackTenant(run, selection.projectId);
      });
    else outcome = await rollBackInstances(run);
  } catch (error) {
    if (!isCancellation(error)) run.note('the rollback ended by an error: run the same command again');
    throw error;
  } finally {
    await CancellationScope.nonCancellable(() =>
      undoing.returnRoles.executeWithOptions({ summary: 'give the lent roles back' }, [run.move]),
    );
  }
  return run.end(outcome);
}

async function rollBackTenant(run: MigrationRun, projectId: string): Promise<RunOutcome> {
  const { source, target, what } = run.request;
  const isThere = await lendRoles(run, projectId);
  const servers = await allServers(run);
  const stay = await bringBack(run, servers);
  if (stay.length > 0) {
    run.note(`instances of ${what} stay in ${target}, and with them all that they live on: look at the report`);
    return 'partly';
  }
  const obstacles = await finding.inTheWay.executeWithOptions({ summary: 'is anything in the way?' }, [
    { ...run.move, projectId },
  ]);
  for (const obstacle of obstacles) run.note(`nothing else of ${what} is removed in ${target}: ${obstacle}`);
  if (obstacles.length > 0) return 'partly';
  const removal = await removeTenant(run);
  if (isThere && removal.project === undefined && removal.left === 0)
    run.note(
      `project ${what} was not made by a move: it stays in ${target}, with quotas, roles and rules of its default ` +
        'group as they are now',
    );
  await removeBesides(run, removal);
  const locked = await finding.lockedInSource.executeWithOptions({ summary: 'is anything still locked?' }, [
    { ...run.move, projectId },
  ]);
  for (const name of locked)
    run.note(`instance ${name} is still stopped and locked in ${source}, and ${target} has no copy of it: start it`);
  if (servers.length + removal.found === 0) run.note(`nothing to do: nothing of ${what} was moved to ${target}`);
  if (locked.length + removal.left > 0) return 'partly';
  return servers.length + removal.found === 0 ? 'nothing-to-do' : 'done';
}

/** Instances, and the volumes, addresses, ports and disk images that were made for them alone. */
async function rollBackInstances(run: MigrationRun): Promise<RunOutcome> {
  const { target, what } = run.request;
  const servers = await allServers(run);
  const stay = new Set((await bringBack(run, servers)).map(({ id }) => id));
  const removal: Removal = { found: 0, left: 0 };
  const unfurnished = servers.filter(({ id }) => !stay.has(id)).flatMap(({ furnishings }) => furnishings);
  for (const type of ['volume', 'floating-ip', 'port', 'image'] as const)
    await removeUnused(
      run,
      unfurnished.filter((item) => item.type === type),
      removal,
    );
  if (servers.length === 0) {
    run.note(`nothing to do: no instance of ${what} was moved to ${target}`);
    return 'nothing-to-do';
  }
  run.note(
    `networks, images, flavors and users that ${what} needs stay in ${target}: a rollback of the tenant takes them`,
  );
  return stay.size + removal.left > 0 ? 'partly' : 'done';
}

/** Those that have no source any more are told first: they are left as they are. */
async function allServers(run: MigrationRun): Promise<readonly MovedServer[]> {
  const all: MovedServer[] = [];
  for await (const page of movedServers(run, false)) all.push(...page);
  run.outcomes.expect('server', all.length);
  return all.sort((a, b) => Number(a.isInSource) - Number(b.isInSource));
}

/** False when the target has no project for the tenant. */
async function lendRoles(run: MigrationRun, projectId: string): Promise<boolean> {
  try {
    const summary = 'lend the mover a role in the tenant';
    await making.lendRoles.executeWithOptions({ summary }, [{ ...run.move, projectId }]);
    return true;
  } catch (error) {
    if (failureType(error) !== MISSING) throw error;
    return false;
  }
}

/** Only instances are deleted: of the rest a person decides. */
async function tellLeftInSource(run: MigrationRun): Promise<void> {
  const { selection, source, what } = run.request;
  if (selection.kind !== 'tenant') return;
  const counts = await finding.leftInSource.executeWithOptions({ summary: `what does ${source} still have?` }, [
    { ...run.move, projectId: selection.projectId },
  ]);
  const list = Object.entries(counts).map(([type, count]) => `${count} ${type}${count === 1 ? '' : 's'}`);
  run.note(
    list.length === 0
      ? `${source} has nothing of ${what} any more but the project`
      : `left of ${what} in ${source}: ${list.join(', ')}; finalize deletes instances only`,
  );
}
