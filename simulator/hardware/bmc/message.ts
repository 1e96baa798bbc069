/** A request of the LAN interface, IPMI v2.0 table 13-8 and section 13.8. */
export interface Request {
  readonly netFn: number;
  readonly command: number;
  readonly data: Buffer;
  /** Where the answer goes, with the requester's LUN and sequence number as they came. */
  readonly requester: number;
  readonly responder: number;
  readonly responderLun: number;
  readonly sequenceAndLun: number;
}

const BMC_ADDRESS = 0x20;
const SHORTEST = 7;

/** `undefined` when it is cut, a checksum is wrong, or it is for another controller than this one. */
export function readRequest(bytes: Buffer): Request | undefined {
  if (bytes.length < SHORTEST) return undefined;
  const responder = bytes.readUInt8(0);
  const [head, body] = [bytes.subarray(0, 3), bytes.subarray(3)];
  if (!sumsToZero(head) || !sumsToZero(body) || responder !== BMC_ADDRESS) return undefined;
  return {
    responder,
    netFn: bytes.readUInt8(1) >> 2,
    responderLun: bytes.readUInt8(1) & 0x03,
    requester: bytes.readUInt8(3),
    sequenceAndLun: bytes.readUInt8(4),
    command: bytes.readUInt8(5),
    data: bytes.subarray(6, -1),
  };
}

export interface Outcome {
  /** Completion code, table 5-2; 0: done. */
  readonly code: number;
  readonly data?: Uint8Array;
}

export function response(request: Request, { code, data = new Uint8Array() }: Outcome): Buffer {
  const requesterLun = request.sequenceAndLun & 0x03;
  const sequence = request.sequenceAndLun & 0xfc;
  const head = checked(Buffer.from([request.requester, ((request.netFn | 1) << 2) | requesterLun]));
  const body = Buffer.from([request.responder, sequence | request.responderLun, request.command, code, ...data]);
  return Buffer.concat([head, checked(body)]);
}

function sumsToZero(bytes: Buffer): boolean {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) === 0;
}

/** Two's complement checksum. */
function checked(bytes: Buffer): Buffer {
  const sum = bytes.reduce((total, byte) => (total + byte) & 0xff, 0);
  return Buffer.concat([bytes, Uint8Array.of(-sum & 0xff)]);
}
