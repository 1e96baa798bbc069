import { afterEach, expect, test } from '@jest/globals';
import { leave } from '../../../../resources/compute/evacuation/leave.ts';
import { departureOf } from '../../../../resources/compute/evacuation/leaving.ts';
import { Cloud } from '../../../../services/openstack/index.ts';
import { populate, type Simulator, startSimulator } from '../../../../simulator/index.ts';
import type { Server } from '../../../../simulator/nova/state.ts';
import { simulatedSettings } from '../../../contract/simulated-settings.ts';

const LONGEST_MS = 10_000;

let simulator: Simulator;
let cloud: Cloud;
afterEach(async () => {
  cloud.close();
  await simulator.close();
});

async function oneServer(): Promise<Server> {
  simulator = await startSimulator({
    clouds: [{ name: 'old', computeHosts: 2 }],
    fill: (each) =>
      populate(each, {
        flavors: [{ name: 'm1', id: 'f1' }],
        images: [{ name: 'cirros', visibility: 'public' }],
        tenants: [{ name: 'acme', servers: [{ name: 'web', flavor: 'm1', image: 'cirros', host: 'old-c1' }] }],
      }),
  });
  cloud = new Cloud(simulatedSettings(simulator.cloud('old')));
  const [server] = simulator.cloud('old').state.nova.servers.all();
  return server!;
}

async function leaves(id: string, arrivingMs: number) {
  const { departure, name } = await departureOf(cloud, id);
  return leave(
    cloud,
    { id, name, step: 'live', departure },
    {
      storage: 'auto',
      memory: {},
      onMemory: () => undefined,
      onSight: () => undefined,
      signal: AbortSignal.timeout(LONGEST_MS),
      cancelled: new AbortController().signal,
      arrivingMs,
    },
  );
}

test('An instance whose guest is off where it has arrived has left its host, and that is told', async () => {
  const { id } = await oneServer();
  simulator.cloud('old').state.nova.dyingOnArrival.add(id);
  const but = 'its hypervisor says shut down there, and said running before: look at its console';
  expect(await leaves(id, 0)).toEqual({ kind: 'moved', host: 'old-c2', but });
});

test('One that is as it was a moment later has left without a word', async () => {
  const server = await oneServer();
  const { nova } = simulator.cloud('old').state;
  nova.dyingOnArrival.add(server.id);
  const left = leaves(server.id, LONGEST_MS);
  while (server.powerState === undefined) await new Promise((next) => setImmediate(next));
  delete server.powerState;
  expect(await left).toEqual({ kind: 'moved', host: 'old-c2' });
});
