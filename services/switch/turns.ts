import pLimit, { type LimitFunction } from 'p-limit';

const turns = new Map<string, LimitFunction>();

/**
 * One conversation at a time with a switch, over all drivers of this process: each activity opens its own. Bitmaps hold all ports, so two changes
 * at once would undo each other; and a program that logs in may be the only one that can.
 */
export function turnsOf(switchName: string): LimitFunction {
  const known = turns.get(switchName) ?? pLimit(1);
  turns.set(switchName, known);
  return known;
}
