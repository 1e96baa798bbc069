import type { PlainScenario } from '../../../simulator/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../usage-error.ts';

const IDENTITIES = ['v3', 'v2.0', 'both'] as const satisfies readonly PlainScenario['identity'][];
const NETWORKS = ['neutron', 'nova-network'] as const satisfies readonly PlainScenario['network'][];

export const simCommand = defineCommand({
  name: '',
  summary: 'OpenStack clouds in one process, over HTTP, until Ctrl-C',
  details: 'stdout gets the pumphouse.yaml that leads to them, stderr what is in them.',
  positionals: {},
  options: {
    scenario: {
      kind: 'text',
      value: 'FILE',
      suggest: 'file',
      describe: 'YAML: clouds, what is in them, faults; instead of the options below but ports and host',
    },
    instances: { kind: 'number', value: 'N', least: 0, most: 100_000, standard: 20, describe: 'Servers in the source' },
    tenants: {
      kind: 'number',
      value: 'N',
      least: 0,
      most: 10_000,
      describe: 'Tenants of those servers; a tenth of them unless told',
    },
    clouds: { kind: 'text', value: 'NAMES', standard: 'source,target', describe: 'Names; the first is the source' },
    identity: { kind: 'choice', choices: IDENTITIES, standard: 'v3', describe: 'Identity API of the source' },
    network: { kind: 'choice', choices: NETWORKS, standard: 'neutron', describe: 'Network of the source' },
    seed: { kind: 'text', value: 'SEED', standard: '1', describe: 'Same seed: same clouds, same faults' },
    port: { kind: 'port', value: 'PORT', standard: 0, describe: 'Port of the first cloud, others follow; 0 for any' },
    'control-port': { kind: 'port', value: 'PORT', describe: 'Port for POST /_sim/faults and the like' },
    host: { kind: 'text', value: 'ADDRESS', standard: '127.0.0.1', describe: 'Address to listen on' },
  },
  examples: [
    { line: 'pump-sim > pumphouse.yaml', says: 'Two clouds, 20 servers in the first' },
    { line: 'pump-sim --instances 10000 --seed demo', says: 'A large source, the same every time' },
    { line: 'pump-sim --identity v2.0 --network nova-network', says: 'A source as it was in 2013' },
    { line: 'pump-sim --scenario clouds.yaml --control-port 9999', says: 'Clouds and faults from a file' },
  ],
  endsItself: true,
  check({ clouds }) {
    cloudNames(clouds);
  },
  async run(values, context) {
    const { runSimulator } = await import('../processes/simulator.ts');
    await runSimulator(values, cloudNames(values.clouds), context);
    return 0;
  },
});

function cloudNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const bad = names.find((name) => !/^[\w-]+$/.test(name));
  if (bad !== undefined)
    throw new UsageError(`--clouds: ${JSON.stringify(bad)} is no name; letters, digits, _ and - make one`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--clouds: two clouds are called ${JSON.stringify(twice)}`);
  return names;
}
