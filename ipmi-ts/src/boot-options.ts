import { IpmiProtocolError } from './errors.ts';
import { type Command, NET_FN } from './message.ts';

/** Boot device selector, IPMI v2.0 table 28-14, parameter 5, data 2. `none` leaves the order of the firmware. */
export type BootDevice = 'none' | 'pxe' | 'disk' | 'safe-mode' | 'diagnostic' | 'cdrom' | 'bios' | 'floppy';

export interface BootOptions {
  readonly device: BootDevice;
  /** For every start from now on; otherwise for the next one only. */
  readonly persistent: boolean;
  readonly uefi: boolean;
}

export interface BootOptionsSeen extends BootOptions {
  /** False when the BMC does not act on them: used up, or out of time. */
  readonly valid: boolean;
  /** A number that the specification does not have, as it came. */
  readonly unknownDevice?: number;
}

const DEVICES: Readonly<Record<BootDevice, number>> = {
  ...{ none: 0x0, pxe: 0x1, disk: 0x2, 'safe-mode': 0x3, diagnostic: 0x4, cdrom: 0x5, bios: 0x6, floppy: 0xf },
};

const PARAMETER = { setInProgress: 0, validBitClearing: 3, bootInfoAcknowledge: 4, bootFlags: 5 } as const;
const VALID = 0x80;
const PERSISTENT = 0x40;
const UEFI = 0x20;

function set(parameter: number, ...data: readonly number[]): Command {
  const bytes = Uint8Array.of(parameter, ...data);
  return { name: 'Set System Boot Options', netFn: NET_FN.chassis, cmd: 0x08, data: bytes };
}

/** Set In Progress, parameter 0. Not every BMC has it: 80h is no failure. */
export const beginSetting: Command = set(PARAMETER.setInProgress, 0x01);
export const endSetting: Command = set(PARAMETER.setInProgress, 0x00);

/**
 * Boot flag valid bit clearing, parameter 3: a BMC forgets boot flags 60 s after they were set unless a chassis control follows.
 * With bit 3 set it does not, so that a machine that takes longer to go off still boots as told.
 */
export const keepFlagsWithoutTimer: Command = set(PARAMETER.validBitClearing, 0x08);

/** Boot info acknowledge, parameter 4: the BIOS is to look at the flags. */
export const acknowledgeBios: Command = set(PARAMETER.bootInfoAcknowledge, 0x01, 0x01);

/** Boot flags, parameter 5, section 28.12. */
export function setBootFlags({ device, persistent, uefi }: BootOptions): Command {
  const first = device === 'none' ? 0 : VALID | (persistent ? PERSISTENT : 0) | (uefi ? UEFI : 0);
  return set(PARAMETER.bootFlags, first, DEVICES[device] << 2, 0, 0, 0);
}

export const getBootFlags: Command = {
  ...{ name: 'Get System Boot Options', netFn: NET_FN.chassis, cmd: 0x09 },
  data: Uint8Array.of(PARAMETER.bootFlags, 0, 0),
};

/** Section 28.13: parameter version, parameter (bit 7: marked invalid), then the flags as they are set. */
export function readBootFlags(data: Buffer): BootOptionsSeen {
  if (data.length < 4) throw new IpmiProtocolError(`boot flags of ${data.length} bytes`);
  const isMarkedInvalid = (data.readUInt8(1) & 0x80) !== 0;
  const flags = data.readUInt8(2);
  const number = (data.readUInt8(3) >> 2) & 0x0f;
  const known = (Object.keys(DEVICES) as BootDevice[]).find((device) => DEVICES[device] === number);
  return {
    device: known ?? 'none',
    ...(known === undefined ? { unknownDevice: number } : {}),
    persistent: (flags & PERSISTENT) !== 0,
    uefi: (flags & UEFI) !== 0,
    valid: !isMarkedInvalid && (flags & VALID) !== 0,
  };
}
