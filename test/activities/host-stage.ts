import { OpenClouds } from '../../activities/open-clouds.ts';
import type { Cloud as SimulatedState } from '../../simulator/cloud.ts';
import { type CloudOptions, type FaultRule, populate, type Simulator, startSimulator } from '../../simulator/index.ts';
import type { Migration, Server } from '../../simulator/nova/state.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { type HostTries, hostTries } from './host-tries.ts';

export const CLOUD = 'source';
export const TARGET = 'target';
/** Host of the instances. */
export const FULL = 'source-c1';
/** Host without instances. */
export const EMPTY = 'source-c2';
/** Where what leaves goes. */
export const OTHER = 'source-c3';

/** What the same is tried on: Nova by ids and by names, and one that leaves providers behind and keeps no reasons of locks. */
export const RELEASES = [
  { title: 'Zed', options: { release: 'zed' }, isNew: true },
  { title: 'Pike', options: { release: 'pike' }, isNew: false },
  { title: 'an older release', options: { release: 'pike', computeMaxVersion: '2.42' }, isNew: false },
] as const;

/** Three computes and three controllers, and instances of two tenants on the first compute. */
export interface HostStage extends HostTries {
  readonly simulator: Simulator;
  readonly state: SimulatedState;
  /** The worker dies when the call has been carried out, before it knows. */
  dieAfter(method: string, path: string): void;
  /** In the target, with the mark of a run. */
  copyOf(server: Server): void;
  migration(given: Pick<Migration, 'serverId' | 'type' | 'status'> & Partial<Migration>): Migration;
  server(name: string): Server;
  service(host: string, binary?: string): ReturnType<SimulatedState['nova']['services']['all']>[number] | undefined;
  close(): Promise<void>;
}

const flavors = [{ name: 'm1', id: 'f1' }];
const image = 'cirros';
const web = { name: 'web', flavor: 'm1', image, host: FULL };

export async function hostStage(options: Omit<CloudOptions, 'name'>): Promise<HostStage> {
  const simulator = await startSimulator({
    clouds: [{ name: CLOUD, computeHosts: 3, controllers: 3, maxLimit: 2, ...options }, { name: TARGET }],
    fill: (cloud) => {
      if (cloud.name === TARGET) return;
      populate(cloud, {
        flavors,
        images: [{ name: image, visibility: 'public' }],
        tenants: [
          { name: 'acme', servers: [web, { ...web, name: 'db', status: 'SHUTOFF' }, { ...web, name: 'mail' }] },
          { name: 'globex', servers: [{ ...web, name: 'shop' }] },
        ],
      });
    },
  });
  const { state } = simulator.cloud(CLOUD);
  const target = simulator.cloud(TARGET).state;
  const clouds = new OpenClouds([CLOUD, TARGET].map((name) => simulatedSettings(simulator.cloud(name))));
  const { nova } = state;
  return {
    simulator,
    state,
    ...hostTries(clouds),
    dieAfter(method, path) {
      const rule: FaultRule = { method, path, times: 1, fault: { kind: 'reset', afterwards: true } };
      simulator.faults.add(rule);
    },
    copyOf({ id, ...server }) {
      const mark = { pumphouse_from: id, pumphouse_cloud: CLOUD, pumphouse_run: '0123456789abcdef' };
      const own = { host: `${TARGET}-c1`, metadata: mark, tags: [`pumphouse_from=${id}`] };
      target.nova.servers.add({ ...server, ...own, id: target.random.uuid(), lockedBy: null, vmState: 'active' });
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
