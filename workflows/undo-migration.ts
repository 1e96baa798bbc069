import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { ClaimKey } from '../activities/claim-activities.ts';
import type { MovedServer } from '../activities/moved-activities.ts';
import type { ResourceRef, ResourceTypeName } from '../resources/resource-type.ts';
import { reasonOf } from './compensations.ts';
import { bringInstanceBack } from './end-instance.ts';
import type { MigrationRun } from './migration-run.ts';
import type { MadeRef } from './migration-state.ts';
import { undoing } from './move-activities.ts';
import { movedResources, movedServers } from './moved-pages.ts';
import { onInstance } from './on-instance.ts';
import { PREPARATION } from './prepare.ts';
import { slidingWindow } from './window.ts';

/** Something of the target to be removed, with the mark that it carries. */
export interface Removable extends ResourceRef {
  readonly name: string;
  readonly targetId?: string;
  readonly run: string;
}

/** What holds on to ports and addresses goes before them. */
const BEFORE_ADDRESSES: ReadonlySet<ResourceTypeName> = new Set(['server-group', 'image', 'router']);

/** Types of which a run can have made thousands: found again by their marks, in the order in which they can be removed. */
const FOUND_BY_MARK = ['volume', 'floating-ip', 'port'] as const satisfies readonly ResourceTypeName[];

/**
 * Both clouds as they were before the run: instances back to work in the source, their copies removed, then all that the run has made,
 * the last first. What another run uses meanwhile stays, and becomes that run's to remove. What can't be undone is told.
 */
export async function undoMigration(run: MigrationRun): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    run.enter('compensate');
    let stay = 0;
    for await (const page of movedServers(run, true)) stay += (await bringBack(run, page)).length;
    if (stay > 0) {
      // Their ports, images and project are what they live on.
      run.note(
        `${stay} instances stay in ${run.move.target}, and with them all that the run has made: look at the report`,
      );
      await letGo(run);
      return;
    }
    const images = run.made.filter(({ type }) => type === 'image').map(({ id }) => id);
    const unused = await unusedOf(run, run.made.splice(0).reverse());
    const isBeforeAddresses = ({ type }: ResourceRef) => BEFORE_ADDRESSES.has(type);
    await removeAll(run, unused.filter(isBeforeAddresses));
    for (const type of FOUND_BY_MARK)
      for await (const page of movedResources(run, type, true)) await removeAll(run, page);
    // What carried the disks of instances: others' images are in the record.
    const recorded = new Set(images);
    for await (const page of movedResources(run, 'image', true))
      await removeAll(
        run,
        page.filter(({ id }) => !recorded.has(id)),
      );
    for (const item of run.updated.splice(0).reverse())
      await telling(run, `restore ${item.type} ${item.name || item.id}`, (summary) =>
        undoing.revertResource.executeWithOptions({ summary }, [{ ...run.move, ...item }]),
      );
    await removeAll(
      run,
      unused.filter((item) => !isBeforeAddresses(item)),
    );
    await undoing.removed.executeWithOptions({ summary: 'what was to be removed is' }, [
      { ...run.move, keys: unused.map(keyOf) },
    ]);
    await telling(run, 'give the lent roles back', (summary) =>
      undoing.returnRoles.executeWithOptions({ summary }, [run.move]),
    );
  });
}

/** What the run has made stays, whoever uses it. What can't be given back now is given back by the workflow `claims`. */
export async function letGo(run: MigrationRun): Promise<void> {
  await telling(run, 'give up what it used', (summary) =>
    undoing.release.executeWithOptions({ summary }, [{ ...run.move, made: [], undo: false }]),
  );
  await telling(run, 'give the lent roles back', (summary) =>
    undoing.returnRoles.executeWithOptions({ summary }, [run.move]),
  );
}

/**
 * Instances of the source as their copies are now: those that run are started again. Their copies are removed first. Gives those that could
 * not be brought back.
 */
export async function bringBack(run: MigrationRun, servers: readonly MovedServer[]): Promise<readonly MovedServer[]> {
  const { concurrency } = run.request.policy.server;
  const stay: MovedServer[] = [];
  await slidingWindow(servers, { limit: concurrency, isOpen: () => true }, async (server) => {
    if (!(await bringBackOne(run, server))) stay.push(server);
  });
  return stay;
}

async function bringBackOne(run: MigrationRun, moved: MovedServer): Promise<boolean> {
  const { id, name, targetId, isInSource } = moved;
  const entry = { type: 'server', id, name, action: 'skip' } as const;
  const left = (error: string): boolean => {
    run.outcomes.finish(entry, { outcome: 'left', targetId, error });
    return false;
  };
  if (!isInSource) return left('its source is deleted: only the copy is left, and stays');
  try {
    await onInstance(run, moved, bringInstanceBack, 'bring it back');
    run.outcomes.finish(entry, { outcome: run.kind === 'rollback' ? 'done' : 'compensated' });
    return true;
  } catch (error) {
    return left(`it is not as it was: ${reasonOf(error)}`);
  }
}

/** One that cannot be removed does not keep the others from being: it is told. Gives how many are left. */
export async function removeAll(run: MigrationRun, items: readonly Removable[]): Promise<number> {
  let left = 0;
  for (const { type, id, name, targetId, run: mark } of items) {
    const what = { ...run.move, run: mark, type, id, ...(targetId === undefined ? {} : { targetId }) };
    const summary = `remove ${type} ${name || id} of the target`;
    try {
      await undoing.removeResource.executeWithOptions({ summary }, [what]);
    } catch (error) {
      if (isCancellation(error)) throw error;
      run.note(`could not ${summary}: ${reasonOf(error)}`);
      left += 1;
    }
  }
  return left;
}

/** What nobody else uses of what was made, and of what others had made and left to this run. */
async function unusedOf(run: MigrationRun, made: readonly MadeRef[]): Promise<readonly Removable[]> {
  const refs = made.map(({ type, id }) => ({ type, id }));
  const summary = 'what does nobody else use?';
  const released = await undoing.release.executeWithOptions({ summary }, [{ ...run.move, made: refs, undo: true }]);
  const marks = new Map(released.map(({ key, run: mark }) => [key, mark]));
  const unused: Removable[] = [];
  for (const item of made) {
    const mark = marks.get(keyOf(item));
    if (mark === undefined) run.note(`${item.type} ${item.name || item.id} stays: another run uses it`);
    else unused.push({ ...item, run: mark });
    marks.delete(keyOf(item));
  }
  const left = [...marks].map(([key, mark]) => ({ ...refOf(key), name: '', run: mark }));
  return [...unused, ...left].sort((a, b) => placeOf(b) - placeOf(a));
}

/** When it was made: what others have left goes with its like, a role before the domain that it belongs to. */
function placeOf({ type }: ResourceRef): number {
  return PREPARATION.findLastIndex((step) => step.type === type);
}

function keyOf({ type, id }: ResourceRef): ClaimKey {
  return `${type}/${id}`;
}

/** Ids of keypairs have a slash of their own. */
function refOf(key: ClaimKey): ResourceRef {
  const slash = key.indexOf('/');
  return { type: key.slice(0, slash) as ResourceTypeName, id: key.slice(slash + 1) };
}

async function telling(run: MigrationRun, what: string, work: (summary: string) => Promise<unknown>): Promise<void> {
  try {
    await work(what);
  } catch (error) {
    run.note(`could not ${what}: ${reasonOf(error)}`);
  }
}
