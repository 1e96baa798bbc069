import { createHash } from 'node:crypto';
import { isObject, type Json, objectOf } from '../../http/json.ts';
import type { BootDevice, Machine } from '../machine.ts';
import type { BootTarget, RedfishSettings, ResetType } from './options.ts';
import { RedfishRefusal } from './refusal.ts';

const TARGET_OF: Readonly<Record<BootDevice, BootTarget>> = {
  none: 'None',
  pxe: 'Pxe',
  disk: 'Hdd',
  cd: 'Cd',
  setup: 'BiosSetup',
};
const ENABLED = ['Disabled', 'Once', 'Continuous'];
const MODES = { both: ['Legacy', 'UEFI'], bios: ['Legacy'], uefi: ['UEFI'] } as const;

/** The resource ComputerSystem (DSP0268 section 6.21) of one machine. */
export class System {
  readonly #machine: Machine;
  readonly #settings: RedfishSettings;

  constructor(machine: Machine, settings: RedfishSettings) {
    this.#machine = machine;
    this.#settings = settings;
  }

  get path(): string {
    return `/redfish/v1/Systems/${this.#settings.systemId}`;
  }

  /** Another one after every change that shows, power included. */
  get etag(): string {
    return `W/"${createHash('sha256').update(JSON.stringify(this.#body())).digest('hex').slice(0, 16)}"`;
  }

  view(): Json {
    return { ...this.#body(), '@odata.etag': this.etag };
  }

  #body(): Json {
    const { name, power, settings } = this.#machine;
    return {
      '@odata.type': '#ComputerSystem.v1_13_0.ComputerSystem',
      '@odata.id': this.path,
      Id: this.#settings.systemId,
      Name: 'System',
      HostName: name,
      SystemType: 'Physical',
      Manufacturer: 'Pumphouse',
      SerialNumber: settings.serial,
      Status: { State: power === 'on' ? 'Enabled' : 'Disabled', Health: 'OK' },
      PowerState: power === 'on' ? 'On' : 'Off',
      Boot: this.#boot(),
      ProcessorSummary: { Count: settings.cpus },
      MemorySummary: { TotalSystemMemoryGiB: settings.memoryBytes / 2 ** 30 },
      EthernetInterfaces: { '@odata.id': `${this.path}/EthernetInterfaces` },
      Actions: {
        '#ComputerSystem.Reset': {
          target: `${this.path}/Actions/ComputerSystem.Reset`,
          'ResetType@Redfish.AllowableValues': this.#settings.resetTypes,
        },
      },
    };
  }

  #boot(): Json {
    const { device, persistence, firmware } = this.#machine.bootOverride;
    const once = persistence === 'once' ? 'Once' : 'Continuous';
    return {
      BootSourceOverrideEnabled: device === 'none' ? 'Disabled' : once,
      BootSourceOverrideTarget: TARGET_OF[device],
      'BootSourceOverrideTarget@Redfish.AllowableValues': this.#settings.bootTargets,
      BootSourceOverrideMode: firmware === 'uefi' ? 'UEFI' : 'Legacy',
      'BootSourceOverrideMode@Redfish.AllowableValues': this.#modes,
    };
  }

  get #modes(): readonly string[] {
    return MODES[this.#machine.settings.firmware];
  }

  /** Boot only. All is looked at before the first is changed. */
  patch(body: unknown): void {
    const given = objectOf(body);
    const own = this.#body();
    for (const key of Object.keys(given))
      if (key !== 'Boot') throw new RedfishRefusal(key in own ? 'propertyNotWritable' : 'propertyUnknown', key);
    if (!isObject(given.Boot) || Object.keys(given.Boot).length === 0) throw new RedfishRefusal('noOperation');
    const boot = this.#boot();
    for (const key of Object.keys(given.Boot)) if (!(key in boot)) throw new RedfishRefusal('propertyUnknown', key);
    const chosen = (key: string, allowed: readonly string[]): string => {
      const value = objectOf(given.Boot)[key] ?? boot[key];
      if (typeof value !== 'string' || !allowed.includes(value))
        throw new RedfishRefusal('valueNotInList', String(value), key);
      return value;
    };
    const target = chosen('BootSourceOverrideTarget', [...this.#settings.bootTargets, 'None']);
    // A target without saying that it is to be used: taken, and without effect while overriding is disabled.
    const enabled = chosen('BootSourceOverrideEnabled', ENABLED);
    const mode = chosen('BootSourceOverrideMode', this.#modes);
    this.#machine.setBootOverride({
      device: enabled === 'Disabled' ? 'none' : deviceOf(target),
      persistence: enabled === 'Continuous' ? 'always' : 'once',
      firmware: mode === 'UEFI' ? 'uefi' : 'bios',
    });
  }

  /** The action ComputerSystem.Reset. */
  reset(body: unknown): void {
    const asked = objectOf(body).ResetType;
    if (asked === undefined) throw new RedfishRefusal('parameterMissing', 'ComputerSystem.Reset', 'ResetType');
    const type = this.#settings.resetTypes.find((known) => known === asked);
    if (type === undefined) throw new RedfishRefusal('parameterNotInList', String(asked), 'ComputerSystem.Reset');
    const { power } = this.#machine;
    const needs = NEEDS[type];
    if (needs !== undefined && needs !== power) throw new RedfishRefusal('sameState', power.toUpperCase());
    this.#press(type);
  }

  #press(wanted: ResetType): void {
    const machine = this.#machine;
    switch (wanted) {
      case 'On':
        machine.powerOn();
        break;
      case 'ForceOff':
        machine.powerOff('hard');
        break;
      case 'GracefulShutdown':
        machine.powerOff('soft');
        break;
      case 'PushPowerButton':
        if (machine.power === 'on') machine.powerOff('soft');
        else machine.powerOn();
        break;
      case 'ForceRestart':
        machine.reset();
        break;
      case 'PowerCycle':
        machine.cycle();
        break;
      case 'Nmi':
        break;
      default:
        wanted satisfies never;
    }
  }
}

/** The power that a machine must have for it; without one it is for both. */
const NEEDS: Readonly<Partial<Record<ResetType, 'on' | 'off'>>> = {
  On: 'off',
  ForceOff: 'on',
  GracefulShutdown: 'on',
  ForceRestart: 'on',
  PowerCycle: 'on',
  Nmi: 'on',
};

function deviceOf(target: string): BootDevice {
  const devices: readonly BootDevice[] = ['none', 'pxe', 'disk', 'cd', 'setup'];
  return devices.find((device) => TARGET_OF[device] === target) ?? 'none';
}
