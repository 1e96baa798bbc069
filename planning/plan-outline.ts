import { createHash } from 'node:crypto';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import { PLACE_WIDTH, type PlanAction, type PlanEntry, type PlanOutline } from './plan.ts';

const LETTERS: Readonly<Record<PlanAction, string>> = {
  create: 'c',
  adopt: 'a',
  update: 'u',
  rename: 'r',
  skip: 's',
  conflict: 'x',
};

const NOT_APPROVED = 'the plan that was approved had it otherwise: run the same command again, which asks';

/** What a plan has, in its order. */
export function outlineOf(entries: readonly PlanEntry[]): PlanOutline {
  const outline: { [T in ResourceTypeName]?: string } = {};
  for (const entry of entries)
    outline[entry.type] = `${outline[entry.type] ?? ''}${LETTERS[entry.action]}${printOf(entry)}`;
  return outline;
}

/**
 * The present entries at the places of an outline; undefined for those that are not there any more. Nothing is done to one that was not
 * to be touched when the outline was made.
 *
 * `entries`: of the outline's type.
 */
export function entriesAt(entries: readonly PlanEntry[], outline: string): readonly (PlanEntry | undefined)[] {
  const byPrint = new Map(entries.map((entry) => [printOf(entry), entry]));
  return placesOf(outline).map(([letter, print]) => {
    const entry = byPrint.get(print);
    return entry === undefined ? undefined : asApproved(entry, letter);
  });
}

/** What is to be made or changed and was not so when the outline was made. */
export function newcomersTo(outline: PlanOutline, entries: readonly PlanEntry[]): readonly PlanEntry[] {
  const known = new Map(
    Object.entries(outline).flatMap(([type, places]) =>
      placesOf(places).map(([letter, print]) => [`${type}/${print}`, letter] as const),
    ),
  );
  // What is there already, and would only be taken, is nothing to tell of.
  return entries.filter(({ type, action, ...entry }) => {
    if (action === 'adopt' || !acts({ action })) return false;
    return LETTERS[action] !== known.get(`${type}/${printOf(entry)}`);
  });
}

function asApproved(entry: PlanEntry, letter: string): PlanEntry {
  if (!acts(entry) || letter === LETTERS[entry.action]) return entry;
  // What another run has made or brought up meanwhile is taken, and what it lacks for this tenant is added.
  if (entry.action === 'adopt' && (letter === LETTERS.create || letter === LETTERS.update)) return entry;
  if (entry.action === 'update' && letter === LETTERS.create) return entry;
  return { ...entry, action: 'skip', reason: NOT_APPROVED };
}

function acts({ action }: Pick<PlanEntry, 'action'>): boolean {
  return action !== 'skip' && action !== 'conflict';
}

function placesOf(outline: string): readonly (readonly [letter: string, print: string])[] {
  const places: [string, string][] = [];
  for (let start = 0; start < outline.length; start += PLACE_WIDTH)
    places.push([outline.slice(start, start + 1), outline.slice(start + 1, start + PLACE_WIDTH)]);
  return places;
}

/** 48 bits: of ten thousand, two are alike once in five million plans. */
function printOf({ id }: Pick<PlanEntry, 'id'>): string {
  return createHash('sha256')
    .update(id)
    .digest('base64url')
    .slice(0, PLACE_WIDTH - 1);
}
