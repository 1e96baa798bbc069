import { CancellationScope } from '@temporalio/workflow';
import type { ClaimKey } from '../activities/claim-activities.ts';
import type { MovedResource } from '../activities/moved-activities.ts';
import type { ResourceRef, ResourceTypeName } from '../resources/resource-type.ts';
import { bringBack, tellStaying } from './bring-back.ts';
import { reasonOf } from './compensations.ts';
import type { MigrationRun } from './migration-run.ts';
import type { MadeRef } from './migration-state.ts';
import { undoing } from './move-activities.ts';
import { movedResources, movedServers } from './moved-pages.ts';
import { PREPARATION } from './prepare.ts';
import { type Removable, removeAll } from './remove-all.ts';
import { unfurnish } from './remove-moved.ts';

/** What holds on to ports and addresses goes before them. */
const BEFORE_ADDRESSES: ReadonlySet<ResourceTypeName> = new Set(['server-group', 'image', 'router']);

/** Types of which a run can have made thousands: found again by their marks, in the order in which they can be removed. */
const FOUND_BY_MARK = ['volume', 'port'] as const satisfies readonly ResourceTypeName[];

/**
 * Both clouds as they were before the run: instances back to work in the source, their copies removed, then all that the run has made,
 * the last first. What another run uses meanwhile stays, and becomes that run's to remove. What can't be undone is told. Gives how
 * many instances stay in the target.
 */
export async function undoMigration(run: MigrationRun): Promise<number> {
  return CancellationScope.nonCancellable(async () => {
    run.enter('compensate');
    let stay = 0;
    const furnishings: MovedResource[] = [];
    for await (const page of movedServers(run, true)) {
      const back = await bringBack(run, page);
      stay += back.stay;
      furnishings.push(...back.furnishings);
    }
    if (stay > 0) {
      await unfurnish(run, furnishings);
      tellStaying(run, stay);
      await letGo(run);
      return stay;
    }
    const images = run.made.filter(({ type }) => type === 'image').map(({ id }) => id);
    const unused = await unusedOf(run, run.made.splice(0).reverse());
    const isBeforeAddresses = ({ type }: ResourceRef) => BEFORE_ADDRESSES.has(type);
    // No router is removed that addresses are led through.
    for await (const page of movedResources(run, 'floating-ip', true)) await removeAll(run, page);
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
      await telling(run, `restore ${item.type} ${item.name || item.id}`, async (summary) => {
        await undoing.revertResource.executeWithOptions({ summary }, [{ ...run.move, ...item }]);
        run.takenBack(item, { outcome: 'restored' });
      });
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
    return 0;
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

/** What nobody else uses of what was made, and of what others had made and left to this run. */
async function unusedOf(run: MigrationRun, made: readonly MadeRef[]): Promise<readonly Removable[]> {
  const refs = made.map(({ type, id }) => ({ type, id }));
  const summary = 'what does nobody else use?';
  const released = await undoing.release.executeWithOptions({ summary }, [{ ...run.move, made: refs, undo: true }]);
  const marks = new Map(released.map(({ key, run: mark }) => [key, mark]));
  const unused: Removable[] = [];
  for (const item of made) {
    const mark = marks.get(keyOf(item));
    if (mark === undefined) {
      run.note(`${item.type} ${item.name || item.id} stays: another run uses it`);
      run.takenBack(item, { outcome: 'kept', error: 'another run uses it' });
    } else unused.push({ ...item, run: mark });
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
