import { IpmiProtocolError } from './errors.ts';
import { type Command, NET_FN } from './message.ts';

/** Get Device ID, IPMI v2.0 section 20.1. */
export interface DeviceId {
  readonly deviceId: number;
  readonly deviceRevision: number;
  /** Such as `2.33`. */
  readonly firmware: string;
  /** Such as `2.0`. */
  readonly ipmiVersion: string;
  /** IANA enterprise number. */
  readonly manufacturerId: number;
  readonly productId: number;
}

/** Get SEL Info, section 31.2. */
export interface SelInfo {
  readonly entries: number;
  /** Bytes; undefined when it is 64 KiB or more, or unknown. */
  readonly freeBytes?: number;
  /** Entries were lost since it was full. */
  readonly overflow: boolean;
}

export const getDeviceId: Command = { name: 'Get Device ID', netFn: NET_FN.app, cmd: 0x01 };
export const getSystemGuid: Command = { name: 'Get System GUID', netFn: NET_FN.app, cmd: 0x37 };
export const getSelInfo: Command = { name: 'Get SEL Info', netFn: NET_FN.storage, cmd: 0x40 };

export function readDeviceId(data: Buffer): DeviceId {
  if (data.length < 11) throw new IpmiProtocolError(`a device ID of ${data.length} bytes`);
  const minor = data.readUInt8(3).toString(16).padStart(2, '0');
  const version = data.readUInt8(4);
  return {
    deviceId: data.readUInt8(0),
    deviceRevision: data.readUInt8(1) & 0x0f,
    firmware: `${data.readUInt8(2) & 0x7f}.${minor}`,
    ipmiVersion: `${version & 0x0f}.${version >> 4}`,
    manufacturerId: data.readUIntLE(6, 3) & 0x0f_ffff,
    productId: data.readUInt16LE(9),
  };
}

/** As SMBIOS sends it, with the first three fields' bytes the other way round (section 22.14 leaves the order open; so most BMCs do). */
export function readGuid(data: Buffer): string {
  if (data.length < 16) throw new IpmiProtocolError(`a GUID of ${data.length} bytes`);
  const field = (from: number, to: number, reversed: boolean) => {
    const bytes = Buffer.from(data.subarray(from, to));
    return (reversed ? bytes.reverse() : bytes).toString('hex');
  };
  return [field(0, 4, true), field(4, 6, true), field(6, 8, true), field(8, 10, false), field(10, 16, false)].join('-');
}

const UNKNOWN_FREE = 0xffff;

export function readSelInfo(data: Buffer): SelInfo {
  if (data.length < 14) throw new IpmiProtocolError(`a SEL info of ${data.length} bytes`);
  const freeBytes = data.readUInt16LE(3);
  return {
    entries: data.readUInt16LE(1),
    ...(freeBytes === UNKNOWN_FREE ? {} : { freeBytes }),
    overflow: (data.readUInt8(13) & 0x80) !== 0,
  };
}
