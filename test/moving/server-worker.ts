import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { type AddressActivities, addressActivities } from '../../activities/address-activities.ts';
import { OpenClouds } from '../../activities/open-clouds.ts';
import { type Move, OpenMoves } from '../../activities/open-moves.ts';
import { reportingFailures } from '../../activities/report-failure.ts';
import { targetServerActivities } from '../../activities/target-server-activities.ts';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import type { Mappings } from '../../resources/moving/correspondence.ts';

interface WorkerSettings {
  readonly source: CloudSettings;
  readonly target: CloudSettings;
  readonly run: string;
  readonly mappings: Mappings;
  /** Of every user that we made. */
  readonly password: string;
}

type Running = ReturnType<typeof targetServerActivities> & AddressActivities;

/** A worker that has just started, with the activities that a server's second half needs. */
export function serverWorker({ source, target, run, mappings, password }: WorkerSettings) {
  const moves = new OpenMoves(new OpenClouds([source, target]), mappings, () => ({ kind: 'password', password }));
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const request = { source: source.name, target: target.name, run };
  const activities = reportingFailures({ ...targetServerActivities(moves), ...addressActivities(moves) } as never);
  const wrapped = Object.entries(activities as Record<string, (...args: unknown[]) => Promise<unknown>>).map(
    ([name, activity]) => [name, (...args: unknown[]) => environment.run(activity, ...args)],
  );
  return {
    ...(Object.fromEntries(wrapped) as Running),
    request: (id: string) => ({ ...request, type: 'server', id }) as const,
    address: (id: string) => ({ ...request, type: 'floating-ip', id }) as const,
    /** Part of an activity's work, where an activity would do it. */
    within: <T>(work: (move: Move) => Promise<T>): Promise<T> => environment.run(async () => work(moves.get(request))),
  };
}
