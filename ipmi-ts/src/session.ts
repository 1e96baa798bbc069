import { randomInt } from 'node:crypto';
import { refusal } from './completion-codes.ts';
import { IpmiAuthenticationError, type IpmiError, IpmiSessionLostError, IpmiTimeoutError } from './errors.ts';
import { isSetUpLost, type Login, openSessionRequest, PRIVILEGE, Rakp, readOpenSessionResponse } from './handshake.ts';
import type { Link } from './link.ts';
import { type Command, decodeResponse, encodeRequest, NET_FN, type Response } from './message.ts';
import {
  decodePacket,
  decodeSessionless,
  encodePacket,
  encodeSessionless,
  PAYLOAD,
  type SessionKeys,
} from './packet.ts';
import { SequenceWindow } from './sequence-window.ts';

const LAST_SEQUENCE = 0xffff_ffff;
/** A step of a set-up is sent so often; then the set-up begins anew, since a BMC answers no repeated RAKP 3. */
const SENDINGS_OF_A_STEP = 3;
/** Once more, lest doubled packets of a set-up are taken for a wrong password. */
const PASSWORD_CHECKS = 2;

/** An RMCP+ session: commands one after the other, each encrypted and with a code, kept alive until it is closed. */
export class Session {
  readonly #link: Link;
  readonly #keys: SessionKeys;
  readonly #ids: { readonly consoleId: number; readonly bmcId: number };
  readonly #window = new SequenceWindow();
  #sequence = 0;
  #messageSequence = 0;
  #last: Promise<unknown> = Promise.resolve();
  #keepAlive: NodeJS.Timeout | undefined;
  #ended: IpmiError | undefined;

  private constructor(link: Link, keys: SessionKeys, ids: { readonly consoleId: number; readonly bmcId: number }) {
    this.#link = link;
    this.#keys = keys;
    this.#ids = ids;
  }

  /**
   * Open Session, RAKP 1 to 4, Set Session Privilege Level (IPMI v2.0 sections 13.14 to 13.24 and 22.18). Begins anew when
   * packets were lost or doubled so that the two sides no longer speak of the same session.
   *
   * @throws {IpmiError} `time-out`, `authentication`, `privilege`, `refused`
   */
  static async open(link: Link, login: Login): Promise<Session> {
    const until = Date.now() + link.patience.timeoutMs;
    let mismatches = 0;
    for (;;) {
      try {
        const { keys, ids } = await setUp(link, login);
        const session = new Session(link, keys, ids);
        const data = Uint8Array.of(PRIVILEGE[login.privilege]);
        await session.request({ name: 'Set Session Privilege Level', netFn: NET_FN.app, cmd: 0x3b, data });
        return session;
      } catch (error) {
        if (isMismatch(error)) mismatches += 1;
        const canBeLoss =
          isSetUpLost(error) ||
          error instanceof IpmiSessionLostError ||
          error instanceof IpmiTimeoutError ||
          (isMismatch(error) && mismatches < PASSWORD_CHECKS);
        if (!canBeLoss || Date.now() > until) throw error;
        await link.renew();
      }
    }
  }

  /**
   * Sends a command and returns what it was answered with completion code 00h. It is sent again when no answer comes: the
   * BMC can get it twice, as the same request by its message sequence number.
   *
   * @throws {IpmiError} `completion`, `privilege`, `session-lost`; `time-out` when the BMC does not answer outside of the session either
   */
  request(command: Command): Promise<Buffer> {
    // One at a time: many BMCs lose the second of two requests under way.
    const next = this.#last.then(
      () => this.#request(command),
      () => this.#request(command),
    );
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Sends Get Device ID when nothing else was sent for so long: a BMC drops silent sessions after some 60 s (section 6.12.15). */
  keepAlive(everyMs: number, ping: Command): void {
    clearInterval(this.#keepAlive);
    let sent = this.#sequence;
    this.#keepAlive = setInterval(() => {
      const isIdle = sent === this.#sequence;
      if (isIdle) this.request(ping).catch(() => undefined);
      sent = this.#sequence;
    }, everyMs).unref();
  }

  /** Ends the session here and at the BMC; what waits fails. An answer is not needed: the BMC would drop it by itself. */
  async close(): Promise<void> {
    clearInterval(this.#keepAlive);
    if (this.#ended !== undefined) return;
    const data = Buffer.alloc(4);
    data.writeUInt32LE(this.#ids.bmcId);
    await this.request({ name: 'Close Session', netFn: NET_FN.app, cmd: 0x3c, data }).catch(() => undefined);
    this.#ended ??= new IpmiSessionLostError(`BMC ${this.#link.bmc}: the session is closed`);
  }

  async #request(command: Command): Promise<Buffer> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#messageSequence = (this.#messageSequence + 1) % 64;
    const sequence = this.#messageSequence;
    const message = encodeRequest(command, sequence);
    const isAnswer = (response: Response) =>
      response.sequence === sequence && response.cmd === command.cmd && response.netFn === command.netFn;
    const response = await this.#link
      .exchange(
        command.name,
        () => encodePacket({ ...this.#next(), payloadType: PAYLOAD.ipmi, payload: message }, this.#keys),
        (bytes) => {
          const packet = decodePacket(bytes, this.#keys);
          if (packet.sessionId !== this.#ids.consoleId || packet.payloadType !== PAYLOAD.ipmi) return undefined;
          if (!this.#window.accept(packet.sequence)) return undefined;
          const read = decodeResponse(packet.payload);
          return isAnswer(read) ? read : undefined;
        },
      )
      .catch((error: Error) => this.#lost(error));
    const refused = refusal(command, response, this.#link.bmc);
    if (refused !== undefined) throw refused;
    return response.data;
  }

  /** A BMC says nothing to a session that it does not have: only asked outside of it it tells that it lives. */
  async #lost(error: Error): Promise<never> {
    if (!(error instanceof IpmiTimeoutError)) throw error;
    await channelCapabilities(this.#link);
    this.#ended = new IpmiSessionLostError(`BMC ${this.#link.bmc} answers, but not in this session any more`, {
      cause: error,
    });
    throw this.#ended;
  }

  #next(): { sessionId: number; sequence: number } {
    this.#sequence = this.#sequence === LAST_SEQUENCE ? 1 : this.#sequence + 1;
    return { sessionId: this.#ids.bmcId, sequence: this.#sequence };
  }
}

function isMismatch(error: unknown): boolean {
  return error instanceof IpmiAuthenticationError && error.reason === 'password';
}

async function setUp(link: Link, login: Login) {
  const { timeoutMs, retransmitMs } = link.patience;
  const ofStep = { retransmitMs, timeoutMs: Math.min(timeoutMs, retransmitMs * 2 ** (SENDINGS_OF_A_STEP - 1)) };
  const consoleId = randomInt(1, LAST_SEQUENCE);
  let tag = 0;
  const step = async <T>(
    what: string,
    [request, answer]: readonly [number, number],
    message: (tag: number) => Buffer,
    read: (payload: Buffer) => T,
  ): Promise<T> => {
    tag = link.nextTag();
    const mine = tag;
    const packet = encodePacket({ payloadType: request, sessionId: 0, sequence: 0, payload: message(mine) });
    return link
      .exchange(
        what,
        () => packet,
        (bytes) => {
          const { payloadType, payload } = decodePacket(bytes);
          return payloadType === answer && payload[0] === mine ? { value: read(payload) } : undefined;
        },
        ofStep,
      )
      .then(({ value }) => value);
  };
  const bmcId = await step(
    'open a session',
    [PAYLOAD.openSessionRequest, PAYLOAD.openSessionResponse],
    (mine) => openSessionRequest(mine, consoleId, login),
    (payload) => readOpenSessionResponse(payload, consoleId, login, link.bmc),
  );
  const ids = { consoleId, bmcId };
  const rakp = new Rakp(login, ids, link.bmc);
  const numbers = await step(
    'RAKP 1',
    [PAYLOAD.rakp1, PAYLOAD.rakp2],
    (mine) => rakp.message1(mine),
    (payload) => rakp.readMessage2(payload),
  ).catch((error: unknown) => {
    if (isMismatch(error))
      link.tell(
        encodePacket({ payloadType: PAYLOAD.rakp3, sessionId: 0, sequence: 0, payload: rakp.message3Refusing(tag) }),
      );
    throw error;
  });
  const keys = await step(
    'RAKP 3',
    [PAYLOAD.rakp3, PAYLOAD.rakp4],
    (mine) => rakp.message3(mine, numbers),
    (payload) => rakp.readMessage4(payload, numbers),
  );
  return { keys, ids };
}

export interface ChannelCapabilities {
  /** RMCP+, which this package speaks. */
  readonly supportsIpmi2: boolean;
  /** A BMC key KG is set: the password alone opens no session. */
  readonly needsBmcKey: boolean;
  /** There are users without a name. */
  readonly hasNullUsers: boolean;
}

/** Get Channel Authentication Capabilities, IPMI v2.0 section 22.13; outside of a session. */
export async function channelCapabilities(link: Link): Promise<ChannelCapabilities> {
  const PRESENT_CHANNEL = 0x0e;
  const WITH_IPMI_2 = 0x80;
  const data = Uint8Array.of(PRESENT_CHANNEL | WITH_IPMI_2, PRIVILEGE.administrator);
  const command = { name: 'Get Channel Authentication Capabilities', netFn: NET_FN.app, cmd: 0x38, data };
  const packet = encodeSessionless(encodeRequest(command, 0));
  const response = await link.exchange(
    command.name,
    () => packet,
    (bytes) => {
      const read = decodeResponse(decodeSessionless(bytes));
      return read.cmd === command.cmd && read.netFn === command.netFn ? read : undefined;
    },
  );
  const refused = refusal(command, response, link.bmc);
  if (refused !== undefined) throw refused;
  const [, types = 0, status = 0, extended = 0] = response.data;
  return {
    supportsIpmi2: (types & 0x80) !== 0 && (extended & 0x02) !== 0,
    needsBmcKey: (status & 0x20) !== 0,
    hasNullUsers: (status & 0x02) !== 0,
  };
}
