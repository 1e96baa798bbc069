import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { UnknownName } from '../resources/find.ts';
import { computeService, disableService, restoreService } from '../resources/hosts/compute-service.ts';
import { controllerFacts } from '../resources/hosts/controller.ts';
import { hostFacts } from '../resources/hosts/host-facts.ts';
import { type Look, lookForHypervisor, type NewHypervisor } from '../resources/hosts/new-hypervisor.ts';
import { HostNotEmpty, HostStillUp, removeHost } from '../resources/hosts/remove-host.ts';
import { returnedServices } from '../resources/hosts/returned-services.ts';
import { waitUntil } from '../resources/moving/wait-until.ts';
import type { Cloud } from '../services/openstack/index.ts';
import type { HostActivities } from './hardware-activities.ts';
import { carriedThrough, HEARTBEAT_INTERVAL_MS, keptAlive } from './keep-alive.ts';
import type { OpenClouds } from './open-clouds.ts';

/**
 * What happens to a host in Nova, Neutron, Cinder and Placement. Nothing is remembered between two calls: each looks at the cloud as it is now.
 * All need an admin.
 */
export function hostActivities(clouds: OpenClouds): HostActivities {
  return {
    inspectHost: ({ cloud, host, target }) =>
      reading(() => hostFacts(clouds.get(cloud), host, target === undefined ? undefined : clouds.get(target))),
    inspectController: ({ cloud, host }) => reading(() => controllerFacts(clouds.get(cloud), host)),
    disableHost: ({ cloud, host, reason }) => changing(() => disableService(clouds.get(cloud), host, reason)),
    restoreHost: ({ cloud, host, ...before }) => changing(() => restoreService(clouds.get(cloud), host, before)),
    returnedServices: ({ cloud, host }) => reading(() => returnedServices(clouds.get(cloud), host)),
    removeHost: ({ cloud, host }) => remove(clouds.get(cloud), host),
    awaitSilence: ({ cloud, host, timeLimitMs }) => awaitSilence(clouds.get(cloud), host, timeLimitMs),
    awaitHypervisor: ({ cloud, names, timeLimitMs }) => awaitHypervisor(clouds.get(cloud), names, timeLimitMs),
  };
}

const nothing = () => undefined;
const reading = <T>(work: () => Promise<T>): Promise<T> => keptAlive(nothing, work);
const changing = <T>(work: () => Promise<T>): Promise<T> => carriedThrough(nothing, work);

/** Heartbeats carry what was removed: a later try tells of it too. The first one is of something, since those soon after it are held back. */
async function remove(cloud: Cloud, host: string) {
  const removed = removedBefore();
  const left: string[] = [];
  try {
    await carriedThrough(
      () => removed,
      () => removeHost(cloud, host, { removed, left, onRemoved: () => heartbeat(removed) }),
      HEARTBEAT_INTERVAL_MS,
      'none',
    );
  } catch (error) {
    if (error instanceof HostStillUp) throw ApplicationFailure.retryable(error.message, 'still-up');
    if (!(error instanceof HostNotEmpty)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, 'not-empty');
  }
  return { removed, left };
}

function removedBefore(): string[] {
  const details: unknown = activityInfo().heartbeatDetails;
  return Array.isArray(details) ? details.filter((what) => typeof what === 'string') : [];
}

/** The time limit runs from when it was first asked for, whichever worker looks, as that of the next. */
async function awaitSilence(cloud: Cloud, host: string, timeLimitMs: number): Promise<void> {
  const limit = AbortSignal.timeout(Math.max(0, activityInfo().scheduledTimestampMs + timeLimitMs - Date.now()));
  const silent = async () => ((await isSilent(cloud, host)) ? true : undefined);
  try {
    await keptAlive(nothing, () => waitUntil(silent, AbortSignal.any([cancellationSignal(), limit])));
  } catch (error) {
    if (!limit.aborted || cancellationSignal().aborted) throw error;
    throw ApplicationFailure.nonRetryable(
      `its management controller says that ${host} is off, and its nova-compute still reports to ${cloud.name}: the controller is another ` +
        "machine's, or the old system runs elsewhere",
      'still-up',
    );
  }
}

async function isSilent(cloud: Cloud, host: string): Promise<boolean> {
  try {
    return (await computeService(cloud, host)).state !== 'up';
  } catch (error) {
    if (error instanceof UnknownName) return true;
    throw error;
  }
}

async function awaitHypervisor(cloud: Cloud, names: readonly string[], timeLimitMs: number): Promise<NewHypervisor> {
  const limit = AbortSignal.timeout(Math.max(0, activityInfo().scheduledTimestampMs + timeLimitMs - Date.now()));
  let last: Look = { state: 'not looked yet' };
  const look = async () => {
    last = await lookForHypervisor(cloud, names);
    return last.found;
  };
  try {
    const signal = AbortSignal.any([cancellationSignal(), limit]);
    return await keptAlive(
      () => (last.found === undefined ? last.state : ''),
      () => waitUntil(look, signal),
    );
  } catch (error) {
    if (!limit.aborted || cancellationSignal().aborted) throw error;
    const state = last.found === undefined ? last.state : '';
    const waited = `${Math.round(timeLimitMs / 60_000)} minutes`;
    throw ApplicationFailure.nonRetryable(
      `no new hypervisor in ${cloud.name} within ${waited}: ${state}`,
      'no-hypervisor',
    );
  }
}
