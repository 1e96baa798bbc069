import { isCancellation } from '@temporalio/workflow';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import { deleteSources, keptSources } from './delete-sources.ts';
import { MigrationRun } from './migration-run.ts';
import { making, undoing } from './move-activities.ts';
import type { AfterwardsRequest } from './move-requests.ts';
import { movedResources, movedServers } from './moved-pages.ts';
import { deleteQuestion } from './questions.ts';
import type { RunResult } from './run-report.ts';
import { bringBack, removeAll } from './undo-migration.ts';

/** What belongs to a tenant, in the order in which it can be removed. */
const OF_A_TENANT = [
  ...['server-group', 'volume', 'image', 'router', 'floating-ip', 'port', 'subnet', 'network', 'security-group'],
  'project',
] as const satisfies readonly ResourceTypeName[] as readonly ResourceTypeName[];

/** Deletes the sources that a migration has kept, each after a last look at its copy. */
export async function finalizeMigration(request: AfterwardsRequest): Promise<RunResult> {
  const run = new MigrationRun('finalize', request);
  run.enter('verify');
  run.sourcesKept = await keptSources(run);
  if (run.sourcesKept === 0) {
    run.note(`nothing of ${request.what} is kept in ${request.source}`);
    return run.end('nothing-to-do');
  }
  run.outcomes.expect('server', run.sourcesKept);
  const answer = await run.gates.pass('delete-source', { question: deleteQuestion(run) });
  if (answer !== 'approve') return run.end('compensated', 'nothing was deleted: the gate was not approved');
  await deleteSources(run);
  return run.end(run.outcomes.hasFailures ? 'partly' : 'done');
}

/**
 * Brings a tenant back whose sources were kept: instances run in the source again as their copies did, and what the tenant has in
 * the target, if it was moved there, is removed. Users, roles and flavors stay, since others may use them by now.
 */
export async function rollbackMigration(request: AfterwardsRequest): Promise<RunResult> {
  const run = new MigrationRun('rollback', request);
  const { selection } = request;
  run.enter('compensate');
  try {
    let found = 0;
    if (selection.kind === 'tenant') {
      const summary = 'lend the mover a role in the tenant';
      await making.lendRoles.executeWithOptions({ summary }, [{ ...run.move, projectId: selection.projectId }]);
    }
    for await (const page of movedServers(run, false)) {
      found += page.length;
      run.outcomes.expect('server', found);
      await bringBack(run, page);
    }
    if (selection.kind === 'tenant' && !run.outcomes.hasFailures) {
      for (const type of OF_A_TENANT)
        for await (const page of movedResources(run, type, false)) {
          found += page.length;
          await removeAll(run, page);
        }
      run.note(`users with their keypairs, groups, roles and flavors that were moved with ${request.what} stay in ${request.target}`);
    }
    if (found === 0) run.note(`nothing of ${request.what} in ${request.target} was moved there`);
    return run.end(run.outcomes.hasFailures ? 'partly' : found === 0 ? 'nothing-to-do' : 'done');
  } catch (error) {
    if (!isCancellation(error)) run.note('the rollback ended by an error: run the same command again');
    throw error;
  } finally {
    await undoing.returnRoles.executeWithOptions({ summary: 'give the lent roles back' }, [run.move]);
  }
}
