import { isCancellation } from '@temporalio/workflow';
import type { ResourceRef } from '../resources/resource-type.ts';
import { reasonOf } from './compensations.ts';
import type { MigrationRun } from './migration-run.ts';
import { undoing } from './move-activities.ts';

/** Something of the target to be removed, with the mark that it carries. */
export interface Removable extends ResourceRef {
  readonly name: string;
  readonly targetId?: string;
  readonly run: string;
}

/** One that cannot be removed does not keep the others from being: it is told. Gives how many are left. */
export async function removeAll(run: MigrationRun, items: readonly Removable[]): Promise<number> {
  let left = 0;
  for (const { type, id, name, targetId, run: mark } of items) {
    const there = targetId === undefined ? {} : { targetId };
    const what = { ...run.move, run: mark, type, id, ...there };
    const summary = `remove ${type} ${name || id} of the target`;
    try {
      await undoing.removeResource.executeWithOptions({ summary }, [what]);
      run.takenBack({ type, id, name }, { outcome: 'removed' });
    } catch (error) {
      if (isCancellation(error)) throw error;
      run.note(`could not ${summary}: ${reasonOf(error)}`);
      run.takenBack({ type, id, name }, { outcome: 'left', ...there, error: `not removed: ${reasonOf(error)}` });
      left += 1;
    }
  }
  return left;
}
