import { ApplicationFailure } from '@temporalio/common';
import type { CloudSettings, HostSettings, SwitchSettings } from '../config/index.ts';
import { openPower, type PowerDriver } from '../services/power/index.ts';
import { openProvisioner, type Provisioner } from '../services/provisioner/index.ts';
import { openSwitch, type SwitchDriver } from '../services/switch/index.ts';

/** The hosts of a worker's configuration by name, and the drivers that reach them. */
export class OpenHosts {
  readonly #hosts: ReadonlyMap<string, HostSettings>;
  readonly #targets: readonly CloudSettings[];
  readonly #switches: readonly SwitchSettings[];

  constructor({
    hosts = [],
    targets = [],
    switches = [],
  }: {
    readonly hosts?: readonly HostSettings[];
    readonly targets?: readonly CloudSettings[];
    readonly switches?: readonly SwitchSettings[];
  }) {
    this.#targets = targets;
    this.#switches = switches;
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

  /** Where a host is plugged in. `open` gives a new driver each time, for the caller to close; none for a switch that is wired by hand. */
  switchPort(name: string): {
    readonly name: string;
    readonly port: string;
    readonly settings: SwitchSettings;
    readonly open: () => SwitchDriver | undefined;
  } {
    const { switchPort } = this.host(name);
    const settings = this.#switches.find((each) => each.name === switchPort?.switch);
    if (switchPort !== undefined && settings !== undefined)
      return { name: settings.name, port: switchPort.port, settings, open: () => openSwitch(settings) };
    throw ApplicationFailure.nonRetryable(
      `this worker's configuration has no switch_port for host ${JSON.stringify(name)}`,
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
