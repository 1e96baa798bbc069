import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { HostActivities } from '../../activities/hardware-activities.ts';
import { hostActivities } from '../../activities/host-activities.ts';
import { OpenClouds } from '../../activities/open-clouds.ts';
import { reportingFailures } from '../../activities/report-failure.ts';
import type { Cloud as SimulatedState } from '../../simulator/cloud.ts';
import { type CloudOptions, type FaultRule, populate, type Simulator, startSimulator } from '../../simulator/index.ts';
import type { Migration } from '../../simulator/nova/state.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';

export const CLOUD = 'source';
/** Host of the instances. */
export const FULL = 'source-c1';
/** Host without instances. */
export const EMPTY = 'source-c2';
/** Where what leaves goes. */
export const OTHER = 'source-c3';

/** Three computes and three controllers, and instances of two tenants on the first compute. */
export interface HostStage {
  readonly simulator: Simulator;
  readonly state: SimulatedState;
  /** As workflows call them; each call is a try of its own. */
  readonly activities: HostActivities;
  /** Tries that come after others, the last of which had this in its heartbeats. */
  afterTry(heartbeat: unknown): HostActivities;
  /** The heartbeats of all tries, oldest first. */
  readonly heartbeats: unknown[];
  /** The worker dies when the call has been carried out, before it knows. */
  dieAfter(method: string, path: string): void;
  migration(given: Pick<Migration, 'serverId' | 'type' | 'status'> & Partial<Migration>): Migration;
  server(name: string): ReturnType<SimulatedState['nova']['servers']['all']>[number];
  service(host: string, binary?: string): ReturnType<SimulatedState['nova']['services']['all']>[number] | undefined;
  close(): Promise<void>;
}

const flavors = [{ name: 'm1', id: 'f1' }];
const image = 'cirros';
const web = { name: 'web', flavor: 'm1', image, host: FULL };

export async function hostStage(options: Omit<CloudOptions, 'name'>): Promise<HostStage> {
  const simulator = await startSimulator({
    clouds: [{ name: CLOUD, computeHosts: 3, controllers: 3, maxLimit: 2, ...options }],
    fill: (cloud) =>
      populate(cloud, {
        flavors,
        images: [{ name: image, visibility: 'public' }],
        tenants: [
          { name: 'acme', servers: [web, { ...web, name: 'db', status: 'SHUTOFF' }, { ...web, name: 'mail' }] },
          { name: 'globex', servers: [{ ...web, name: 'shop' }] },
        ],
      }),
  });
  const { state } = simulator.cloud(CLOUD);
  const clouds = new OpenClouds([simulatedSettings(simulator.cloud(CLOUD))]);
  const heartbeats: unknown[] = [];
  const within =
    <A, R>(activity: (argument: A) => Promise<R>, heartbeatDetails?: unknown) =>
    (argument: A): Promise<R> => {
      const info = { scheduledTimestampMs: Date.now(), heartbeatDetails };
      const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
      environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
      return environment.run(activity, argument);
    };
  const tries = (heartbeatDetails?: unknown): HostActivities => {
    const plain = reportingFailures({ ...hostActivities(clouds) });
    return {
      inspectHost: within(plain.inspectHost),
      inspectController: within(plain.inspectController),
      disableHost: within(plain.disableHost),
      restoreHost: within(plain.restoreHost),
      removeHost: within(plain.removeHost, heartbeatDetails),
      returnedServices: within(plain.returnedServices),
      awaitHypervisor: within(plain.awaitHypervisor),
    };
  };
  const { nova } = state;
  return {
    simulator,
    state,
    heartbeats,
    activities: tries(),
    afterTry: tries,
    dieAfter(method, path) {
      const rule: FaultRule = { method, path, times: 1, fault: { kind: 'reset', afterwards: true } };
      simulator.faults.add(rule);
    },
    migration: (given) =>
      nova.migrations.add({
        id: String(nova.nextMigration++),
        uuid: state.random.uuid(),
        source: FULL,
        target: OTHER,
        createdAt: state.clock.now(),
        updatedAt: state.clock.now(),
        ...given,
      }),
    server(name) {
      const found = nova.servers.find((row) => row.name === name);
      if (found === undefined) throw new Error(`no server ${name}`);
      return found;
    },
    service: (host, binary = 'nova-compute') => nova.services.where('host', host).find((row) => row.binary === binary),
    close: () => simulator.close(),
  };
}
