import type { Cloud } from '../cloud.ts';
import type { CloudOptions } from '../options.ts';
import { generate } from './generate.ts';
import { populate } from './populate.ts';
import type { Scenario } from './scenario.ts';

/** A scenario without a file: a source that is filled by numbers, and targets that have a public network. */
export interface PlainScenario {
  /** Names of the clouds, different ones; the first is the source. */
  readonly names: readonly string[];
  /** Servers in the source; 0 leaves it empty. */
  readonly instances: number;
  readonly tenants: number | undefined;
  readonly identity: NonNullable<CloudOptions['identity']>;
  readonly network: NonNullable<CloudOptions['network']>;
  readonly seed: string;
}

const SERVERS_PER_HOST = 50;

export function plainScenario({ names, instances, tenants, identity, network, seed }: PlainScenario): Scenario {
  const isOld = identity !== 'v3' || network === 'nova-network';
  const source: Omit<CloudOptions, 'name'> = {
    identity,
    network,
    release: isOld ? 'pike' : 'zed',
    computeHosts: Math.max(2, Math.ceil(instances / SERVERS_PER_HOST)),
  };
  return {
    seed,
    faults: [],
    clouds: names.map((name, index) =>
      index === 0
        ? {
            role: 'source',
            options: { name, ...source },
            fill: undefined,
            generate: instances > 0 ? { instances, tenants, seed } : undefined,
          }
        : {
            role: 'target',
            options: { name },
            fill: { publicNetwork: { name: 'public', cidr: '198.18.0.0/16' } },
            generate: undefined,
          },
    ),
  };
}

/** Puts into a cloud what the scenario says is in it: for `fill` of `startSimulator`. */
export function fillFrom(scenario: Scenario, cloud: Cloud): void {
  const entry = scenario.clouds.find(({ options }) => options.name === cloud.name);
  if (entry?.generate !== undefined) {
    const { instances, tenants, seed } = entry.generate;
    const sized = { instances, seed: seed ?? scenario.seed, ...(tenants === undefined ? {} : { tenants }) };
    populate(cloud, generate(sized));
  }
  if (entry?.fill !== undefined) populate(cloud, entry.fill);
}
