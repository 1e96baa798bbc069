import { activityInfo, Context, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { EvacuationPolicy } from '../planning/evacuation-policy.ts';
import { type EvacuationPlan, planEvacuation } from '../planning/plan-evacuation.ts';
import {
  abortMigration,
  forceMigration,
  type Left,
  leave,
  type Memory,
} from '../resources/compute/evacuation/leave.ts';
import { type Departure, departureOf, type Leaving } from '../resources/compute/evacuation/leaving.ts';
import { leftOn, surveyHost } from '../resources/compute/evacuation/survey.ts';
import { waitUntil } from '../resources/moving/wait-until.ts';
import { NovaServers } from '../services/openstack/index.ts';
import { carriedThrough, keptAlive } from './keep-alive.ts';
import type { OpenClouds } from './open-clouds.ts';

export type { Departure, Left };

export interface HostOfCloud {
  readonly cloud: string;
  readonly host: string;
}

export interface InstanceOfCloud {
  readonly cloud: string;
  readonly id: string;
}

export interface LeaveRequest extends Leaving {
  readonly cloud: string;
  readonly to?: string;
  readonly storage: EvacuationPolicy['storage'];
  /** After so long a live migration counts as slow; absent: it is awaited. */
  readonly slowAfterMs?: number;
}

/** What empties a host: each looks at the cloud as it is now, and asks for nothing that is under way. All need an admin. */
export interface EvacuationActivities {
  surveyHost(
    request: HostOfCloud & { readonly to?: string; readonly policy: EvacuationPolicy },
  ): Promise<EvacuationPlan>;
  /** Once Nova is busy with it no more. */
  inspectDeparture(request: InstanceOfCloud): Promise<{ readonly departure: Departure; readonly name: string }>;
  /** Until it has left, or will not. A live migration is aborted when the activity is cancelled; anything else is brought to its end. */
  leaveHost(request: LeaveRequest): Promise<Left>;
  /** A migration that has ended meanwhile is no error. */
  forceCompleteMigration(request: InstanceOfCloud & { readonly migrationId: number }): Promise<void>;
  abortLiveMigration(request: InstanceOfCloud & { readonly migrationId: number }): Promise<void>;
  /** Until it is so; so already is done. */
  bringInstance(request: InstanceOfCloud & { readonly to: 'active' | 'suspended' }): Promise<void>;
  /** Instances that are on a host, and migrations to and from it, a line each. */
  leftOnHost(request: HostOfCloud): Promise<readonly string[]>;
}

export function evacuationActivities(clouds: OpenClouds): EvacuationActivities {
  return {
    surveyHost: ({ cloud, host, to, policy }) =>
      reading(async () => planEvacuation(await surveyHost(clouds.get(cloud), host, to), to, policy)),
    leftOnHost: ({ cloud, host }) => reading(() => leftOn(clouds.get(cloud), host)),
    async inspectDeparture({ cloud, id }) {
      const idle = async () => {
        const seen = await departureOf(clouds.get(cloud), id);
        return seen.departure.taskState === undefined ? seen : undefined;
      };
      return keptAlive(nothing, () => waitUntil(idle, cancellationSignal()));
    },
    leaveHost: (request) => leaveHost(clouds, request),
    forceCompleteMigration: ({ cloud, id, migrationId }) =>
      changing(() => forceMigration(clouds.get(cloud), id, migrationId)),
    abortLiveMigration: ({ cloud, id, migrationId }) =>
      changing(() => abortMigration(clouds.get(cloud), id, migrationId)),
    bringInstance: ({ cloud, id, to }) => changing(() => bring(clouds, cloud, id, to)),
  };
}

/** By its heartbeats an activity hears that it is cancelled. */
const LOOKED_AFTER_MS = 3_000;

const nothing = () => undefined;
const reading = <T>(work: () => Promise<T>): Promise<T> => keptAlive(nothing, work);
const changing = <T>(work: () => Promise<T>): Promise<T> => carriedThrough(nothing, work);

/** Looked at every so often: what is begun twice would move twice, so the memory of a try is told at once. */
async function leaveHost(clouds: OpenClouds, request: LeaveRequest): Promise<Left> {
  const memory: Memory = { ...rememberedBefore() };
  let sight = '';
  const details = () => ({ ...memory, sight });
  const { cancelled, ended } = whyToStop();
  const work = () =>
    leave(clouds.get(request.cloud), request, {
      to: request.to,
      storage: request.storage,
      slowAfterMs: request.slowAfterMs,
      memory,
      onMemory: () => heartbeat(details()),
      onSight: (text) => {
        sight = text;
      },
      signal: AbortSignal.any([ended, AbortSignal.timeout(remainingMs())]),
      cancelled,
    });
  const left = await carriedThrough(details, work, LOOKED_AFTER_MS);
  if (left.kind !== 'moved') cancelled.throwIfAborted();
  return left;
}

/**
 * A cancellation that was asked for is heard; a worker that shuts down, or has been given up, leaves what is under way to the next one,
 * which finds it.
 */
function whyToStop(): { readonly cancelled: AbortSignal; readonly ended: AbortSignal } {
  const [cancelling, ending] = [new AbortController(), new AbortController()];
  const context = Context.current();
  const { cancellationSignal: signal } = context;
  const tell = () => {
    const isAskedFor = context.cancellationDetails?.cancelRequested === true;
    (isAskedFor ? cancelling : ending).abort(signal.reason);
  };
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell, { once: true });
  return { cancelled: cancelling.signal, ended: ending.signal };
}

/** Of this try; a worker that looks on after Temporal has given it up would be one too many. */
function remainingMs(): number {
  const { startToCloseTimeoutMs, currentAttemptScheduledTimestampMs } = activityInfo();
  return Math.max(0, currentAttemptScheduledTimestampMs + startToCloseTimeoutMs - Date.now());
}

function rememberedBefore(): Memory {
  const details: unknown = activityInfo().heartbeatDetails;
  if (typeof details !== 'object' || details === null) return {};
  const { askedAtMs, isAccepted, runningSinceMs, arrivedAtMs } = details as Readonly<Record<string, unknown>>;
  return {
    ...(typeof askedAtMs === 'number' ? { askedAtMs } : {}),
    ...(isAccepted === true ? { isAccepted } : {}),
    ...(typeof runningSinceMs === 'number' ? { runningSinceMs } : {}),
    ...(typeof arrivedAtMs === 'number' ? { arrivedAtMs } : {}),
  };
}

async function bring(clouds: OpenClouds, name: string, id: string, to: 'active' | 'suspended'): Promise<void> {
  const { compute } = clouds.get(name);
  await waitUntil(async () => {
    const { name: called, ...server } = await compute.server(id);
    if (server['OS-EXT-STS:task_state']) return undefined;
    const vmState = server['OS-EXT-STS:vm_state'];
    if (vmState === to) return true;
    if (vmState !== (to === 'active' ? 'suspended' : 'active'))
      throw ApplicationFailure.nonRetryable(`${called || id} is ${vmState}, and cannot be made ${to}`, 'not-as-before');
    await new NovaServers(compute.client).act(id, to === 'active' ? 'resume' : 'suspend');
    return undefined;
  }, cancellationSignal());
}
