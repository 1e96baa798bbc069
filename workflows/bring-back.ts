import { isCancellation } from '@temporalio/workflow';
import type { MovedResource, MovedServer } from '../activities/moved-activities.ts';
import type { StrandedServer } from '../activities/moved-stranded.ts';
import { reasonOf } from './compensations.ts';
import { continueIfLong, isLong, type Whereabouts } from './continuation.ts';
import { type BroughtBack, bringInstanceBack } from './end-instance.ts';
import type { MigrationRun } from './migration-run.ts';
import { onInstance } from './on-instance.ts';
import { unfurnish } from './remove-moved.ts';
import { slidingWindow } from './window.ts';

/** Between two of so many the run may continue as new. */
const AT_A_TIME = 100;

type Moved = MovedServer | StrandedServer;

/**
 * Instances of the source as they were before their move: those that ran are started again, never while the copy may run. Those that stay in the
 * target are in `run.staying`. Gives what was made in the target for those alone that do not.
 */
export async function bringBack(
  run: MigrationRun,
  servers: readonly Moved[],
  whereabouts: Whereabouts,
): Promise<readonly MovedResource[]> {
  const { concurrency } = run.request.policy.server;
  const furnishings: MovedResource[] = [];
  const open = servers.filter(({ id }) => !run.staying.has(id));
  const { entriesAPage = AT_A_TIME, resume } = run.request;
  const isContinuedHere = resume?.position.undoing === whereabouts.position.undoing;
  for (let start = 0; start < open.length; start += entriesAPage) {
    // An execution that begins here does something before it ends.
    if (start > 0 || !isContinuedHere) {
      // Nobody remembers the furnishings of those that are back: they go first.
      if (isLong(run.request)) run.leftBefore += (await unfurnish(run, furnishings.splice(0))).left;
      await continueIfLong(run, run.request, whereabouts);
    }
    const some = open.slice(start, start + entriesAPage);
    await slidingWindow(some, { limit: concurrency, isOpen: () => true }, async (server) => {
      const brought = await bringBackOne(run, server);
      if (brought === undefined) run.staying.add(server.id);
      else furnishings.push(...brought.furnishings);
    });
  }
  return furnishings;
}

/** Undefined for one that stays, which is told. */
async function bringBackOne(run: MigrationRun, moved: Moved): Promise<BroughtBack | undefined> {
  const { id, name, isInSource } = moved;
  const targetId = 'targetId' in moved ? { targetId: moved.targetId } : {};
  const server = { type: 'server', id, name } as const;
  const left = (error: string): undefined => {
    run.takenBack(server, { outcome: 'left', ...targetId, error });
  };
  if (!isInSource) return left('its source is deleted: only the copy is left, and stays');
  try {
    const brought = await onInstance(run, moved, bringInstanceBack, 'bring it back');
    if (brought.left !== undefined) return left(brought.left);
    const { notes, isStarted } = brought;
    const told = notes.length === 0 ? {} : { notes };
    run.takenBack(server, { outcome: isStarted ? 'started-again' : 'restored', ...told });
    return brought;
  } catch (error) {
    // It had not begun: what has begun is brought to its end.
    if (isCancellation(error)) throw error;
    return left(reasonOf(error));
  }
}

/** How many stay, and that what they live on stays with them. */
export function tellStaying(run: MigrationRun): void {
  const { what, target } = run.request;
  const stay = run.staying.size;
  run.note(
    `${stay === 1 ? '1 instance' : `${stay} instances`} of ${what} stay in ${target}, and with them all that they may live on ` +
      '(networks, addresses, volumes, users, keypairs): the report says why, and what to do',
  );
}
