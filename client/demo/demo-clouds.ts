import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Configuration, loadConfiguration } from '../../config/index.ts';
import { generate, populate, type Simulator, startSimulator } from '../../simulator/index.ts';

const SOURCE = 'good_old_openstack';
const TARGET = 'mira-os-1';

/** Two clouds in this process, as the usage document names them, and a `pumphouse.yaml` that leads to them. */
export interface DemoClouds {
  readonly source: string;
  readonly target: string;
  readonly configFile: string;
  readonly configuration: Configuration;
  close(): Promise<void>;
}

/**
 * An old cloud (Pike, logged in to by Identity v2.0) with `instances` servers, the same at every start, and a new, empty one
 * (Zed). The configuration lies in a folder of its own that goes away with them.
 */
export async function startDemoClouds(instances: number): Promise<DemoClouds> {
  const simulator = await startSimulator({
    clouds: [
      { name: SOURCE, release: 'pike', identity: 'both' },
      { name: TARGET, release: 'zed' },
    ],
    fill: (cloud) => {
      if (cloud.name === SOURCE) populate(cloud, generate({ instances, seed: 'demo' }));
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'pumphouse-demo-'));
  const configFile = join(folder, 'pumphouse.yaml');
  await writeFile(configFile, configurationText(simulator));
  await chmod(configFile, 0o600);
  return {
    source: SOURCE,
    target: TARGET,
    configFile,
    configuration: loadConfiguration({ path: configFile }),
    async close() {
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configurationText(simulator: Simulator): string {
  const entry = (name: string, authUrl: string) => {
    const { username, password, project } = simulator.cloud(name).credentials;
    return { name, auth_url: authUrl, username, password, tenant: project };
  };
  const old = simulator.cloud(SOURCE).authUrl.replace(/v3\/?$/, 'v2.0/');
  return stringify({ source: [entry(SOURCE, old)], target: [entry(TARGET, simulator.cloud(TARGET).authUrl)] });
}
