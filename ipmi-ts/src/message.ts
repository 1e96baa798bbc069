import { IpmiProtocolError } from './errors.ts';

/** Network functions, IPMI v2.0 table 5-1. */
export const NET_FN = { chassis: 0x00, app: 0x06, storage: 0x0a } as const;

/** A command for the BMC: network function, number, data. */
export interface Command {
  /** As the specification calls it, for messages. */
  readonly name: string;
  readonly netFn: number;
  readonly cmd: number;
  readonly data?: Uint8Array;
}

export interface Response {
  readonly netFn: number;
  readonly cmd: number;
  /** Six bits: pairs it with its request. */
  readonly sequence: number;
  readonly completionCode: number;
  readonly data: Buffer;
}

const BMC_ADDRESS = 0x20;
/** Of a remote console's software: IPMI v2.0 table 5-4. */
const CONSOLE_ADDRESS = 0x81;
const RESPONSE_BIT = 0x01;
const SHORTEST_RESPONSE = 8;

/** Two's complement: all bytes that it covers and itself add up to zero. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return -sum & 0xff;
}

/** IPMI LAN message format, v2.0 section 13.8, figure 13-4. */
export function encodeRequest({ netFn, cmd, data = new Uint8Array() }: Command, sequence: number): Buffer {
  const head = Uint8Array.of(BMC_ADDRESS, netFn << 2);
  const body = Buffer.concat([Uint8Array.of(CONSOLE_ADDRESS, sequence << 2, cmd), data]);
  return Buffer.concat([head, Uint8Array.of(checksum(head)), body, Uint8Array.of(checksum(body))]);
}

/** @throws {IpmiProtocolError} when it is cut, a checksum is wrong, or it is a request, such as our own come back */
export function decodeResponse(bytes: Buffer): Response {
  if (bytes.length < SHORTEST_RESPONSE) throw new IpmiProtocolError(`a response of ${bytes.length} bytes is cut`);
  if (checksum(bytes.subarray(0, 3)) !== 0 || checksum(bytes.subarray(3)) !== 0)
    throw new IpmiProtocolError('the checksum of a response is wrong');
  if (((bytes.readUInt8(1) >> 2) & RESPONSE_BIT) === 0)
    throw new IpmiProtocolError('a request, and no response to one');
  return {
    netFn: (bytes.readUInt8(1) >> 2) & ~RESPONSE_BIT,
    sequence: bytes.readUInt8(4) >> 2,
    cmd: bytes.readUInt8(5),
    completionCode: bytes.readUInt8(6),
    data: bytes.subarray(7, -1),
  };
}
