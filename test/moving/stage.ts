import { afterAll, beforeAll, describe } from '@jest/globals';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import { compare, type Difference } from '../../resources/moving/compare.ts';
import { Correspondence, type Mappings } from '../../resources/moving/correspondence.ts';
import { type Made, type MakeOptions, make, unmake } from '../../resources/moving/make.ts';
import type { Making, NewPassword } from '../../resources/moving/making.ts';
import { Reader } from '../../resources/reader.ts';
import type { Resource, ResourceTypeName } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { requireLab } from '../lab/lab-clouds.ts';

/** Two clouds that the moving of a type is checked on. */
export interface Pair {
  readonly title: string;
  /** Starts what has to be started; `close` ends it. */
  open(): Promise<{ readonly source: CloudSettings; readonly target: CloudSettings; close(): Promise<void> }>;
}

/** Names of everything that these tests make, so that what a broken run left can be swept away. */
export const PREFIX = 'moving-test-';

/** As the activities of one run see the clouds. */
export interface Mover {
  readonly correspondence: Correspondence;
  making(id: string): Making;
  make(resource: Resource, options?: MakeOptions): Promise<Made>;
  unmake(resource: Resource, targetId: string): Promise<void>;
  /** The source's resource as it is now. */
  read(type: ResourceTypeName, id: string): Promise<Resource>;
  /** The target's. */
  readMade(type: ResourceTypeName, id: string): Promise<Resource>;
  /** What is not as wanted in the target. */
  differences(resource: Resource, targetId: string): Promise<readonly Difference[]>;
}

export interface MoverOptions {
  readonly run?: string;
  readonly mappings?: Mappings;
  readonly passwordOf?: (user: { readonly name: string; readonly domainId: string }) => NewPassword;
}

export interface Stage {
  source(): Cloud;
  target(): Cloud;
  /** A new mover remembers nothing, as after a restart of the worker. */
  mover(options?: MoverOptions): Mover;
}

/** Runs a section of tests on each pair of clouds. */
export function onEach(pairs: readonly Pair[], what: string, section: (stage: Stage) => void): void {
  for (const pair of pairs) {
    describe(`${what}, ${pair.title}`, () => {
      let opened: { source: Cloud; target: Cloud; close(): Promise<void> } | undefined;
      beforeAll(async () => {
        const { source, target, close } = await pair.open();
        opened = { source: new Cloud(source), target: new Cloud(target), close };
      }, 60_000);
      afterAll(async () => {
        opened?.source.close();
        opened?.target.close();
        await opened?.close();
      });
      const there = () => {
        if (opened === undefined) throw new Error('the clouds could not be opened: see the first failure');
        return opened;
      };
      const source = () => there().source;
      const target = () => there().target;
      section({ source, target, mover: (options) => moverOf(source(), target(), options) });
    });
  }
}

const RUN = '0123456789abcdef';

function moverOf(sourceCloud: Cloud, targetCloud: Cloud, options: MoverOptions = {}): Mover {
  const { run = RUN, mappings = {}, passwordOf = () => ({ kind: 'none' }) } = options;
  const source = new Reader(sourceCloud);
  const target = new Reader(targetCloud);
  const correspondence = new Correspondence(source, target, mappings);
  const projects = new Map<string, Cloud>();
  const inProject = (projectId: string) => {
    const cloud = projects.get(projectId) ?? targetCloud.inProject(projectId);
    projects.set(projectId, cloud);
    return cloud;
  };
  const making = (id: string): Making => ({
    source,
    target,
    origin: { cloud: sourceCloud.name, id, run },
    inProject,
    passwordOf,
    signal: new AbortController().signal,
  });
  return {
    correspondence,
    making,
    make: (resource, how) => make(making(resource.id), correspondence, resource, how),
    unmake: (resource, targetId) => unmake(making(resource.id), correspondence, resource, targetId),
    read: (type, id) => resourceTypes[type].get(new Reader(sourceCloud), id),
    readMade: (type, id) => resourceTypes[type].get(new Reader(targetCloud), id),
    async differences(resource, targetId) {
      const found = await resourceTypes[resource.type].get(new Reader(targetCloud), targetId);
      return compare(await correspondence.wanted(resource), found);
    },
  };
}

const quick = { buildMs: 20, deleteMs: 20, powerMs: 20, migrateMs: 20, snapshotMs: 20, volumeMs: 20, attachMs: 20 };

const simulated = (title: string, source: object): Pair => ({
  title,
  async open() {
    const simulator = await startSimulator({
      clouds: [
        { name: 'source', durations: quick, ...source },
        { name: 'target', durations: quick },
      ],
    });
    return {
      source: simulatedSettings(simulator.cloud('source')),
      target: simulatedSettings(simulator.cloud('target')),
      close: () => simulator.close(),
    };
  },
});

/** Pairs in this process, both empty. */
export const simulatedPairs: readonly Pair[] = [
  simulated('from Zed to Zed, simulated', {}),
  simulated('from Pike to Zed, simulated', { release: 'pike', identity: 'both' }),
];

/** The lab's clouds. */
export const labPair: Pair = {
  title: 'from Zed to Zed, real',
  async open() {
    const [source, target] = [await requireLab('zed', 'source'), await requireLab('zed', 'target')];
    return { source, target, close: async () => undefined };
  },
};
