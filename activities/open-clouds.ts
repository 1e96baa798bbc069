import { ApplicationFailure } from '@temporalio/common';
import type { CloudSettings } from '../config/index.ts';
import { Cloud } from '../services/openstack/index.ts';

/** The clouds of a worker's configuration by name, each with one session that all activities share. */
export class OpenClouds {
  readonly #settings: ReadonlyMap<string, CloudSettings>;
  readonly #open = new Map<string, Cloud>();

  constructor(settings: readonly CloudSettings[]) {
    this.#settings = new Map(settings.map((cloud) => [cloud.name, cloud]));
  }

  get(name: string): Cloud {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const settings = this.#settings.get(name);
    if (settings === undefined) {
      const names = [...this.#settings.keys()].join(', ') || 'none';
      throw ApplicationFailure.nonRetryable(
        `this worker's configuration has no cloud ${JSON.stringify(name)}; it has: ${names}`,
        'configuration',
      );
    }
    const cloud = new Cloud(settings);
    this.#open.set(name, cloud);
    return cloud;
  }
}
