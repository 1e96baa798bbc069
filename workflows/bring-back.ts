import { isCancellation } from '@temporalio/workflow';
import type { MovedResource, MovedServer } from '../activities/moved-activities.ts';
import type { StrandedServer } from '../activities/moved-stranded.ts';
import { reasonOf } from './compensations.ts';
import { type BroughtBack, bringInstanceBack } from './end-instance.ts';
import type { MigrationRun } from './migration-run.ts';
import { onInstance } from './on-instance.ts';
import { slidingWindow } from './window.ts';

/** What became of instances whose moves were taken back. */
export interface BackAgain {
  /** How many stay in the target, at work or stopped. */
  stay: number;
  /** What was made in the target for those alone that do not stay. */
  readonly furnishings: MovedResource[];
}

type Moved = MovedServer | StrandedServer;

/** Instances of the source as their copies are now: those that run are started again, never while the copy may run. */
export async function bringBack(run: MigrationRun, servers: readonly Moved[]): Promise<BackAgain> {
  const { concurrency } = run.request.policy.server;
  const back: BackAgain = { stay: 0, furnishings: [] };
  await slidingWindow(servers, { limit: concurrency, isOpen: () => true }, async (server) => {
    const brought = await bringBackOne(run, server);
    if (brought === undefined) back.stay += 1;
    else back.furnishings.push(...brought.furnishings);
  });
  return back;
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
export function tellStaying(run: MigrationRun, stay: number): void {
  const { what, target } = run.request;
  run.note(
    `${stay === 1 ? '1 instance' : `${stay} instances`} of ${what} stay in ${target}, and with them all that they may live on ` +
      '(networks, addresses, volumes, users, keypairs): the report says why, and what to do',
  );
}
