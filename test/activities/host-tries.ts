import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { HostActivities } from '../../activities/hardware-activities.ts';
import { hostActivities } from '../../activities/host-activities.ts';
import type { OpenClouds } from '../../activities/open-clouds.ts';
import { reportingFailures } from '../../activities/report-failure.ts';

export interface HostTries {
  /** As workflows call them; each call is a try of its own. */
  readonly activities: HostActivities;
  /** Tries that come after others, the last of which had this in its heartbeats. */
  afterTry(heartbeat: unknown): HostActivities;
  /** The heartbeats of all tries, oldest first. */
  readonly heartbeats: readonly unknown[];
}

export function hostTries(clouds: OpenClouds): HostTries {
  const heartbeats: unknown[] = [];
  const within =
    <A, R>(activity: (argument: A) => Promise<R>, heartbeatDetails?: unknown) =>
    (argument: A): Promise<R> => {
      const info = { scheduledTimestampMs: Date.now(), heartbeatDetails };
      const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
      environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
      return environment.run(activity, argument);
    };
  const tries = (heartbeat?: unknown): HostActivities => {
    const plain = reportingFailures({ ...hostActivities(clouds) });
    return {
      inspectHost: within(plain.inspectHost),
      inspectController: within(plain.inspectController),
      disableHost: within(plain.disableHost),
      restoreHost: within(plain.restoreHost),
      removeHost: within(plain.removeHost, heartbeat),
      returnedServices: within(plain.returnedServices),
      awaitSilence: within(plain.awaitSilence),
      awaitHypervisor: within(plain.awaitHypervisor),
    };
  };
  return { activities: tries(), afterTry: tries, heartbeats };
}
