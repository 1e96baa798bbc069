import type { ActionCounts, PlanAction } from './plan.ts';
import { counted } from './quantities.ts';

/** `17 to create, 5 to adopt, 2 to update, 1 done already, 0 conflicts`. `done`: how many of those to skip are there already. */
export function actionsText(all: readonly ActionCounts[], done: number): string {
  const count = (action: PlanAction) => all.reduce((sum, counts) => sum + (counts[action] ?? 0), 0);
  const skipped = count('skip') - done;
  const renamed = count('rename');
  return [
    `${count('create')} to create`,
    `${count('adopt')} to adopt`,
    `${count('update')} to update`,
    ...(renamed === 0 ? [] : [`${renamed} to rename`]),
    `${done} done already`,
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    counted(count('conflict'), 'conflict'),
  ].join(', ');
}
