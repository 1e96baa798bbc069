import type { CloudSettings } from '../../config/cloud-settings.ts';
import { Reader } from '../../resources/reader.ts';
import type { ListScope, Resource, ResourceTypeName } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import {
  type CloudOptions,
  type Population,
  populate,
  type SimulatedCloud,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';

/** One simulated cloud of a test's own, which it may change and break. */
export interface OneCloud {
  readonly simulator: Simulator;
  readonly simulated: SimulatedCloud;
  readonly settings: CloudSettings;
  readonly cloud: Cloud;
  /** A login as a user of the population. */
  as(username: string, project: string): Cloud;
  close(): Promise<void>;
}

export async function oneCloud(
  options: Omit<CloudOptions, 'name'>,
  population: Population,
  inAnotherWay: (settings: CloudSettings) => CloudSettings = (settings) => settings,
): Promise<OneCloud> {
  const simulator = await startSimulator({
    clouds: [{ name: 'one', ...options }],
    fill: (state) => populate(state, population),
  });
  const simulated = simulator.cloud('one');
  const settings = inAnotherWay(simulatedSettings(simulated));
  const clouds = [new Cloud(settings)];
  return {
    simulator,
    simulated,
    settings,
    cloud: clouds[0]!,
    as(username, project) {
      const cloud = new Cloud(simulatedSettings(simulated, { username, password: 'secret', project }));
      clouds.push(cloud);
      return cloud;
    },
    async close() {
      for (const cloud of clouds) cloud.close();
      await simulator.close();
    },
  };
}

/** All of a type in one look, and the notes of that look. */
export async function look(
  cloud: Cloud,
  type: ResourceTypeName,
  scope: ListScope = {},
): Promise<{ readonly items: readonly Resource[]; readonly notes: readonly string[] }> {
  const reader = new Reader(cloud);
  const items: Resource[] = [];
  for await (const page of resourceTypes[type].list(reader, scope)) items.push(...page);
  return { items, notes: reader.notes.map(({ text }) => text) };
}
