import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { FidelityReport } from '../activities/resource-activities.ts';
import type { PlanEntry } from '../planning/plan.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import { failureType, MISSING, reasonOf } from './compensations.ts';
import { handOverMade } from './made-record.ts';
import { makeOnce, type Pass } from './make-once.ts';
import type { MigrationRun } from './migration-run.ts';
import type { OnceMore, Position } from './migration-state.ts';
import { making } from './move-activities.ts';
import type { MigrateRequest } from './move-requests.ts';
import { planEntriesAt, planPages } from './plan-pages.ts';
import type { ResourceOutcome } from './run-report.ts';
import { slidingWindow } from './window.ts';

type PreparedType = Exclude<ResourceTypeName, 'server'>;

interface PreparationStep {
  readonly type: PreparedType;
  /** Of a type that comes twice: first it is only made; what could take addresses by chance comes with the second call. */
  readonly pass?: Pass;
}

/**
 * The order in which an instance's surroundings are made. Quotas come before what they must allow; ports and addresses before
 * DHCP and routers, which could take one of them by chance: subnets come twice.
 */
export const PREPARATION: readonly PreparationStep[] = [
  ...(['domain', 'project', 'role', 'user', 'group', 'assignment', 'quota'] as const).map(step),
  ...(['flavor', 'keypair', 'security-group', 'network'] as const).map(step),
  { type: 'subnet', pass: 'begin' },
  ...(['port', 'floating-ip'] as const).map(step),
  { type: 'subnet', pass: 'end' },
  ...(['router', 'image', 'volume', 'server-group'] as const).map(step),
];

/** Types that are made by a login within the project. */
const WITHIN_PROJECTS: ReadonlySet<ResourceTypeName> = new Set(['image', 'volume', 'server-group', 'server']);

/** What there can be thousands of is found again by its marks when it must be removed. */
const FOUND_BY_MARK: ReadonlySet<ResourceTypeName> = new Set(['port', 'floating-ip', 'volume']);

/** What became of an entry: `unfinished` waits for others of its type. */
type End = 'done' | 'failed' | 'skipped' | 'unfinished';

const AGAIN_AT_ONCE = 100;

const MADE_BY_OTHERS = 'made by another run since the plan';

/** Takes one step. One resource that fails does not stop its siblings, unless the policy says so. */
export async function prepare(
  run: MigrationRun,
  request: MigrateRequest,
  place: number,
  goOn: (position: Position) => Promise<void>,
): Promise<void> {
  const { type, pass } = PREPARATION[place]!;
  const start = request.resume?.position;
  const from = start?.step === place ? start.offset : 0;
  const { concurrency, onError } = request.policy[type];
  const window = { limit: concurrency, isOpen: () => run.isOpen };
  const again: OnceMore[] = [...(start?.step === place ? (start.again ?? []) : [])];
  const entriesAgain = new Map<number, PlanEntry>();
  const againLater = (at: number, entry: PlanEntry, end: End = 'unfinished') => {
    again.push({ at, ...(end === 'failed' || end === 'skipped' ? { counted: end } : {}) });
    entriesAgain.set(at, entry);
  };
  let dealtWith = from;
  const goOnFrom = (offset: number) => goOn({ step: place, offset, ...(again.length === 0 ? {} : { again }) });
  if (from === 0) run.outcomes.expect(type, plannedOf(run, type));

  for await (const { entries, offset, next } of planPages(run, request, type, from)) {
    await goOnFrom(offset);
    await claimAndLend(
      run,
      type,
      entries.map(({ entry }) => entry),
    );
    dealtWith = next;
    await slidingWindow(entries, window, async ({ place: at, entry }) => {
      if (pass === 'begin') {
        if ((await beginOne(run, request, entry)) !== undefined) againLater(at, entry);
        return;
      }
      const end = await prepareOne(run, request, entry, pass);
      if (end === 'unfinished' || (end !== 'done' && onError === 'retry')) {
        againLater(at, entry, end);
      } else if (end !== 'done' && onError === 'compensate') run.giveUp(`${type} ${entry.name || entry.id} failed`);
    });
    await handOverMade(run, request.entriesAPage);
    if (run.givenUp !== undefined) throw ApplicationFailure.nonRetryable(run.givenUp, 'given-up');
  }
  // What waited for others of its type, which are there now; and what failed, once more.
  while (again.length > 0) {
    await goOnFrom(dealtWith);
    const some = again.splice(0, request.entriesAPage ?? AGAIN_AT_ONCE);
    const unknown = some.filter(({ at }) => !entriesAgain.has(at)).map(({ at }) => at);
    const found = await planEntriesAt(
      run,
      request,
      type,
      unknown.sort((a, b) => a - b),
    );
    await slidingWindow(some, window, async ({ at, counted }) => {
      const entry = entriesAgain.get(at) ?? found.get(at);
      if (entry === undefined) return;
      if (pass === 'begin') {
        const why = await beginOne(run, request, entry);
        if (why !== undefined) run.note(`${type} ${entry.name || entry.id} could not be made: ${why}`);
        return;
      }
      if (counted !== undefined) run.outcomes.takeBack(entry, counted);
      const end = await prepareOne(run, request, entry, pass);
      if (end === 'unfinished')
        run.outcomes.finish(entry, {
          outcome: 'failed',
          error: `it is not complete: another ${type} that it names is not there`,
        });
      if (end !== 'done' && onError === 'compensate') run.giveUp(`${type} ${entry.name || entry.id} failed`);
    });
    if (run.givenUp !== undefined) throw ApplicationFailure.nonRetryable(run.givenUp, 'given-up');
  }
}

/** Gives why it failed. What lacks something that failed before it says so when it is to be completed. */
async function beginOne(run: MigrationRun, request: MigrateRequest, entry: PlanEntry): Promise<string | undefined> {
  if (entry.action !== 'create') return undefined;
  try {
    await make(run, request, entry, 'begin');
    return undefined;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return failureType(error) === MISSING ? undefined : reasonOf(error);
  }
}

async function prepareOne(
  run: MigrationRun,
  request: MigrateRequest,
  entry: PlanEntry,
  pass: Pass | undefined,
): Promise<End> {
  const { type, id, name, action } = entry;
  if ((type === 'volume' && entry.movesWith !== undefined) || entry.staysByRight === true) {
    run.outcomes.leaveOut(type);
    return 'done';
  }
  const done = (end: Partial<Omit<ResourceOutcome, 'outcome'>>, as: PlanEntry = entry): End => {
    run.outcomes.finish(as, { outcome: 'done', ...end });
    return 'done';
  };
  const targetId = entry.targetId === undefined ? {} : { targetId: entry.targetId };
  try {
    switch (action) {
      case 'conflict':
        throw ApplicationFailure.nonRetryable(entry.reason, 'conflict');
      case 'skip':
        if (entry.isDone === true) return done(targetId);
        run.outcomes.finish(entry, { outcome: 'skipped', error: entry.reason });
        return 'done';
      case 'rename':
        throw ApplicationFailure.nonRetryable('renaming is not supported yet', 'configuration');
      case 'adopt':
        return done({ ...targetId, fidelity: await verify(run, entry) });
      case 'update': {
        run.outcomes.begin(entry, 'update it');
        const summary = `update ${type} ${name || id}`;
        const updated = await making.updateResource.executeWithOptions({ summary }, [{ ...run.move, type, id }]);
        run.updated.push({ type, id, name, ...updated });
        return done({ targetId: updated.targetId, fidelity: await verify(run, entry) });
      }
      case 'create': {
        run.outcomes.begin(entry, 'make it');
        const made = await make(run, request, entry, pass);
        if (made.waitsFor !== undefined) return 'unfinished';
        const isOthers = !made.made || made.isFound === true;
        const told = [...(isOthers ? [MADE_BY_OTHERS] : []), ...(made.notes ?? [])];
        return done(
          {
            targetId: made.targetId,
            fidelity: await verify(run, entry),
            ...(told.length === 0 ? {} : { notes: told }),
          },
          isOthers ? { ...entry, action: 'adopt' } : entry,
        );
      }
      default:
        return action satisfies never;
    }
  } catch (error) {
    if (isCancellation(error)) throw error;
    // What it needs has failed before it, and is told there.
    const outcome = failureType(error) === MISSING ? 'skipped' : 'failed';
    run.outcomes.finish(entry, { outcome, error: reasonOf(error) });
    return outcome;
  }
}

async function make(run: MigrationRun, request: MigrateRequest, entry: PlanEntry, pass: Pass | undefined) {
  const { type, id, name, sizeBytes = 0 } = entry;
  const { dataTaskQueue } = request;
  const made = await makeOnce({
    ...run.move,
    type,
    id,
    name,
    sizeBytes,
    dataTaskQueue,
    ...(pass === undefined ? {} : { pass }),
  });
  // What was found there, and carries no mark, may be somebody else's.
  if (made.made && made.isFound !== true && !FOUND_BY_MARK.has(type))
    run.madeOne({ type, id, name, targetId: made.targetId });
  run.outcomes.copied(made.sentBytes ?? 0);
  return made;
}

function verify(run: MigrationRun, { type, id, name }: PlanEntry): Promise<FidelityReport> {
  const summary = `verify ${type} ${name || id}`;
  return making.verifyResource.executeWithOptions({ summary }, [{ ...run.move, type, id }]);
}

/** What others use is not removed by the compensation of who made it; who makes things in a project has a role there. */
export async function claimAndLend(
  run: MigrationRun,
  type: ResourceTypeName,
  entries: readonly PlanEntry[],
): Promise<void> {
  const used = entries.filter(({ action, isDone }) => action !== 'conflict' && (action !== 'skip' || isDone === true));
  if (used.length === 0) return;
  if (!FOUND_BY_MARK.has(type) && type !== 'server') {
    const refs = used.map(({ id }) => ({ type, id }));
    await making.claim.executeWithOptions({ summary: `claim ${refs.length} of type ${type}` }, [{ ...run.move, refs }]);
  }
  for (const { projectId, action } of used)
    if (projectId !== undefined && (action === 'create' || action === 'update')) run.madeIn.add(projectId);
  if (!WITHIN_PROJECTS.has(type)) return;
  for (const { projectId, action } of used) {
    if (projectId === undefined || action !== 'create' || run.projects.has(projectId)) continue;
    run.projects.add(projectId);
    await lendRoles(run, projectId);
  }
}

/** Without a role, what is made in the project fails, one by one and by its own words: not the whole run. */
async function lendRoles(run: MigrationRun, projectId: string): Promise<void> {
  const summary = `lend the mover a role in project ${projectId}`;
  try {
    await making.lendRoles.executeWithOptions({ summary }, [{ ...run.move, projectId }]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.note(`no role could be lent in project ${projectId}: ${reasonOf(error)}`);
  }
}

function plannedOf(run: MigrationRun, type: ResourceTypeName): number {
  return Object.values(run.plan?.counts[type] ?? {}).reduce((sum, count) => sum + count, 0);
}

function step<T extends PreparedType>(type: T): PreparationStep {
  return { type };
}
