import type { BootOptions, BootOptionsSeen } from 'ipmi-ts';
import type { BootOverride, BootSetting } from './power-driver.ts';

/** What IPMI boot flags come to. Flags that are not marked valid are not acted on: used up, or out of time. */
export function overrideOf(seen: BootOptionsSeen): BootOverride {
  if (!seen.valid || isNone(seen)) return { source: 'none', persistence: 'once' };
  const source = seen.device === 'pxe' || seen.device === 'disk' ? seen.device : 'other';
  return { source, persistence: seen.persistent ? 'always' : 'once', firmware: seen.uefi ? 'uefi' : 'bios' };
}

/** The flags that stand for a setting, where these are there now. */
export function flagsFor({ source, persistence, firmware }: BootSetting, seen: BootOptionsSeen): BootOptions {
  return {
    device: source,
    persistent: source !== 'none' && persistence === 'always',
    uefi: firmware === undefined ? seen.uefi : firmware === 'uefi',
  };
}

export function isSet(seen: BootOptionsSeen, { device, persistent, uefi }: BootOptions): boolean {
  if (device === 'none') return isNone(seen);
  return isDevice(seen, device) && seen.valid && seen.persistent === persistent && seen.uefi === uefi;
}

/** Whether flags that were just written have been taken. A controller that keeps the device and marks nothing valid (OpenIPMI's) has. */
export function hasTaken(seen: BootOptionsSeen, { device, uefi }: BootOptions): boolean {
  if (device === 'none') return overrideOf(seen).source === 'none';
  return isDevice(seen, device) && (!seen.valid || seen.uefi === uefi);
}

function isNone(seen: BootOptionsSeen): boolean {
  return isDevice(seen, 'none');
}

function isDevice(seen: BootOptionsSeen, device: BootOptions['device']): boolean {
  return seen.unknownDevice === undefined && seen.device === device;
}
