import { isCancellation } from '@temporalio/workflow';
import type { PlanSummary } from '../planning/plan.ts';
import { reasonOf } from './compensations.ts';
import { continueIfLong, isContinued } from './continuation.ts';
import { deleteSources, keptSources, stoppedDeleting } from './delete-sources.ts';
import { MigrationRun } from './migration-run.ts';
import type { Position } from './migration-state.ts';
import { planning } from './move-activities.ts';
import { moveInstances } from './move-instances.ts';
import type { MigrateRequest } from './move-requests.ts';
import { PREPARATION, prepare } from './prepare.ts';
import { deleteQuestion, planQuestion } from './questions.ts';
import type { GateVerdict } from './run-messages.ts';
import type { RunKind, RunResult } from './run-report.ts';
import { letGo, undoMigration } from './undo-migration.ts';

/** Moves everything that a tenant has, and what that needs. */
export async function migrateTenant(request: MigrateRequest): Promise<RunResult> {
  return migrate('migrate-tenant', request);
}

/** Moves any selection, and what it needs. */
export async function migrateResources(request: MigrateRequest): Promise<RunResult> {
  return migrate('migrate-resources', request);
}

async function migrate(kind: RunKind, request: MigrateRequest): Promise<RunResult> {
  const run = new MigrationRun(kind, request);
  const undoing = request.resume?.position.undoing;
  if (undoing !== undefined) return undone(run, undoing);
  // An execution that goes on in the middle of the deletion knows it from the answers that it carries.
  let isPastReturn = run.gates.hasApproved('delete-source');
  try {
    let plan = request.resume?.plan ?? (await approvedPlan(run, request));
    for (let round = request; ; round = withoutResume(request)) {
      const isFirst = round === request && request.resume === undefined;
      if (isFirst && plan === undefined) return rejected(run);
      if (isFirst && plan?.isDone === true) return await nothingToDo(run, request);
      if (plan !== undefined) await moveAll(run, round, plan);
      const answer = await sourcesAnswer(run, request);
      if (answer === 'reject') return await undone(run, 'the move was rejected at delete-source');
      isPastReturn ||= answer === 'approve';
      if (isPastReturn) await deleteSources(run, { position: AFTER_THE_MOVE, ...(run.plan && { plan: run.plan }) });
      if (answer !== 'retry') break;
      run.gates.askAgain('delete-source');
      // Also what was approved beforehand: what is left to do is another plan, and a person is there.
      run.gates.withdraw('plan');
      plan = await planOfRetry(run, request);
    }
    await letGo(run);
    return run.end(run.outcomes.hasFailures ? 'partly' : 'done');
  } catch (error) {
    if (isContinued(error)) throw error;
    if (isPastReturn) return await stoppedDeleting(run, error);
    const result = await undone(run, isCancellation(error) ? 'the run was cancelled' : reasonOf(error));
    if (isCancellation(error)) throw error;
    return result;
  }
}

/** Undefined when it is rejected, or cannot be made: what was moved stays moved, and what becomes of it is asked again. */
async function planOfRetry(run: MigrationRun, request: MigrateRequest): Promise<PlanSummary | undefined> {
  try {
    const plan = await approvedPlan(run, { ...request, approved: {} });
    if (plan === undefined) run.note('the plan of what was to be tried again was rejected: nothing more is moved');
    return plan;
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.note(`what was to be tried again could not be planned: ${reasonOf(error)}`);
    return undefined;
  }
}

/** What becomes of the sources is next. */
const AFTER_THE_MOVE: Position = { step: PREPARATION.length + 1, offset: 0 };

/** Surroundings first, then instances; then both clouds are looked at again. */
async function moveAll(run: MigrationRun, request: MigrateRequest, plan: PlanSummary): Promise<void> {
  const goOn = (position: Position) => continueIfLong(run, request, { position, plan });
  if ((request.resume?.position.step ?? 0) > PREPARATION.length) return;
  run.enter('prepare');
  for (let step = request.resume?.position.step ?? 0; step < PREPARATION.length; step += 1)
    await prepare(run, request, step, goOn);
  await moveInstances(run, request, goOn);
  await verify(run, request);
  // The deletion of many sources needs room in the history.
  await goOn(AFTER_THE_MOVE);
}

/** What a person says of the sources; nothing is asked where none is left, or all are to be kept. */
async function sourcesAnswer(run: MigrationRun, request: MigrateRequest): Promise<GateVerdict | undefined> {
  run.sourcesKept = await keptSources(run);
  if (run.sourcesKept === 0 || request.keepSource) return undefined;
  const question = deleteQuestion(run);
  const retry: readonly GateVerdict[] = run.outcomes.hasFailures ? ['retry'] : [];
  return run.gates.pass('delete-source', { question, takes: ['approve', 'reject', 'skip', ...retry] });
}

function withoutResume({ resume: _resume, ...request }: MigrateRequest): MigrateRequest {
  return request;
}

/** The plan that a person has approved, and that is still the plan; undefined when it was rejected. */
async function approvedPlan(run: MigrationRun, request: MigrateRequest): Promise<PlanSummary | undefined> {
  const { selection, policy } = request;
  const what = { ...run.move, selection, policy };
  run.enter('plan');
  const summary = `plan ${request.what}`;
  let plan = await planning.makePlan.executeWithOptions({ summary }, [{ ...what, afresh: true }]);
  run.plan = plan;
  const seen = request.approved.plan?.digest;
  if (seen !== undefined && seen !== plan.digest && !plan.isDone) {
    run.note(
      `what was approved beforehand as plan ${seen} has changed since: it is plan ${plan.digest} now, and asked`,
    );
    run.gates.withdraw('plan');
  }
  for (;;) {
    if (plan.isDone) return plan;
    const answer = await run.gates.pass('plan', { question: planQuestion(plan) });
    if (answer !== 'approve') return undefined;
    const isAsked = run.gates.wasAsked('plan');
    const approved = plan.digest;
    const again = { summary: isAsked ? 'plan again, since time has passed' : 'keep what was approved' };
    const outlined = await planning.outlinePlan.executeWithOptions(again, [{ ...what, afresh: isAsked }]);
    ({ summary: plan, outline: run.outline } = outlined);
    run.plan = plan;
    if (plan.digest === approved || (!isAsked && seen === undefined)) return plan;
    run.note(`what was approved as plan ${approved} has changed since: it is plan ${plan.digest} now, and asked again`);
    run.gates.withdraw('plan');
  }
}

async function nothingToDo(run: MigrationRun, request: MigrateRequest): Promise<RunResult> {
  run.sourcesKept = await keptSources(run);
  run.note(`everything of ${request.what} is in ${request.target} already`);
  if (run.sourcesKept > 0)
    run.note(
      `${run.sourcesKept} sources are kept, stopped and locked: finalize deletes them, rollback brings them back`,
    );
  return run.end('nothing-to-do');
}

/** A plan made afresh must have nothing left to do but what is known to have failed, and what came after the approval. */
async function verify(run: MigrationRun, { selection, policy }: MigrateRequest): Promise<void> {
  run.enter('verify');
  const what = { ...run.move, selection, policy };
  try {
    const summary = 'look at both clouds again';
    const { isDone, digest } = await planning.makePlan.executeWithOptions({ summary }, [{ ...what, afresh: true }]);
    if (isDone) return run.note('a plan made afresh finds nothing left to do');
    const come = { summary: 'what has come since the plan was approved?' };
    const { count, names } = await planning.newcomers.executeWithOptions(come, [
      { ...what, digest, outline: run.outline },
    ]);
    if (count > 0) run.note(newcomersNote(run, names, count));
    else if (!run.outcomes.hasFailures)
      run.note('a plan made afresh finds something left to do: run the same command again');
  } catch (error) {
    if (isCancellation(error)) throw error;
    // Each was verified when it was moved: all of it is not taken back because a cloud does not answer now.
    run.note(`could not look at both clouds again: ${reasonOf(error)}`);
  }
}

function newcomersNote({ move }: MigrationRun, names: readonly string[], count: number): string {
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return (
    `not in the plan that was approved, and not moved: ${names.join(', ')}${more}; the same command moves what has come ` +
    `to ${move.source} since`
  );
}

/** Nothing was begun. */
function rejected(run: MigrationRun): RunResult {
  return run.end('compensated', 'the plan was rejected');
}

async function undone(run: MigrationRun, why: string): Promise<RunResult> {
  run.note(`undone: ${why}`);
  const stay = await undoMigration(run, { position: { ...AFTER_THE_MOVE, undoing: why } });
  return run.end(stay > 0 ? 'partly' : 'compensated', why);
}
