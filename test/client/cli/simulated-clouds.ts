import {
  type Cloud,
  type Population,
  populate,
  type SimulatedCloud,
  type Simulator,
  startSimulator,
} from '../../../simulator/index.ts';
import { commandLine, folderWith, type Outcome, type Place } from './command-line.ts';

/** Two tenants with the same names inside, security groups that name each other, a server that uses all there is. */
const POPULATION: Population = {
  flavors: [{ name: 'm1.small', vcpus: 2, ram: 1024, disk: 10, extraSpecs: { 'hw:cpu_policy': 'shared' } }],
  images: [{ name: 'debian', visibility: 'public' }],
  publicNetwork: { name: 'public', cidr: '203.0.113.0/24' },
  tenants: [tenant('acme'), tenant('umbrella')],
};

function tenant(name: string): NonNullable<Population['tenants']>[number] {
  return {
    name,
    users: [{ name: `${name}-user`, password: 'hush', keypairs: ['laptop'] }],
    securityGroups: [
      { name: 'web', rules: [{ protocol: 'tcp', ports: [80, 80], group: 'db' }] },
      { name: 'db', rules: [{ protocol: 'tcp', ports: [5432, 5432], group: 'web' }] },
    ],
    networks: [{ name: 'inside', cidr: '10.0.0.0/24' }],
    servers: [
      {
        name: 'web-1',
        flavor: 'm1.small',
        image: 'debian',
        networks: [{ name: 'inside' }],
        securityGroups: ['web'],
        keypair: 'laptop',
        host: 'old-c1',
        floatingIp: true,
        metadata: { purpose: 'say "hi"' },
      },
    ],
  };
}

export interface SimulatedClouds {
  readonly simulator: Simulator;
  /** Runs a command line beside a pumphouse.yaml with these clouds: source `old`, target `new`. */
  cli(line: string | readonly string[], place?: Place): Promise<Outcome>;
  /** OS_* of a user of tenant acme in `old`. */
  readonly member: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** `old`, filled; `new`, with nothing but what every cloud has, and without Cinder. */
export async function startClouds(): Promise<SimulatedClouds> {
  const fill = (cloud: Cloud) => {
    if (cloud.name === 'old') populate(cloud, POPULATION);
  };
  const simulator = await startSimulator({ clouds: [{ name: 'old' }, { name: 'new', without: ['volume'] }], fill });
  const [source, target] = ['old', 'new'].map((name) => settings(simulator.cloud(name)));
  const folder = folderWith({ 'pumphouse.yaml': `source: [${source}]\ntarget: [${target}]\n` });
  return {
    simulator,
    cli: (line, place = {}) =>
      commandLine(typeof line === 'string' ? line.split(' ') : line, { cwd: folder.path, ...place }),
    member: {
      OS_AUTH_URL: simulator.cloud('old').authUrl,
      OS_USERNAME: 'acme-user',
      OS_PASSWORD: 'hush',
      OS_PROJECT_NAME: 'acme',
    },
    async close() {
      folder.remove();
      await simulator.close();
    },
  };
}

function settings({ name, authUrl, credentials }: SimulatedCloud): string {
  const { username, password, project } = credentials;
  return `{ name: ${name}, auth_url: "${authUrl}", username: ${username}, password: ${password}, project: ${project} }`;
}
