import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { MovedServer } from '../activities/moved-activities.ts';
import type { StrandedServer } from '../activities/moved-stranded.ts';
import { aloneInTenant, requireNoOtherRun } from './alone.ts';
import { bringBack, tellStaying } from './bring-back.ts';
import { failureType, MISSING, reasonOf } from './compensations.ts';
import { isContinued } from './continuation.ts';
import { deleteSources, keptSources, tellStopped } from './delete-sources.ts';
import { MigrationRun } from './migration-run.ts';
import type { Position } from './migration-state.ts';
import { finding, making, undoing } from './move-activities.ts';
import type { AfterwardsRequest } from './move-requests.ts';
import { movedServers, strandedServers } from './moved-pages.ts';
import { deleteQuestion } from './questions.ts';
import { removeBesides, removeTenant, unfurnish } from './remove-moved.ts';
import type { RunOutcome, RunResult } from './run-report.ts';

/** These runs look again at what is left to do. */
const BEGINNING: Position = { step: 0, offset: 0 };

/** Deletes the sources that a migration has kept, each after a last look at its copy. */
export async function finalizeMigration(request: AfterwardsRequest): Promise<RunResult> {
  const run = new MigrationRun('finalize', request);
  const isResumed = request.resume !== undefined;
  run.enter('verify');
  if (!isResumed) await requireNoOtherRun(run);
  run.sourcesKept = await keptSources(run);
  if (run.sourcesKept === 0 && !isResumed) {
    run.note(`nothing to do: no instance of ${request.what} is kept in ${request.source}`);
    await tellLeftInSource(run);
    return run.end('nothing-to-do');
  }
  if (!isResumed) run.outcomes.expect('server', run.sourcesKept);
  const answer = await run.gates.pass('delete-source', { question: deleteQuestion(run) });
  if (answer !== 'approve') return run.end('compensated', 'nothing was deleted: the gate was not approved');
  try {
    await deleteSources(run, { position: BEGINNING });
  } catch (error) {
    if (isContinued(error)) throw error;
    const why = isCancellation(error) ? 'the run was cancelled' : reasonOf(error);
    tellStopped(run, why);
    run.end('partly', why);
    throw error;
  }
  await tellLeftInSource(run);
  return run.end(run.outcomes.hasFailures ? 'partly' : 'done');
}

/**
 * Brings back what was moved and not finalized: instances are in the source again as they were before their move. Of a tenant, what it has in the
 * target is removed if it was moved there, and then what was moved along with it and nobody uses any more. Of a
 * smaller selection, what was made for its instances alone.
 */
export async function rollbackMigration(request: AfterwardsRequest): Promise<RunResult> {
  const run = new MigrationRun('rollback', request);
  const { selection } = request;
  run.enter('compensate');
  if (request.resume === undefined) await requireNoOtherRun(run);
  let outcome: RunOutcome = 'done';
  try {
    if (selection.kind === 'tenant')
      await aloneInTenant(run, selection.projectId, async () => {
        outcome = await rollBackTenant(run, selection.projectId);
        return outcome !== 'partly';
      });
    else outcome = await rollBackInstances(run);
  } catch (error) {
    if (isContinued(error)) throw error;
    const why = isCancellation(error) ? 'was cancelled' : 'ended by an error';
    run.note(
      `the rollback ${why}: what had begun was brought to its end, the rest is as it was; run the same command again`,
    );
    throw error;
  } finally {
    await CancellationScope.nonCancellable(() =>
      undoing.returnRoles.executeWithOptions({ summary: 'give the lent roles back' }, [run.move]),
    );
  }
  return run.end(outcome);
}

async function rollBackTenant(run: MigrationRun, projectId: string): Promise<RunOutcome> {
  const { target, what } = run.request;
  const isThere = await lendRoles(run, projectId);
  const servers = await allServers(run);
  const furnishings = await bringBack(run, servers, { position: BEGINNING });
  if (run.staying.size > 0) {
    await unfurnish(run, furnishings);
    tellStaying(run);
    return 'partly';
  }
  const obstacles = await finding.inTheWay.executeWithOptions({ summary: 'is anything in the way?' }, [
    { ...run.move, projectId },
  ]);
  for (const obstacle of obstacles) run.note(`nothing else of ${what} is removed in ${target}: ${obstacle}`);
  if (obstacles.length > 0) {
    await unfurnish(run, furnishings);
    return 'partly';
  }
  const removal = await removeTenant(run);
  if (isThere && removal.project === undefined && removal.left === 0)
    run.note(
      `project ${what} was not made by a move: it stays in ${target}, with quotas, roles and rules of its default ` +
        'group as they are now',
    );
  await removeBesides(run, removal);
  const isNothing = servers.length + removal.found === 0 && run.request.resume === undefined;
  if (isNothing) run.note(`nothing to do: nothing of ${what} was moved to ${target}`);
  if (removal.left + run.leftBefore > 0) return 'partly';
  return isNothing ? 'nothing-to-do' : 'done';
}

/** Instances, and the volumes, addresses, ports and disk images that were made for them alone. */
async function rollBackInstances(run: MigrationRun): Promise<RunOutcome> {
  const { target, what } = run.request;
  const servers = await allServers(run);
  for (const projectId of new Set(servers.map((server) => server.projectId)))
    if (projectId !== undefined) await lendRoles(run, projectId);
  const furnishings = await bringBack(run, servers, { position: BEGINNING });
  const { left } = await unfurnish(run, furnishings);
  if (servers.length === 0 && run.request.resume === undefined) {
    run.note(`nothing to do: no instance of ${what} was moved to ${target}`);
    return 'nothing-to-do';
  }
  run.note(
    `networks, images, flavors and users that ${what} needs stay in ${target}: a rollback of the tenant takes them`,
  );
  return run.staying.size + left + run.leftBefore > 0 ? 'partly' : 'done';
}

/** Those that have no source any more are told first: they are left as they are. */
async function allServers(run: MigrationRun): Promise<readonly (MovedServer | StrandedServer)[]> {
  const all: (MovedServer | StrandedServer)[] = [];
  for await (const page of movedServers(run, false)) all.push(...page);
  all.push(...(await strandedServers(run)));
  if (run.request.resume === undefined) run.outcomes.expect('server', all.length);
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
