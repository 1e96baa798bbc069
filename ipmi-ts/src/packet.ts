import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type CipherSuite, hmac, isSameCode } from './cipher-suites.ts';
import { IpmiProtocolError } from './errors.ts';

/** Payload types, IPMI v2.0 table 13-16. */
export const PAYLOAD = {
  ipmi: 0x00,
  openSessionRequest: 0x10,
  openSessionResponse: 0x11,
  rakp1: 0x12,
  rakp2: 0x13,
  rakp3: 0x14,
  rakp4: 0x15,
} as const;

/** Keys that both sides have made from the password and their random numbers (IPMI v2.0 sections 13.31 and 13.32). */
export interface SessionKeys {
  readonly suite: CipherSuite;
  /** K1: codes behind packets. */
  readonly integrity: Buffer;
  /** The first 16 bytes of K2: AES-CBC-128. */
  readonly confidentiality: Buffer;
}

export interface Packet {
  readonly payloadType: number;
  /** Of the receiver; 0 before there is a session. */
  readonly sessionId: number;
  /** 0 before there is a session. */
  readonly sequence: number;
  readonly payload: Buffer;
}

/** Version 1.0, no sequence and no acknowledgement, class IPMI: section 13.1.3. */
const RMCP_HEADER = Uint8Array.of(0x06, 0x00, 0xff, 0x07);
const RMCP_PLUS = 0x06;
const ENCRYPTED = 0x80;
const AUTHENTICATED = 0x40;
const PAYLOAD_TYPE = 0x3f;
const NEXT_HEADER = 0x07;
const HEADER_BYTES = 12;
const BLOCK_BYTES = 16;

/** An RMCP+ packet, section 13.6 and table 13-8: encrypted and with its code when there are keys. */
export function encodePacket({ payloadType, sessionId, sequence, payload }: Packet, keys?: SessionKeys): Buffer {
  const body = keys === undefined ? payload : encrypted(payload, keys.confidentiality);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(RMCP_PLUS, 0);
  header.writeUInt8(payloadType | (keys === undefined ? 0 : ENCRYPTED | AUTHENTICATED), 1);
  header.writeUInt32LE(sessionId, 2);
  header.writeUInt32LE(sequence, 6);
  header.writeUInt16LE(body.length, 10);
  if (keys === undefined) return Buffer.concat([RMCP_HEADER, header, body]);
  // From the authentication type to the next header it is a multiple of four bytes.
  const padBytes = (4 - ((HEADER_BYTES + body.length + 2) % 4)) % 4;
  const trailer = Buffer.alloc(padBytes + 2, 0xff);
  trailer.writeUInt8(padBytes, padBytes);
  trailer.writeUInt8(NEXT_HEADER, padBytes + 1);
  const covered = Buffer.concat([header, body, trailer]);
  const code = hmac(keys.suite, keys.integrity, covered).subarray(0, keys.suite.checkBytes);
  return Buffer.concat([RMCP_HEADER, covered, code]);
}

/**
 * Reads what {@link encodePacket} writes. With keys only a packet with the right code is read, and only an encrypted one:
 * anybody can send one without.
 *
 * @throws {IpmiProtocolError} when it is no RMCP+ packet, is cut, or has a wrong code
 */
export function decodePacket(bytes: Buffer, keys?: SessionKeys): Packet {
  if (bytes.length < RMCP_HEADER.length + HEADER_BYTES || bytes.readUInt8(0) !== 0x06 || bytes.readUInt8(3) !== 0x07)
    throw new IpmiProtocolError('no RMCP packet of class IPMI');
  const rest = bytes.subarray(RMCP_HEADER.length);
  if (rest.readUInt8(0) !== RMCP_PLUS) throw new IpmiProtocolError('no RMCP+ packet');
  const type = rest.readUInt8(1);
  const length = rest.readUInt16LE(10);
  if (rest.length < HEADER_BYTES + length) throw new IpmiProtocolError('a packet is cut');
  const body = rest.subarray(HEADER_BYTES, HEADER_BYTES + length);
  const packet = {
    payloadType: type & PAYLOAD_TYPE,
    sessionId: rest.readUInt32LE(2),
    sequence: rest.readUInt32LE(6),
  };
  if (keys === undefined) {
    if ((type & (ENCRYPTED | AUTHENTICATED)) !== 0)
      throw new IpmiProtocolError('a packet of a session, outside of one');
    return { ...packet, payload: body };
  }
  if ((type & ENCRYPTED) === 0 || (type & AUTHENTICATED) === 0)
    throw new IpmiProtocolError('a packet of the session is not encrypted, or has no code');
  const { checkBytes } = keys.suite;
  const covered = rest.subarray(0, -checkBytes);
  const code = hmac(keys.suite, keys.integrity, covered).subarray(0, checkBytes);
  if (covered.length < HEADER_BYTES + length || !isSameCode(code, rest.subarray(-checkBytes)))
    throw new IpmiProtocolError('the code of a packet is wrong');
  return { ...packet, payload: decrypted(body, keys.confidentiality) };
}

/** Section 13.29: a random vector, then data, 1, 2, 3 … up to the block's last byte, which counts them. */
function encrypted(payload: Buffer, key: Buffer): Buffer {
  const padBytes = (BLOCK_BYTES - ((payload.length + 1) % BLOCK_BYTES)) % BLOCK_BYTES;
  const padding = Buffer.from([...Array.from({ length: padBytes }, (_, index) => index + 1), padBytes]);
  const vector = randomBytes(BLOCK_BYTES);
  const cipher = createCipheriv('aes-128-cbc', key, vector).setAutoPadding(false);
  return Buffer.concat([vector, cipher.update(payload), cipher.update(padding), cipher.final()]);
}

function decrypted(body: Buffer, key: Buffer): Buffer {
  if (body.length < 2 * BLOCK_BYTES || body.length % BLOCK_BYTES !== 0)
    throw new IpmiProtocolError(`${body.length} bytes are no encrypted payload`);
  const decipher = createDecipheriv('aes-128-cbc', key, body.subarray(0, BLOCK_BYTES)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(body.subarray(BLOCK_BYTES)), decipher.final()]);
  const padBytes = plain.readUInt8(plain.length - 1);
  if (padBytes >= BLOCK_BYTES) throw new IpmiProtocolError('the padding of a payload is wrong');
  return plain.subarray(0, plain.length - 1 - padBytes);
}

const V15_HEADER_BYTES = 10;

/** A command outside of a session, in the format of IPMI v1.5: how it is asked what a BMC can (section 13.6, table 13-8). */
export function encodeSessionless(message: Buffer): Buffer {
  const header = Buffer.alloc(V15_HEADER_BYTES);
  header.writeUInt8(message.length, V15_HEADER_BYTES - 1);
  return Buffer.concat([RMCP_HEADER, header, message]);
}

/** @throws {IpmiProtocolError} */
export function decodeSessionless(bytes: Buffer): Buffer {
  const start = RMCP_HEADER.length + V15_HEADER_BYTES;
  if (bytes.length < start || bytes.readUInt8(0) !== 0x06 || bytes.readUInt8(3) !== 0x07 || bytes.readUInt8(4) !== 0)
    throw new IpmiProtocolError('no packet outside of a session');
  const length = bytes.readUInt8(start - 1);
  if (bytes.length < start + length) throw new IpmiProtocolError('a packet is cut');
  return bytes.subarray(start, start + length);
}
