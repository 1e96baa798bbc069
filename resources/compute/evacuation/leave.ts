import type { EvacuationPolicy } from '../../../planning/evacuation-policy.ts';
import {
  type Cloud,
  isApiError,
  type NovaMigration,
  NovaMoves,
  NovaServers,
} from '../../../services/openstack/index.ts';
import { waitUntil } from '../../moving/wait-until.ts';
import { type Leaving, type Sight, see } from './leaving.ts';

export interface LeaveOptions {
  readonly to?: string | undefined;
  readonly storage: EvacuationPolicy['storage'];
  /** What an earlier try has done; kept up to date. */
  readonly memory: Memory;
  /** Told whenever the memory has changed: before and after the request is sent. */
  readonly onMemory: () => void;
  readonly onSight: (text: string) => void;
  /** Until the time limit; a cancellation is no reason to look away from what is under way. */
  readonly signal: AbortSignal;
  /** A live migration that has run for so long is slow. */
  readonly slowAfterMs?: number | undefined;
  /** So long one that has arrived may be another than it was; half a minute unless told. */
  readonly arrivingMs?: number;
  /** Told to end what is under way. */
  readonly cancelled: AbortSignal;
}

/** What a later try must know of an earlier one. */
export interface Memory {
  askedAtMs?: number | undefined;
  /** Nova has answered that it will. */
  isAccepted?: boolean;
  /** Since when its live migration was seen to run; before, it waits for others. */
  runningSinceMs?: number;
  /** Since when Nova was seen to call its move a success. */
  arrivedAtMs?: number;
}

export type Left =
  /** `but`: what it is not as it was before, in words. */
  | { readonly kind: 'moved'; readonly host: string; readonly but?: string }
  | { readonly kind: 'slow'; readonly migrationId: number }
  | { readonly kind: 'failed'; readonly why: string };

/** After a request was accepted Nova may need so long until a record or a task tells of it. */
const UNSEEN_MS = 15_000;
/** Nova asks the hypervisor a moment after it has called a move a success. */
const ARRIVING_MS = 30_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Brings an instance off its host by one step, from wherever an earlier try has come: nothing is asked for that is under way, and a
 * migration that waits to be confirmed is confirmed.
 */
export async function leave(cloud: Cloud, leaving: Leaving, options: LeaveOptions): Promise<Left> {
  const nova = new NovaMoves(cloud.compute.client);
  let isAborted = false;
  return waitUntil(
    async () => {
      const sight = await see(cloud, leaving);
      options.onSight(textOf(sight));
      switch (sight.kind) {
        case 'moved':
        case 'failed':
          return sight;
        case 'arrived':
          return sinceArrivalMs(options) < (options.arrivingMs ?? ARRIVING_MS)
            ? undefined
            : { kind: 'moved', host: sight.host, but: sight.but };
        case 'to-confirm':
          await unlessUnderWay(() => nova.confirm(leaving.id));
          return undefined;
        case 'not-begun':
          return begin(cloud, leaving, options);
        case 'under-way': {
          const { migration } = sight;
          if (leaving.step !== 'live' || migration === undefined) return undefined;
          if (options.cancelled.aborted && !isAborted) {
            isAborted = true;
            await abortMigration(cloud, leaving.id, migration.id);
            return undefined;
          }
          return isSlow(migration, options) ? { kind: 'slow', migrationId: migration.id } : undefined;
        }
        default:
          return sight satisfies never;
      }
    },
    options.signal,
    LONGEST_PAUSE_MS,
  );
}

function sinceArrivalMs({ memory, onMemory }: LeaveOptions): number {
  if (memory.arrivedAtMs === undefined) {
    memory.arrivedAtMs = Date.now();
    onMemory();
  }
  return Date.now() - memory.arrivedAtMs;
}

function isSlow({ status }: NovaMigration, { memory, onMemory, slowAfterMs }: LeaveOptions): boolean {
  if (slowAfterMs === undefined || status !== 'running') return false;
  if (memory.runningSinceMs === undefined) {
    memory.runningSinceMs = Date.now();
    onMemory();
  }
  return Date.now() >= memory.runningSinceMs + slowAfterMs;
}

async function begin(cloud: Cloud, leaving: Leaving, options: LeaveOptions): Promise<Left | undefined> {
  const { memory, onMemory } = options;
  if (memory.askedAtMs !== undefined) {
    if (Date.now() < memory.askedAtMs + UNSEEN_MS) return undefined;
    if (memory.isAccepted === true)
      return { kind: 'failed', why: 'Nova took the request and did nothing: no host could take it (NoValidHost)' };
  }
  options.cancelled.throwIfAborted();
  memory.askedAtMs = Date.now();
  onMemory();
  try {
    await ask(cloud, leaving, options);
    memory.isAccepted = true;
    onMemory();
  } catch (error) {
    if (isApiError(error, 'conflict', 'invalid', 'configuration', 'forbidden', 'over-quota')) {
      // The answer to an earlier request may have been lost: what that has begun is no failure of this one.
      const sight = await see(cloud, leaving);
      if (['under-way', 'to-confirm', 'arrived'].includes(sight.kind)) return undefined;
      return sight.kind === 'moved' ? sight : { kind: 'failed', why: error.message };
    }
    if (!isApiError(error)) throw error;
    if (error.kind === 'busy') memory.askedAtMs = undefined;
    // Nobody knows whether it was heard: what is seen next tells.
    options.onSight(error.message);
  }
  return undefined;
}

async function ask(cloud: Cloud, { id, step }: Leaving, { to, storage }: LeaveOptions): Promise<void> {
  const nova = new NovaMoves(cloud.compute.client);
  switch (step) {
    case 'live':
      return liveMigrate(nova, id, to, storage);
    case 'cold':
      return nova.migrate(id, to);
    case 'rebuild':
      return nova.evacuate(id, to);
    case 'offload':
      return new NovaServers(cloud.compute.client).act(id, 'shelveOffload');
    default:
      return step satisfies never;
  }
}

/** Before 2.25 Nova refuses at once what goes the wrong way. */
async function liveMigrate(
  nova: NovaMoves,
  id: string,
  to: string | undefined,
  storage: EvacuationPolicy['storage'],
): Promise<void> {
  if (storage !== 'auto' || (await nova.knows('2.25'))) return nova.liveMigrate(id, to, storage === 'block');
  try {
    await nova.liveMigrate(id, to, false);
  } catch (error) {
    if (!isApiError(error, 'invalid') || !/shared storage/i.test(error.message)) throw error;
    await nova.liveMigrate(id, to, true);
  }
}

/** One that has ended by now, or that this Nova or this moment does not let be ended, is told by what is seen next. */
export async function abortMigration(cloud: Cloud, id: string, migrationId: number): Promise<void> {
  await unlessUnderWay(() => new NovaMoves(cloud.compute.client).abort(id, migrationId));
}

export async function forceMigration(cloud: Cloud, id: string, migrationId: number): Promise<void> {
  await unlessUnderWay(() => new NovaMoves(cloud.compute.client).forceComplete(id, migrationId));
}

async function unlessUnderWay(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isApiError(error, 'invalid', 'conflict', 'not-found', 'configuration')) throw error;
  }
}

function textOf(sight: Sight): string {
  switch (sight.kind) {
    case 'moved':
      return `on ${sight.host}`;
    case 'under-way':
      return sight.migration === undefined ? sight.how : `${sight.how}, migration ${sight.migration.status}`;
    case 'arrived':
      return `on ${sight.host}, but ${sight.but}`;
    case 'to-confirm':
      return 'moved, to be confirmed';
    case 'not-begun':
      return 'asked for';
    case 'failed':
      return sight.why;
    default:
      return sight satisfies never;
  }
}
