import { randomBytes } from 'node:crypto';
import { type CipherSuite, hmac, isSameCode } from './cipher-suites.ts';
import { IpmiProtocolError, IpmiRefusedError } from './errors.ts';
import type { SessionKeys } from './packet.ts';
import { refused, requireSuccess, STATUS, TOO_SHORT, WRONG_CODE, wrongBmcKey, wrongPassword } from './rakp-status.ts';

/** Privilege levels, IPMI v2.0 section 22.18 (Set Session Privilege Level). */
export const PRIVILEGE = { user: 0x02, operator: 0x03, administrator: 0x04 } as const;
export type Privilege = keyof typeof PRIVILEGE;

/** What a session is opened with. */
export interface Login {
  readonly user: string;
  /** At most 20 bytes. */
  readonly password: Buffer;
  /** The BMC key KG, at most 20 bytes; where none is set, the user's key stands for it. */
  readonly bmcKey?: Buffer;
  readonly privilege: Privilege;
  readonly suite: CipherSuite;
}

const KEY_BYTES = 20;
const RANDOM_BYTES = 16;
const GUID_BYTES = 16;
const AES_KEY_BYTES = 16;

/** Section 13.17, table 13-9. */
export function openSessionRequest(tag: number, consoleId: number, { privilege, suite }: Login): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(tag, 0);
  head.writeUInt8(PRIVILEGE[privilege], 1);
  head.writeUInt32LE(consoleId, 4);
  const algorithms = [suite.authentication, suite.integrity, suite.confidentiality];
  const payloads = algorithms.map((algorithm, type) => Uint8Array.of(type, 0, 0, 8, algorithm, 0, 0, 0));
  return Buffer.concat([head, ...payloads]);
}

const ALGORITHMS_AT = 12;
const NO_COMMON_SUITE = 0x11;

/**
 * Section 13.18, table 13-10.
 *
 * @returns the session ID that the BMC has given itself
 * @throws {IpmiRefusedError} also when the BMC says yes and means another suite
 */
export function readOpenSessionResponse(payload: Buffer, consoleId: number, login: Login, bmc: string): number {
  requireSuccess(payload, login, bmc);
  if (payload.length < ALGORITHMS_AT) throw new IpmiProtocolError(TOO_SHORT);
  if (payload.readUInt32LE(4) !== consoleId) throw new IpmiProtocolError('an answer for another console');
  const { suite } = login;
  const wanted = [suite.authentication, suite.integrity, suite.confidentiality];
  // Each algorithm in a payload of eight bytes, the fifth of which says which it is.
  const chosen = wanted.map((_, index) => payload[ALGORITHMS_AT + 8 * index + 4]);
  if (wanted.some((algorithm, index) => chosen[index] !== algorithm)) throw refused(NO_COMMON_SUITE, login, bmc);
  const bmcId = payload.readUInt32LE(8);
  if (bmcId === 0) throw new IpmiProtocolError('the BMC gives its session no ID');
  return bmcId;
}

/** The numbers that both sides have drawn, from which codes and keys are made. */
interface Exchange {
  readonly consoleId: number;
  readonly bmcId: number;
  readonly consoleRandom: Buffer;
}

interface BmcNumbers {
  readonly bmcRandom: Buffer;
  readonly guid: Buffer;
}

/** RAKP messages 1 to 4 of one session, sections 13.20 to 13.23; the letters are those of the specification. */
export class Rakp {
  readonly #login: Login;
  readonly #bmc: string;
  readonly #exchange: Exchange;
  readonly #userKey: Buffer;

  constructor(
    login: Login,
    ids: Pick<Exchange, 'consoleId' | 'bmcId'>,
    bmc: string,
    consoleRandom: Buffer = randomBytes(RANDOM_BYTES),
  ) {
    this.#login = login;
    this.#bmc = bmc;
    this.#exchange = { ...ids, consoleRandom };
    this.#userKey = padded(login.password);
  }

  message1(tag: number): Buffer {
    const head = Buffer.alloc(8);
    head.writeUInt8(tag, 0);
    head.writeUInt32LE(this.#exchange.bmcId, 4);
    const [role, length, name] = this.#roleAndName();
    return Buffer.concat([head, this.#exchange.consoleRandom, role, Uint8Array.of(0, 0), length, name]);
  }

  /**
   * The BMC proves here that it knows the password too.
   *
   * @throws {IpmiAuthenticationError} no such user, or another password
   */
  readMessage2(payload: Buffer): BmcNumbers {
    requireSuccess(payload, this.#login, this.#bmc);
    const { suite } = this.#login;
    const codeAt = 8 + RANDOM_BYTES + GUID_BYTES;
    if (payload.length < codeAt + suite.codeBytes) throw new IpmiProtocolError(TOO_SHORT);
    if (payload.readUInt32LE(4) !== this.#exchange.consoleId)
      throw new IpmiProtocolError('an answer for another console');
    const bmcRandom = Buffer.from(payload.subarray(8, 8 + RANDOM_BYTES));
    const guid = Buffer.from(payload.subarray(8 + RANDOM_BYTES, codeAt));
    const { consoleId, bmcId, consoleRandom } = this.#exchange;
    // SIDM, SIDC, RM, RC, GUIDC, RoleM, ULengthM, UNameM
    const parts = [id(consoleId), id(bmcId), consoleRandom, bmcRandom, guid, ...this.#roleAndName()];
    if (!isSameCode(hmac(suite, this.#userKey, ...parts), payload.subarray(codeAt, codeAt + suite.codeBytes)))
      throw wrongPassword(this.#login, this.#bmc);
    return { bmcRandom, guid };
  }

  message3(tag: number, { bmcRandom }: BmcNumbers): Buffer {
    const { consoleId } = this.#exchange;
    // RC, SIDM, RoleM, ULengthM, UNameM
    const code = hmac(this.#login.suite, this.#userKey, bmcRandom, id(consoleId), ...this.#roleAndName());
    return Buffer.concat([this.#head3(tag, 0), code]);
  }

  /** Tells the BMC that no session comes of this, so that it need not keep one of its few places for it. */
  message3Refusing(tag: number): Buffer {
    return this.#head3(tag, WRONG_CODE);
  }

  /** @throws {IpmiAuthenticationError} the BMC key KG is another one */
  readMessage4(payload: Buffer, numbers: BmcNumbers): SessionKeys {
    const { suite } = this.#login;
    if (payload[1] === WRONG_CODE) throw new IpmiRefusedError(WRONG_CODE, `BMC ${this.#bmc}: ${STATUS[WRONG_CODE]}`);
    requireSuccess(payload, this.#login, this.#bmc);
    if (payload.length < 8 + suite.checkBytes) throw new IpmiProtocolError(TOO_SHORT);
    const sessionKey = this.#sessionIntegrityKey(numbers);
    // RM, SIDC, GUIDC
    const { consoleRandom, bmcId } = this.#exchange;
    const check = hmac(suite, sessionKey, consoleRandom, id(bmcId), numbers.guid).subarray(0, suite.checkBytes);
    if (!isSameCode(check, payload.subarray(8, 8 + suite.checkBytes))) throw wrongBmcKey(this.#login, this.#bmc);
    return {
      suite,
      integrity: hmac(suite, sessionKey, Buffer.alloc(KEY_BYTES, 0x01)),
      confidentiality: hmac(suite, sessionKey, Buffer.alloc(KEY_BYTES, 0x02)).subarray(0, AES_KEY_BYTES),
    };
  }

  /** SIK, section 13.31: from RM, RC, RoleM, ULengthM, UNameM. */
  #sessionIntegrityKey({ bmcRandom }: BmcNumbers): Buffer {
    const { suite, bmcKey } = this.#login;
    const key = bmcKey === undefined ? this.#userKey : padded(bmcKey);
    return hmac(suite, key, this.#exchange.consoleRandom, bmcRandom, ...this.#roleAndName());
  }

  #head3(tag: number, status: number): Buffer {
    const head = Buffer.alloc(8);
    head.writeUInt8(tag, 0);
    head.writeUInt8(status, 1);
    head.writeUInt32LE(this.#exchange.bmcId, 4);
    return head;
  }

  #roleAndName(): [Uint8Array, Uint8Array, Buffer] {
    const name = Buffer.from(this.#login.user, 'utf8');
    return [Uint8Array.of(PRIVILEGE[this.#login.privilege] | NAME_ONLY), Uint8Array.of(name.length), name];
  }
}

/** The user is looked up by name alone, whatever level is asked for: a level too high is then told as such. */
const NAME_ONLY = 0x10;

function id(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function padded(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.alloc(KEY_BYTES - key.length)]);
}
