import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Configuration, loadConfiguration } from '../../config/index.ts';
import { generate, populate, type Simulator, startSimulator } from '../../simulator/index.ts';
import { simulatedConfiguration } from '../simulated-configuration.ts';
import { type DemoHardware, startDemoHardware } from './demo-hardware.ts';

const SOURCE = 'good_old_openstack';
const TARGET = 'mira-os-1';

/** Own ones: a worker with real clouds, on the same Temporal, must not be handed runs of simulated ones, or the reverse. */
const QUEUES = { task_queue: 'pumphouse-demo', data_task_queue: 'pumphouse-demo-data' };

/** What operators prepare in a new cloud before anything moves there: both clouds share the external network. */
const PREPARED = { publicNetwork: { name: 'public', cidr: '198.18.0.0/16' } };

/** The only tenant of the source that owns something. */
export const DEMO_TENANT = 't0001';

/** Two clouds in this process, as the usage document names them, the machines under the old one and the Fuel of the new one, and a `pumphouse.yaml` that leads to them. */
export interface DemoClouds {
  readonly source: string;
  readonly target: string;
  readonly configFile: string;
  readonly configuration: Configuration;
  /** Compute hosts of the source, each a machine that can be taken. */
  readonly hosts: readonly string[];
  close(): Promise<void>;
}

/**
 * An old cloud (Pike, logged in to by Identity v2.0) with a tenant of `instances` servers, the same at every start, and a new, empty one
 * (Zed). The configuration lies in a folder of its own that goes away with them.
 */
export async function startDemoClouds(instances: number): Promise<DemoClouds> {
  const simulator = await startSimulator({
    clouds: [
      { name: SOURCE, release: 'pike', identity: 'both' },
      { name: TARGET, release: 'zed' },
    ],
    fill: (cloud) => {
      populate(cloud, cloud.name === SOURCE ? generate({ instances, tenants: 1, seed: 'demo' }) : PREPARED);
    },
  });
  const hardware = await startDemoHardware(simulator, SOURCE, TARGET).catch(async (error: unknown) => {
    await simulator.close();
    throw error;
  });
  const folder = await mkdtemp(join(tmpdir(), 'pumphouse-demo-'));
  const configFile = join(folder, 'pumphouse.yaml');
  await writeFile(configFile, configurationText(simulator, hardware));
  await chmod(configFile, 0o600);
  return {
    source: SOURCE,
    target: TARGET,
    configFile,
    hosts: hardware.hosts,
    configuration: loadConfiguration({ path: configFile }),
    async close() {
      await hardware.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configurationText(simulator: Simulator, { sections, fuelUrl }: DemoHardware): string {
  const source = simulator.cloud(SOURCE);
  const clouds = [
    // As operators of old clouds have it: no v3 in the URL.
    { role: 'source', cloud: { ...source, authUrl: source.authUrl.replace(/v3\/?$/, 'v2.0/') } },
    { role: 'target', cloud: simulator.cloud(TARGET), fuelUrl },
  ] as const;
  // Users whose passwords follow from a secret can log in, so that their instances are booted as theirs.
  const passwords = { users: 'generate', secret: randomUUID() };
  return simulatedConfiguration(clouds, { temporal: QUEUES, passwords, ...sections });
}
