import { afterAll } from '@jest/globals';
import { type CloudOptions, generate, type Population, populate, startSimulator } from '../../simulator/index.ts';
import { contract } from './contract.ts';
import { simulatedSettings } from './simulated-settings.ts';
import type { Subject } from './subject.ts';

const quick = { buildMs: 20, deleteMs: 20, powerMs: 20, migrateMs: 20, snapshotMs: 20, volumeMs: 20, attachMs: 20 };

const clouds: readonly (CloudOptions & { readonly title: string; readonly expects: Subject['expects'] })[] = [
  {
    name: 'zed',
    title: 'the simulator as Zed',
    expects: { identity: 'v3', networking: 'neutron', volumes: true, placement: true },
  },
  {
    name: 'pike',
    title: 'the simulator as Pike with Identity v2.0 only',
    release: 'pike',
    identity: 'v2.0',
    expects: { identity: 'v2.0', networking: 'neutron', volumes: true, placement: true },
  },
  {
    name: 'pike-nova',
    title: 'the simulator as Pike with nova-network',
    release: 'pike',
    identity: 'v2.0',
    network: 'nova-network',
    expects: { identity: 'v2.0', networking: 'nova-network', volumes: true, placement: true },
  },
  {
    name: 'small',
    title: 'the simulator without Cinder and Placement',
    without: ['volume', 'placement'],
    expects: { identity: 'v3', networking: 'neutron', volumes: false, placement: false },
  },
];

/** A cloud without Cinder has servers without volumes. */
function withoutVolumes(population: Population): Population {
  const tenants = population.tenants?.map(({ volumes: _volumes, servers, ...tenant }) => ({
    ...tenant,
    servers: servers?.filter(({ volumes }) => (volumes ?? []).length === 0),
  }));
  return { ...population, tenants };
}

const simulator = await startSimulator({
  clouds: clouds.map(({ title: _title, expects: _expects, ...options }) => ({ ...options, durations: quick })),
  fill: (cloud) => {
    const population = generate({ instances: 24, tenants: 4 });
    populate(cloud, cloud.has('volume') ? population : withoutVolumes(population));
  },
});

afterAll(() => simulator.close());

for (const { name, title, expects } of clouds) {
  const cloud = simulator.cloud(name);
  const user = { username: 't0001-user', password: 'secret', project: 't0001' };
  contract({
    title,
    admin: () => simulatedSettings(cloud),
    member: () => simulatedSettings(cloud, user),
    expects,
  });
}
