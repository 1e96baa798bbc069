import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type CipherSuite, digest, isEqual } from './cipher-suites.ts';

/** What a UDP packet to port 623 is. Section 13.1.3; payload types of table 13-16. */
export type Datagram =
  | { readonly kind: 'ping'; readonly tag: number }
  /** In the format of IPMI v1.5, outside of a session. */
  | { readonly kind: 'v1.5'; readonly message: Buffer }
  | RmcpPlus;

export interface RmcpPlus {
  readonly kind: 'rmcp+';
  readonly payloadType: number;
  readonly encrypted: boolean;
  readonly authenticated: boolean;
  readonly sessionId: number;
  readonly sequence: number;
  /** As it came: encrypted still. */
  readonly payload: Buffer;
  /** From the authentication type on: what the digest at its end is of, and that digest. */
  readonly signed: Buffer;
}

export const PAYLOAD = {
  ipmi: 0x00,
  openSessionRequest: 0x10,
  openSessionResponse: 0x11,
  rakp1: 0x12,
  rakp2: 0x13,
  rakp3: 0x14,
  rakp4: 0x15,
} as const;

/** K1 and the first 16 bytes of K2, sections 13.31 and 13.32. */
export interface SessionKeys {
  readonly suite: CipherSuite;
  readonly k1: Buffer;
  readonly aesKey: Buffer;
}

const RMCP_VERSION = 0x06;
const CLASS_ASF = 0x06;
const CLASS_IPMI = 0x07;
const ASF_IANA = 0x0000_11be;
const ASF_PING = 0x80;
const ASF_PONG = 0x40;
const AUTH_NONE = 0x00;
const AUTH_RMCP_PLUS = 0x06;
const V15_HEADER = 10;
const V20_HEADER = 12;
const NEXT_HEADER = 0x07;
const BLOCK = 16;

/** `undefined` for what a BMC drops without a word. */
export function readDatagram(bytes: Buffer): Datagram | undefined {
  if (bytes.length < 8 || bytes[0] !== RMCP_VERSION) return undefined;
  const rest = bytes.subarray(4);
  if (bytes[3] === CLASS_ASF) {
    const isPing = rest.readUInt32BE(0) === ASF_IANA && rest[4] === ASF_PING;
    return isPing ? { kind: 'ping', tag: rest[5] ?? 0 } : undefined;
  }
  if (bytes[3] !== CLASS_IPMI) return undefined;
  return rest[0] === AUTH_RMCP_PLUS ? readRmcpPlus(rest) : readV15(rest);
}

function readV15(rest: Buffer): Datagram | undefined {
  if (rest[0] !== AUTH_NONE || rest.length < V15_HEADER) return undefined;
  const length = rest.readUInt8(V15_HEADER - 1);
  if (rest.readUInt32LE(5) !== 0 || rest.length < V15_HEADER + length) return undefined;
  return { kind: 'v1.5', message: rest.subarray(V15_HEADER, V15_HEADER + length) };
}

function readRmcpPlus(rest: Buffer): RmcpPlus | undefined {
  if (rest.length < V20_HEADER) return undefined;
  const type = rest.readUInt8(1);
  const length = rest.readUInt16LE(10);
  if (rest.length < V20_HEADER + length) return undefined;
  return {
    kind: 'rmcp+',
    payloadType: type & 0x3f,
    encrypted: (type & 0x80) !== 0,
    authenticated: (type & 0x40) !== 0,
    sessionId: rest.readUInt32LE(2),
    sequence: rest.readUInt32LE(6),
    payload: rest.subarray(V20_HEADER, V20_HEADER + length),
    signed: rest,
  };
}

/** The payload in clear; `undefined` where digest, padding or length are wrong, or what must be protected is not. */
export function openPayload(packet: RmcpPlus, { suite, k1, aesKey }: SessionKeys): Buffer | undefined {
  const { signed, payload } = packet;
  if (!packet.authenticated || !packet.encrypted) return undefined;
  const end = signed.length - suite.checkBytes;
  if (end < V20_HEADER + payload.length + 2) return undefined;
  const check = digest(suite.hash, k1, signed.subarray(0, end)).subarray(0, suite.checkBytes);
  if (!isEqual(check, signed.subarray(end))) return undefined;
  if (payload.length < 2 * BLOCK || payload.length % BLOCK !== 0) return undefined;
  const decipher = createDecipheriv('aes-128-cbc', aesKey, payload.subarray(0, BLOCK)).setAutoPadding(false);
  const clear = Buffer.concat([decipher.update(payload.subarray(BLOCK)), decipher.final()]);
  const pad = clear.readUInt8(clear.length - 1);
  if (pad >= BLOCK) return undefined;
  // Table 13-20: the padding counts up from 01h, and the receiver checks it.
  const end2 = clear.length - 1 - pad;
  for (let index = 0; index < pad; index++) if (clear[end2 + index] !== index + 1) return undefined;
  return clear.subarray(0, end2);
}

/** Section 13.2.4: it knows IPMI and ASF 1.0, and no other interaction. */
export function pong(tag: number): Buffer {
  const data = Buffer.alloc(16);
  data.writeUInt32BE(ASF_IANA, 0);
  data.writeUInt8(0x81, 8);
  const head = Buffer.from([RMCP_VERSION, 0, 0xff, CLASS_ASF, 0, 0, 0, 0, ASF_PONG, tag, 0, data.length]);
  head.writeUInt32BE(ASF_IANA, 4);
  return Buffer.concat([head, data]);
}

const IPMI_OVER_RMCP = Uint8Array.of(RMCP_VERSION, 0, 0xff, CLASS_IPMI);

export function v15Datagram(message: Buffer): Buffer {
  const header = Buffer.alloc(V15_HEADER);
  header.writeUInt8(message.length, V15_HEADER - 1);
  return Buffer.concat([IPMI_OVER_RMCP, header, message]);
}

/** Outside of a session, as all of a session's set-up is. */
export function clearDatagram(payloadType: number, payload: Buffer): Buffer {
  return Buffer.concat([IPMI_OVER_RMCP, header(payloadType, 0, 0, payload.length), payload]);
}

/** Encrypted and signed; `sessionId`: the console's. */
export function sealedDatagram(
  sessionId: number,
  sequence: number,
  message: Buffer,
  { suite, k1, aesKey }: SessionKeys,
): Buffer {
  const pad = (BLOCK - ((message.length + 1) % BLOCK)) % BLOCK;
  const padding = Buffer.from([...Array.from({ length: pad }, (_, index) => index + 1), pad]);
  const vector = randomBytes(BLOCK);
  const cipher = createCipheriv('aes-128-cbc', aesKey, vector).setAutoPadding(false);
  const payload = Buffer.concat([vector, cipher.update(message), cipher.update(padding), cipher.final()]);
  const head = header(0xc0 | PAYLOAD.ipmi, sessionId, sequence, payload.length);
  // Table 13-8: integrity pad, its length and the next header end on a multiple of four.
  const integrityPad = (4 - ((head.length + payload.length + 2) % 4)) % 4;
  const trailer = Buffer.from([...Array.from({ length: integrityPad }, () => 0xff), integrityPad, NEXT_HEADER]);
  const signed = Buffer.concat([head, payload, trailer]);
  const check = digest(suite.hash, k1, signed).subarray(0, suite.checkBytes);
  return Buffer.concat([IPMI_OVER_RMCP, signed, check]);
}

function header(type: number, sessionId: number, sequence: number, length: number): Buffer {
  const bytes = Buffer.alloc(V20_HEADER);
  bytes.writeUInt8(AUTH_RMCP_PLUS, 0);
  bytes.writeUInt8(type, 1);
  bytes.writeUInt32LE(sessionId, 2);
  bytes.writeUInt32LE(sequence, 6);
  bytes.writeUInt16LE(length, 10);
  return bytes;
}
