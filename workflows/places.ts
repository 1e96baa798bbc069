import { ApplicationFailure } from '@temporalio/workflow';
import type { Place } from '../activities/claim-activities.ts';
import { withOne } from './claimed-resources.ts';

export interface EnterRequest {
  /** A workflow id. */
  readonly holder: string;
  readonly places: readonly Place[];
}

/** Failure type: it is full for now. */
export const FULL = 'full';

/** Who is where now. */
export type Inside = Map<string, readonly string[]>;

/** Fails when there is no room: nothing of that is in a history. */
export function requireRoom(inside: Inside, { holder, places }: EnterRequest): void {
  const full = places.find(({ key, most }) => {
    const others = (inside.get(key) ?? []).filter((other) => other !== holder);
    return others.length >= most;
  });
  if (full !== undefined)
    throw ApplicationFailure.nonRetryable(`${full.key} has its ${full.most} moves under way: it waits`, FULL);
}

/** In all of them or in none; once more is the same. */
export function enter(inside: Inside, request: EnterRequest): void {
  requireRoom(inside, request);
  for (const { key } of request.places) inside.set(key, withOne(inside.get(key) ?? [], request.holder));
}

export function leave(inside: Inside, holder: string): void {
  for (const [key, holders] of [...inside]) {
    const left = holders.filter((other) => other !== holder);
    if (left.length === 0) inside.delete(key);
    else inside.set(key, left);
  }
}
