import { ApplicationFailure } from '@temporalio/workflow';
import type { ClaimKey, ReleasePage, Removable } from '../activities/claim-activities.ts';

/** Who uses a resource. Runs are known by their workflow ids. */
export interface Claim {
  readonly holders: readonly string[];
  /** The run that made it. Whoever gives it up last, and undoes what it did, removes it. */
  readonly madeBy?: MadeBy;
  /** Runs that used it and have ended well: it stays. */
  readonly keptBy?: readonly string[];
  /** A run is removing it: who wants it waits. */
  readonly isBeingRemoved?: true;
  /** The run that was told that it may remove it, or that it stays: it may ask again, and when it has ended nobody waits for it. */
  readonly toldTo?: string;
}

export interface MadeBy {
  readonly holder: string;
  /** The mark on what was made. */
  readonly run: string;
  readonly targetId?: string;
  readonly name?: string;
}

export interface ReleaseRequest {
  readonly holder: string;
  /** The mark on what it made. */
  readonly run: string;
  /** What else may be removed if nobody holds it, whoever made it. */
  readonly made: readonly ClaimKey[];
  readonly undo: boolean;
  /** Of an undo: so many of these types, the first type first, of each what was claimed last. Asked until nothing is left. */
  readonly page?: ReleasePage;
  /** It has only looked whether others hold it: its end is no reason for anything to stay. */
  readonly usedNothing?: true;
}

export interface MadeRequest {
  readonly holder: string;
  readonly run: string;
  readonly made: readonly { readonly key: ClaimKey; readonly targetId: string; readonly name: string }[];
}

export type Claims = Map<ClaimKey, Claim>;

/** Told of those that stay: more would say no more. Images are told all: the run finds its own by their marks. */
const STAYING_TOLD = 100;

export function claimAll(held: Claims, holder: string, keys: readonly ClaimKey[]): void {
  for (const key of keys) {
    const { toldTo: _ended, ...claim } = held.get(key) ?? { holders: [] };
    held.set(key, { ...claim, holders: withOne(claim.holders, holder) });
  }
}

/** A run tells what it has made while it holds it: it need not carry that itself. */
export function noteMade(held: Claims, { holder, run, made }: MadeRequest): void {
  for (const { key, targetId, name } of made) {
    const claim = held.get(key) ?? { holders: [holder] };
    held.set(key, { ...claim, madeBy: { holder, run, targetId, name } });
  }
}

/** A run that ends well, or was terminated: what it made and used stays, whoever else uses it. */
export function keep(held: Claims, holder: string): void {
  for (const [key, claim] of held) {
    const holders = claim.holders.filter((other) => other !== holder);
    if (holders.length === claim.holders.length) continue;
    if (holders.length === 0 && claim.isBeingRemoved !== true) held.delete(key);
    else held.set(key, { ...claim, holders, keptBy: withOne(claim.keptBy ?? [], holder) });
  }
}

/** A run that has used nothing gives its claims up: to whoever has made it, it is as before; what nobody at work has made stays. */
export function letBe(held: Claims, holder: string): void {
  for (const [key, claim] of held) {
    const holders = claim.holders.filter((other) => other !== holder);
    if (holders.length === claim.holders.length) continue;
    const { madeBy, ...others } = claim;
    if (holders.length === 0 && claim.isBeingRemoved !== true) held.delete(key);
    else if (madeBy !== undefined && holders.includes(madeBy.holder)) held.set(key, { ...claim, holders });
    else held.set(key, { ...others, holders });
  }
}

/** A run that is undone gives up all that it holds. Asked again, it gets the same answer until it has told what is removed. */
export function giveUp(held: Claims, { holder, run, made, page }: ReleaseRequest): readonly Removable[] {
  const anyway = new Set(made);
  for (const key of anyway) if (!held.has(key)) held.set(key, { holders: [holder] });
  for (const [key, claim] of held) {
    if (!claim.holders.includes(holder)) continue;
    const holders = claim.holders.filter((other) => other !== holder);
    const own = anyway.has(key) ? { holder, run } : undefined;
    if (holders.length > 0) {
      const maker = claim.madeBy ?? own;
      held.set(key, { ...claim, holders, ...(maker === undefined ? {} : { madeBy: maker }) });
      continue;
    }
    const madeBy = own ?? claim.madeBy;
    if (madeBy === undefined || (claim.keptBy !== undefined && madeBy.holder !== holder)) held.delete(key);
    else if (claim.keptBy !== undefined) held.set(key, { ...claim, holders, toldTo: holder });
    else held.set(key, { holders, madeBy, isBeingRemoved: true, toldTo: holder });
  }
  const told = [...held].filter(([, claim]) => claim.toldTo === holder || claim.madeBy?.holder === holder);
  const removable = told.filter(([, { isBeingRemoved, toldTo }]) => isBeingRemoved === true && toldTo === holder);
  const staying = told.filter(([, { isBeingRemoved }]) => isBeingRemoved !== true);
  return [
    ...onPage(removable.reverse(), page).map(asRemovable),
    ...(page === undefined ? [] : mostTelling(staying).map((item) => ({ ...asRemovable(item), stays: true as const }))),
  ];
}

/** What it was told may be removed is gone, or stays after all: others may have it. */
export function removed(held: Claims, holder: string, keys: readonly ClaimKey[]): void {
  // Told twice, another run may have claimed it in between.
  for (const key of keys) if (held.get(key)?.toldTo === holder) held.delete(key);
}

/** What that run had kept was taken back since: nothing needs to stay for it. */
export function unkeep(held: Claims, run: string): void {
  for (const [key, { keptBy, ...claim }] of held) {
    const others = keptBy?.filter((other) => other !== run) ?? [];
    held.set(key, { ...claim, ...(others.length === 0 ? {} : { keptBy: others }) });
  }
}

/** A run that has ended holds nothing, and removes nothing any more. */
export function forgetEnded(held: Claims, holder: string): void {
  keep(held, holder);
  for (const [key, { toldTo }] of held) if (toldTo === holder) held.delete(key);
}

type Entry = readonly [ClaimKey, Claim];

function asRemovable([key, { madeBy }]: Entry): Removable {
  const { run = '', targetId, name } = madeBy ?? {};
  return { key, run, ...(targetId === undefined ? {} : { targetId }), ...(name === undefined ? {} : { name }) };
}

function onPage(entries: readonly Entry[], page: ReleasePage | undefined): readonly Entry[] {
  if (page === undefined) return entries;
  const { types, limit } = page;
  return entries
    .filter(([key]) => placeIn(types, key) !== -1)
    .sort(([a], [b]) => placeIn(types, a) - placeIn(types, b))
    .slice(0, limit);
}

function mostTelling(entries: readonly Entry[]): readonly Entry[] {
  const isImage = ([key]: Entry) => typeOf(key) === 'image';
  return [...entries.filter(isImage), ...entries.filter((entry) => !isImage(entry)).slice(0, STAYING_TOLD)];
}

function placeIn(types: readonly string[], key: ClaimKey): number {
  return types.indexOf(typeOf(key));
}

function typeOf(key: ClaimKey): string {
  return key.slice(0, key.indexOf('/'));
}

export function withOne(holders: readonly string[], holder: string): readonly string[] {
  if (holder === '') throw ApplicationFailure.nonRetryable('a claim needs a holder', 'invalid');
  return holders.includes(holder) ? holders : [...holders, holder];
}
