import { CancellationScope } from '@temporalio/workflow';
import type { MovedServer } from '../activities/moved-activities.ts';
import type { StrandedServer } from '../activities/moved-stranded.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import { bringBack, tellStaying } from './bring-back.ts';
import { reasonOf } from './compensations.ts';
import { continueIfLong, isLong, type Whereabouts } from './continuation.ts';
import { removeOwn } from './made-record.ts';
import type { MigrationRun } from './migration-run.ts';
import { finding, undoing } from './move-activities.ts';
import { movedResources, movedServers, strandedServers } from './moved-pages.ts';
import { PREPARATION } from './prepare.ts';
import { nothingRemoved, removeUnused, unfurnish } from './remove-moved.ts';

/** What holds on to ports and addresses goes before them. */
const BEFORE_ADDRESSES = ['server-group', 'image', 'router'] as const satisfies readonly ResourceTypeName[];

/** The last made goes first: a role before the domain that it belongs to. */
const AFTER_ADDRESSES: readonly ResourceTypeName[] = [...new Set(PREPARATION.map(({ type }) => type).reverse())].filter(
  (type) => !BEFORE_ADDRESSES.some((before) => before === type),
);

/** Types of which a run can have made thousands: found again by their marks, in the order in which they can be removed. */
const FOUND_BY_MARK = ['volume', 'port'] as const satisfies readonly ResourceTypeName[];

/**
 * Both clouds as they were before the run: instances back to work in the source, their copies removed, then all that the run has made,
 * the last first. What another run uses meanwhile stays, and becomes that run's to remove; what somebody works with by now, or has
 * nothing else of, stays too. What can't be undone is told. Gives how many things are not as they were before.
 */
export async function undoMigration(run: MigrationRun, whereabouts: Whereabouts): Promise<number> {
  return CancellationScope.nonCancellable(async () => {
    run.enter('compensate');
    const furnishings = await bringBack(run, await ownServers(run), whereabouts);
    if (run.staying.size > 0) tellStaying(run);
    const stay = run.staying.size > 0 ? run.staying.size : await tellObstacles(run);
    if (stay > 0) {
      await unfurnish(run, furnishings);
      await letGo(run);
      return stay;
    }
    const removal = nothingRemoved();
    const goOn = async () => {
      if (!isLong(run.request)) return;
      run.leftBefore += removal.left + removal.kept;
      await continueIfLong(run, run.request, whereabouts);
    };
    // No router is removed that addresses are led through.
    for await (const page of movedResources(run, 'floating-ip', true)) {
      if ((await removeUnused(run, page, removal, true)).length > 0) await goOn();
    }
    const others = await removeOwn(run, BEFORE_ADDRESSES, removal);
    for (const type of FOUND_BY_MARK)
      for await (const page of movedResources(run, type, true))
        if ((await removeUnused(run, page, removal, true)).length > 0) await goOn();
    // What carried the disks of instances is in no record.
    for await (const page of movedResources(run, 'image', true))
      await removeUnused(
        run,
        page.filter(({ id }) => !others.images.has(id)),
        removal,
        true,
      );
    for (const item of run.updated.splice(0).reverse())
      await telling(run, `restore ${item.type} ${item.name || item.id}`, async (summary) => {
        await undoing.revertResource.executeWithOptions({ summary }, [{ ...run.move, ...item }]);
        run.takenBack(item, { outcome: 'restored' });
      });
    // A role that the run has made may be the one that was lent.
    await telling(run, 'give the lent roles back', (summary) =>
      undoing.returnRoles.executeWithOptions({ summary }, [run.move]),
    );
    await removeOwn(run, AFTER_ADDRESSES, removal);
    return removal.left + removal.kept + run.leftBefore;
  });
}

/** Those that the run has moved, and those that it has stopped and whose copies somebody has removed since. */
async function ownServers(run: MigrationRun): Promise<readonly (MovedServer | StrandedServer)[]> {
  const all: (MovedServer | StrandedServer)[] = [];
  for (const server of await strandedServers(run)) if (server.run === run.move.run) all.push(server);
  for await (const page of movedServers(run, true)) all.push(...page);
  return all;
}

/** What the run has made is not taken from under a tenant that works with it by now. Gives in how many projects that is so. */
async function tellObstacles(run: MigrationRun): Promise<number> {
  const { target } = run.move;
  let projects = 0;
  for (const projectId of run.madeIn) {
    const obstacles = await obstaclesIn(run, projectId);
    for (const obstacle of obstacles) run.note(`what the run has made stays in ${target}: ${obstacle}`);
    if (obstacles.length > 0) projects += 1;
  }
  return projects;
}

/** What cannot be told is in the way: nothing is removed that somebody may work with. */
async function obstaclesIn(run: MigrationRun, projectId: string): Promise<readonly string[]> {
  const summary = 'is anything in the way?';
  try {
    return await finding.inTheWay.executeWithOptions({ summary }, [{ ...run.move, projectId, ofRunOnly: true }]);
  } catch (error) {
    return [`whether somebody works with it cannot be told: ${reasonOf(error)}`];
  }
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

async function telling(run: MigrationRun, what: string, work: (summary: string) => Promise<unknown>): Promise<void> {
  try {
    await work(what);
  } catch (error) {
    run.note(`could not ${what}: ${reasonOf(error)}`);
  }
}
