import { ApplicationFailure } from '@temporalio/common';
import type { CloudSettings, HostSettings } from '../config/index.ts';
import { openPower, type PowerDriver } from '../services/power/index.ts';
import { openProvisioner, type Provisioner } from '../services/provisioner/index.ts';

/** The hosts of a worker's configuration by name, and the drivers that reach them. */
export class OpenHosts {
  readonly #hosts: ReadonlyMap<string, HostSettings>;
  readonly #targets: readonly CloudSettings[];

  constructor({
    hosts = [],
    targets = [],
  }: {
    readonly hosts?: readonly HostSettings[];
    readonly targets?: readonly CloudSettings[];
  }) {
    this.#targets = targets;
    this.#hosts = new Map(hosts.map((host) => [host.name, host]));
  }

  host(name: string): HostSettings {
    const host = this.#hosts.get(name);
    if (host !== undefined) return host;
    const names = [...this.#hosts.keys()].join(', ') || 'none';
    throw ApplicationFailure.nonRetryable(
      `this worker's configuration has no host ${JSON.stringify(name)} under hosts; it has: ${names}`,
      'configuration',
    );
  }

  /** Of a target; a new one each time, for the caller to close. */
  provisioner(cloud: string): Provisioner {
    const target = this.#targets.find(({ name }) => name === cloud);
    if (target !== undefined) return openProvisioner(target);
    const names = this.#targets.map(({ name }) => name).join(', ') || 'none';
    throw ApplicationFailure.nonRetryable(
      `this worker's configuration has no target ${JSON.stringify(cloud)}; it has: ${names}`,
      'configuration',
    );
  }

  /** A new one each time, for the caller to close. */
  power(name: string): PowerDriver {
    return openPower(this.host(name));
  }
}
