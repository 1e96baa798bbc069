import { readFileSync } from 'node:fs';
import process from 'node:process';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { ZodError } from 'zod';
import {
  type Cloud,
  type CloudOptions,
  generate,
  loadScenario,
  populate,
  type Scenario,
  ScenarioError,
  type SimulatedCloud,
  startSimulator,
} from './index.ts';
import { PopulationError } from './scenario/tenant-context.ts';

const USAGE = 2;

/** A mistake of the caller's: one line, no stack. */
class UsageError extends Error {}

interface Arguments {
  readonly scenario: string | undefined;
  readonly instances: number;
  readonly tenants: number | undefined;
  readonly clouds: string;
  readonly identity: string;
  readonly network: string;
  readonly port: number;
  readonly controlPort: number | undefined;
  readonly host: string;
  readonly seed: string;
}

async function parse(argv: readonly string[]): Promise<Arguments> {
  return await yargs([...argv])
    .scriptName('pump-sim')
    .usage('$0 [options]\n\nOpenStack clouds in one process, over HTTP, until Ctrl-C.')
    .option('scenario', { type: 'string', requiresArg: true, describe: 'YAML file: clouds, what is in them, faults' })
    .option('instances', { type: 'number', requiresArg: true, default: 20, describe: 'servers in the first cloud' })
    .option('tenants', { type: 'number', requiresArg: true, describe: 'tenants of those servers (a tenth of them)' })
    .option('clouds', {
      type: 'string',
      requiresArg: true,
      default: 'source,target',
      describe: 'names; the first is the source',
    })
    .option('identity', { choices: ['v3', 'v2.0', 'both'], default: 'v3', describe: 'Identity API of the source' })
    .option('network', { choices: ['neutron', 'nova-network'], default: 'neutron', describe: 'network of the source' })
    .option('port', { type: 'number', requiresArg: true, default: 0, describe: 'first port; 0 takes free ones' })
    .option('control-port', { type: 'number', requiresArg: true, describe: 'port for POST /_sim/faults and the like' })
    .option('host', { type: 'string', requiresArg: true, default: '127.0.0.1', describe: 'address to listen on' })
    .option('seed', {
      type: 'string',
      requiresArg: true,
      default: '1',
      describe: 'same seed: same clouds, same faults',
    })
    .example('$0 > pumphouse.yaml', 'two clouds, 20 servers in the first')
    .example('$0 --instances 10000 --seed demo', 'a large source, the same every time')
    .example('$0 --identity v2.0 --network nova-network', 'a source as it was in 2013')
    .example('$0 --scenario clouds.yaml --control-port 9999', 'clouds and faults from a file')
    .version(version())
    .wrap(null)
    .strict()
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    })
    .parseAsync();
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const manifest: unknown = JSON.parse(text);
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return String(found ?? 'unknown');
}

function check(given: Arguments): void {
  const wholes = {
    instances: given.instances,
    port: given.port,
    tenants: given.tenants ?? 1,
    'control-port': given.controlPort ?? 0,
  };
  for (const [name, value] of Object.entries(wholes)) {
    if (!Number.isInteger(value) || value < 0) throw new UsageError(`--${name} must be a whole number, 0 or more`);
  }
  for (const [name, port] of [
    ['port', given.port],
    ['control-port', given.controlPort ?? 0],
  ] as const) {
    if (port > 65_535) throw new UsageError(`--${name} must be at most 65535`);
  }
  if (given.instances > 100_000) throw new UsageError('--instances must be at most 100000');
}

/** What the command line describes, in the shape of a scenario file. */
function scenarioOf(given: Arguments): Scenario {
  if (given.scenario !== undefined) return loadScenario(given.scenario);
  const names = given.clouds.split(',').map((name) => name.trim());
  if (new Set(names).size !== names.length) throw new UsageError('--clouds: two clouds have the same name');
  const bad = names.find((name) => !/^[\w-]+$/.test(name));
  if (bad !== undefined) throw new UsageError(`--clouds: '${bad}' is no name (letters, digits, _ and -)`);
  const identity = given.identity === 'v2.0' || given.identity === 'both' ? given.identity : 'v3';
  const network = given.network === 'nova-network' ? given.network : 'neutron';
  const old = identity !== 'v3' || network === 'nova-network';
  const source: Omit<CloudOptions, 'name'> = { identity, network, release: old ? 'pike' : 'zed' };
  const filled = { instances: given.instances, tenants: given.tenants, seed: given.seed };
  const hosts = Math.max(2, Math.ceil(given.instances / 50));
  return {
    seed: given.seed,
    faults: [],
    clouds: names.map((name, index) => ({
      role: index === 0 ? 'source' : 'target',
      options: { name, ...(index === 0 ? { ...source, computeHosts: hosts } : {}) },
      fill: index === 0 ? undefined : { publicNetwork: { name: 'public', cidr: '198.18.0.0/16' } },
      generate: index === 0 && given.instances > 0 ? filled : undefined,
    })),
  };
}

function fill(scenario: Scenario, cloud: Cloud): void {
  const entry = scenario.clouds.find(({ options }) => options.name === cloud.name);
  if (entry?.generate !== undefined) {
    const { instances, tenants, seed } = entry.generate;
    populate(
      cloud,
      generate({ instances, seed: seed ?? scenario.seed, ...(tenants === undefined ? {} : { tenants }) }),
    );
  }
  if (entry?.fill !== undefined) populate(cloud, entry.fill);
}

/** The clouds as Pumphouse's configuration wants them. */
function snippet(scenario: Scenario, clouds: readonly SimulatedCloud[]): string {
  const lines: string[] = [];
  for (const role of ['source', 'target'] as const) {
    const own = clouds.filter(
      ({ name }) => scenario.clouds.find((entry) => entry.options.name === name)?.role === role,
    );
    if (own.length === 0) continue;
    lines.push(`${role}:`);
    for (const { name, authUrl, credentials } of own) {
      lines.push(`  - name: ${JSON.stringify(name)}`, `    auth_url: ${JSON.stringify(authUrl)}`);
      lines.push(`    username: ${JSON.stringify(credentials.username)}`);
      lines.push(`    password: ${JSON.stringify(credentials.password)}`);
      lines.push(`    tenant: ${JSON.stringify(credentials.project)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(): Promise<void> {
  const given = await parse(hideBin(process.argv));
  check(given);
  const scenario = scenarioOf(given);
  const simulator = await startSimulator({
    clouds: scenario.clouds.map(({ options }) => options),
    host: given.host,
    port: given.port,
    seed: scenario.seed,
    faults: scenario.faults,
    fill: (cloud) => fill(scenario, cloud),
    ...(given.controlPort === undefined ? {} : { controlPort: given.controlPort }),
  });
  process.stdout.write(snippet(scenario, simulator.clouds));
  for (const { name, authUrl, adminUrl, state } of simulator.clouds) {
    const admin = adminUrl === undefined ? '' : `, admin ${adminUrl}`;
    say(`${name}: ${authUrl}${admin}; ${state.nova.servers.size} servers, ${state.identity.projects.size} projects`);
  }
  if (simulator.controlUrl !== undefined) say(`control: ${simulator.controlUrl}/_sim/faults`);
  say('Ctrl-C ends it.');
  const end = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

function describe(error: unknown): { readonly line: string; readonly code: number } {
  if (error instanceof ZodError) {
    return { line: error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '), code: USAGE };
  }
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return { line: `${message}; choose another --port`, code: 1 };
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return { line: message, code: USAGE };
  const usage =
    error instanceof UsageError ||
    error instanceof ScenarioError ||
    error instanceof PopulationError ||
    (error instanceof Error && error.name === 'YError');
  return { line: message, code: usage ? USAGE : 1 };
}

main().catch((error: unknown) => {
  const { line, code } = describe(error);
  say(`pump-sim: ${line}`);
  process.exitCode = code;
});
