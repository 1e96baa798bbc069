// The door of this folder: what others may use. Files behind it import each other directly.
import type { SwitchSettings } from '../../config/index.ts';
import { CommandSwitch } from './command.ts';
import { SnmpSwitch } from './snmp.ts';
import type { SwitchDriver } from './switch-driver.ts';

export type { PortVlans, SwitchDriver } from './switch-driver.ts';

/** `undefined` for a manual switch: a gate asks a person. Opening talks to nobody yet. */
export function openSwitch(settings: SwitchSettings): SwitchDriver | undefined {
  switch (settings.driver) {
    case 'snmp':
      return new SnmpSwitch(settings);
    case 'command':
      return new CommandSwitch(settings);
    case 'manual':
      return undefined;
    default:
      return settings satisfies never;
  }
}
