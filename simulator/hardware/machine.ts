import type { Clock } from '../clock.ts';
import { type MachineOptions, type MachineSettings, machineSettings } from './machine-options.ts';

/** What the next start is from. `setup` and `cd` stand for all that ends in front of a person. */
export type BootDevice = 'none' | 'pxe' | 'disk' | 'cd' | 'setup';

export interface BootOverride {
  readonly device: BootDevice;
  readonly persistence: 'once' | 'always';
  readonly firmware: 'bios' | 'uefi';
}

/** `hung`: on, and nothing runs: no boot device, a PXE ROM that waits for ever, a setup screen. */
export type BootedInto = 'nothing' | 'disk' | 'bootstrap' | 'hung';

/** What is on the disk: a member of the old cloud, a node that Fuel has installed, or nothing that starts. */
export type Installed = 'old cloud' | 'fuel node' | 'nothing';

/** What a PXE request finds in the network that it reaches. */
export type PxeAnswer = 'bootstrap' | 'own disk' | 'no answer';

const NO_OVERRIDE: BootOverride = { device: 'none', persistence: 'once', firmware: 'bios' };

/** A server in a rack. It reacts to its power button and to what it finds at boot; its BMC and its cables are others'. */
export class Machine {
  readonly settings: MachineSettings;
  readonly #clock: Clock;
  readonly #askPxe: (machine: Machine) => PxeAnswer;
  readonly #watchers: ((machine: Machine) => void)[] = [];
  readonly #starts: BootedInto[] = [];
  #power: 'on' | 'off';
  #bootedInto: BootedInto = 'nothing';
  #installed: Installed;
  #override = NO_OVERRIDE;
  #softOff: MachineSettings['softOff'];
  /** Counts power changes and starts: what was due in an earlier life does not happen any more. */
  #life = 0;

  /** `askPxe`: what answers in the VLAN of its PXE port. A machine that is on to begin with has started from its disk. */
  constructor(options: MachineOptions, clock: Clock, askPxe: (machine: Machine) => PxeAnswer) {
    this.settings = machineSettings(options);
    this.#clock = clock;
    this.#askPxe = askPxe;
    this.#power = this.settings.power;
    this.#installed = this.settings.installed;
    this.#softOff = this.settings.softOff;
    if (this.#power === 'on') this.#bootedInto = this.#installed === 'nothing' ? 'hung' : 'disk';
  }

  get name(): string {
    return this.settings.name;
  }
  get macs(): readonly string[] {
    return Object.values(this.settings.interfaces);
  }
  get pxeMac(): string {
    return this.settings.interfaces[this.settings.pxeInterface] ?? '';
  }
  get power(): 'on' | 'off' {
    return this.#power;
  }
  get bootedInto(): BootedInto {
    return this.#bootedInto;
  }
  get installed(): Installed {
    return this.#installed;
  }
  get bootOverride(): BootOverride {
    return this.#override;
  }
  /** What every start since the beginning has come to, oldest first. */
  get starts(): readonly BootedInto[] {
    return this.#starts;
  }

  /** `changed` is called whenever power, what runs or what is installed is another. */
  watch(changed: (machine: Machine) => void): void {
    this.#watchers.push(changed);
  }

  setBootOverride(override: BootOverride): void {
    this.#override = override.device === 'none' ? NO_OVERRIDE : override;
  }

  /** The machine is on a little later; one that is on, or about to go off, does not notice. */
  powerOn(): void {
    if (this.#power === 'on') return;
    this.#later(this.settings.durations.powerMs, () => this.#start());
  }

  /** `hard` cuts the power. `soft` asks the system that runs; where none does, or it hangs, nothing comes of it. */
  powerOff(how: 'soft' | 'hard'): void {
    if (this.#power === 'off') {
      // Not on yet, after a press a moment ago.
      this.#life += 1;
      return;
    }
    if (how === 'hard') {
      this.#later(this.settings.durations.powerMs, () => this.#stop());
      return;
    }
    const heard = this.#bootedInto === 'disk' || this.#bootedInto === 'bootstrap';
    if (heard && this.#softOff === 'works') this.#later(this.settings.durations.softOffMs, () => this.#stop());
  }

  /** Power away and back. */
  cycle(): void {
    if (this.#power === 'off') return;
    const { powerMs } = this.settings.durations;
    this.#later(powerMs, () => {
      this.#stop();
      this.#later(2 * powerMs, () => this.#start());
    });
  }

  /** Starts anew without losing power. */
  reset(): void {
    if (this.#power === 'on') this.#start();
  }

  /** From now on a system that is asked to shut down does so, or goes on for ever. */
  setSoftOff(softOff: MachineSettings['softOff']): void {
    this.#softOff = softOff;
  }

  install(system: Installed): void {
    this.#installed = system;
    this.#changed();
  }

  #stop(): void {
    this.#life += 1;
    this.#power = 'off';
    this.#bootedInto = 'nothing';
    this.#changed();
  }

  #start(): void {
    this.#power = 'on';
    this.#bootedInto = 'nothing';
    this.#changed();
    const { postMs, bootMs, bootstrapMs } = this.settings.durations;
    this.#later(postMs, () => {
      const found = this.#findSystem();
      if (found === 'hung') this.#booted(found);
      else this.#later(found === 'disk' ? bootMs : bootstrapMs, () => this.#booted(found));
    });
  }

  #booted(system: BootedInto): void {
    this.#bootedInto = system;
    this.#starts.push(system);
    this.#changed();
  }

  /** The firmware: the override first, which is used up if it was for once, then its own order. */
  #findSystem(): Exclude<BootedInto, 'nothing'> {
    const { device, persistence, firmware } = this.#override;
    const { firmwareOrder, firmware: spoken } = this.settings;
    if (persistence === 'once') this.#override = NO_OVERRIDE;
    // A boot of the other kind finds no loader: the firmware goes on in its own order.
    const heard = spoken === 'both' || spoken === firmware ? device : 'none';
    if (heard === 'setup' || heard === 'cd') return 'hung';
    const order = heard === 'none' ? firmwareOrder : [heard, ...firmwareOrder.filter((other) => other !== heard)];
    for (const source of order) {
      if (source === 'pxe') {
        const answer = this.#askPxe(this);
        if (answer === 'bootstrap') return 'bootstrap';
        if (answer === 'own disk' && this.#installed !== 'nothing') return 'disk';
        if (this.settings.pxeWithoutAnswer === 'hangs') return 'hung';
      } else if (this.#installed !== 'nothing') return 'disk';
    }
    return 'hung';
  }

  #later(delayMs: number, work: () => void): void {
    this.#life += 1;
    const life = this.#life;
    this.#clock.after(delayMs, () => {
      if (this.#life === life) work();
    });
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher(this);
  }
}
