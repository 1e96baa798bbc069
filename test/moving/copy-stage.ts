import { afterAll, beforeAll, describe } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { type CopySettings, type ImageActivities, imageActivities } from '../../activities/image-activities.ts';
import { OpenClouds } from '../../activities/open-clouds.ts';
import { OpenMoves } from '../../activities/open-moves.ts';
import { reportingFailures } from '../../activities/report-failure.ts';
import { type ResourceActivities, resourceActivities } from '../../activities/resource-activities.ts';
import { sourceServerActivities } from '../../activities/source-server-activities.ts';
import { type VolumeActivities, volumeActivities } from '../../activities/volume-activities.ts';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import { type ImageAttributes, image } from '../../resources/image/image.ts';
import { Reader } from '../../resources/reader.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import type { Pair } from './stage.ts';

const RUN = '00000000c0ffee00';

/** A worker that has just started: it remembers nothing. `heartbeat` is called with what a copy tells. */
export interface Worker {
  readonly run: { readonly source: string; readonly target: string; readonly run: string };
  readonly images: ImageActivities;
  readonly volumes: VolumeActivities;
  readonly resources: ResourceActivities;
  readonly servers: ReturnType<typeof sourceServerActivities>;
  /** As Temporal cancels what runs. */
  cancel(): void;
}

export interface WorkerOptions extends CopySettings {
  readonly heartbeat?: (progress: unknown) => void;
  readonly run?: string;
}

export interface CopyStage {
  source(): Cloud;
  target(): Cloud;
  worker(options?: WorkerOptions): Worker;
}

/** Runs a section of tests of copying activities on each pair of clouds. */
export function copyingOnEach(pairs: readonly Pair[], what: string, section: (stage: CopyStage) => void): void {
  for (const pair of pairs) {
    describe(`${what}, ${pair.title}`, () => {
      let opened: { source: CloudSettings; target: CloudSettings; close(): Promise<void> } | undefined;
      let clouds: { source: Cloud; target: Cloud } | undefined;
      beforeAll(async () => {
        opened = await pair.open();
        clouds = { source: new Cloud(opened.source), target: new Cloud(opened.target) };
      }, 60_000);
      afterAll(async () => {
        clouds?.source.close();
        clouds?.target.close();
        await opened?.close();
      });
      const there = <T>(value: T | undefined): T => {
        if (value === undefined) throw new Error('the clouds could not be opened: see the first failure');
        return value;
      };
      section({
        source: () => there(clouds).source,
        target: () => there(clouds).target,
        worker: (options) => workerAt(there(opened).source, there(opened).target, options),
      });
    });
  }
}

export function workerAt(source: CloudSettings, target: CloudSettings, options: WorkerOptions = {}): Worker {
  const { heartbeat, run = RUN, ...settings } = options;
  const moves = new OpenMoves(new OpenClouds([source, target]), {}, () => ({ kind: 'none' }));
  const environment = new MockActivityEnvironment();
  if (heartbeat !== undefined) environment.on('heartbeat', heartbeat);
  return {
    run: { source: source.name, target: target.name, run },
    images: running(environment, imageActivities(moves, settings)),
    volumes: running(environment, volumeActivities(moves)),
    resources: running(environment, resourceActivities(moves)),
    servers: running(environment, sourceServerActivities(moves)),
    cancel: () => environment.cancel(),
  };
}

/** Activities as a worker runs them, each call in the same environment. */
function running<A extends object>(environment: MockActivityEnvironment, activities: A): A {
  const reporting = reportingFailures(activities as never) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const wrapped = Object.entries(reporting).map(([name, activity]) => [
    name,
    (...args: unknown[]) => environment.run(activity, ...args),
  ]);
  return Object.fromEntries(wrapped) as A;
}

export const readImage = (cloud: Cloud, id: string): Promise<Resource<ImageAttributes>> =>
  image.get(new Reader(cloud), id);

/** Waits for a thing that a cloud does by itself; the test's time limit is the limit. */
export async function eventually<T>(look: () => Promise<T>, isThere: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    await new Promise((later) => setTimeout(later, 50));
  }
}
