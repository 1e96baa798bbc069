import { setTimeout } from 'node:timers/promises';
import { channelCapabilities } from './channel-capabilities.ts';
import { refusal } from './completion-codes.ts';
import { type IpmiError, IpmiPrivilegeError, IpmiSessionLostError, IpmiTimeoutError } from './errors.ts';
import { type Login, PRIVILEGE } from './handshake.ts';
import type { Link, Patience } from './link.ts';
import { type Command, decodeResponse, encodeRequest, NET_FN, type Response } from './message.ts';
import { decodePacket, encodePacket, PAYLOAD, type SessionKeys } from './packet.ts';
import { isSetUpLost } from './rakp-status.ts';
import { SequenceWindow } from './sequence-window.ts';
import { isMismatch, setUp } from './set-up.ts';

const SET_PRIVILEGE = 'Set Session Privilege Level';
const LAST_SEQUENCE = 0xffff_ffff;
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
  #lastSentMs = 0;
  #ended: IpmiError | undefined;

  private constructor(link: Link, keys: SessionKeys, ids: { readonly consoleId: number; readonly bmcId: number }) {
    this.#link = link;
    this.#keys = keys;
    this.#ids = ids;
  }

  /**
   * Open Session, RAKP 1 to 4, Set Session Privilege Level (IPMI v2.0 sections 13.17 to 13.23 and 22.18). Begins anew when
   * packets were lost or doubled so that the two sides no longer speak of the same session.
   *
   * @throws {IpmiError} `time-out`, `authentication`, `privilege`, `refused`
   */
  static async open(link: Link, login: Login): Promise<Session> {
    const until = Date.now() + link.patience.timeoutMs;
    let mismatches = 0;
    let pauseMs = link.patience.retransmitMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { keys, ids } = await setUp(link, login, attempt > 0);
        const session = new Session(link, keys, ids);
        await session.#raise(login);
        return session;
      } catch (error) {
        if (isMismatch(error)) mismatches += 1;
        const canBeLoss =
          isSetUpLost(error) ||
          error instanceof IpmiSessionLostError ||
          error instanceof IpmiTimeoutError ||
          (isMismatch(error) && mismatches < PASSWORD_CHECKS);
        if (!canBeLoss || Date.now() > until) throw error;
        // Some have waited already; a BMC that says no at once is not to be asked a thousand times a second.
        if (!(error instanceof IpmiTimeoutError)) await setTimeout(pauseMs);
        pauseMs *= 2;
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

  /** Sends `ping` when nothing else was sent for so long: a BMC drops silent sessions after some 60 s (section 6.12.15). */
  keepAlive(everyMs: number, ping: Command): void {
    const idleMs = () => Date.now() - this.#lastSentMs;
    const arm = (waitMs: number) => {
      this.#keepAlive = globalThis.setTimeout(() => void onTime(), waitMs).unref();
    };
    const onTime = async () => {
      if (idleMs() >= everyMs) await this.request(ping).catch(() => undefined);
      if (this.#ended === undefined) arm(Math.max(1, everyMs - idleMs()));
    };
    arm(everyMs);
  }

  /** Ends the session here and at the BMC; what waits fails. Without an answer the BMC drops it by itself a minute later. */
  async close(): Promise<void> {
    clearTimeout(this.#keepAlive);
    if (this.#ended !== undefined) return;
    this.#ended = new IpmiSessionLostError(`BMC ${this.#link.bmc}: the session is closed`);
    this.#link.abandon(this.#ended);
    const { timeoutMs, retransmitMs } = this.#link.patience;
    const patience = { retransmitMs, timeoutMs: Math.min(timeoutMs, 3 * retransmitMs) };
    await this.#ask(this.#closing(), patience).catch(() => undefined);
  }

  /** Set Session Privilege Level, section 22.18: a session begins with the level User. */
  async #raise({ user, privilege }: Login): Promise<void> {
    const data = Uint8Array.of(PRIVILEGE[privilege]);
    try {
      const [level = 0] = await this.request({ name: SET_PRIVILEGE, netFn: NET_FN.app, cmd: 0x3b, data });
      if ((level & 0x0f) < PRIVILEGE[privilege])
        throw new IpmiPrivilegeError(
          `BMC ${this.#link.bmc} gives user ${user} less than the privilege level ${privilege}`,
        );
    } catch (error) {
      // It would hold one of the BMC's few places for a minute.
      this.#link.tell(this.#sealed(encodeRequest(this.#closing(), 0)));
      throw error;
    }
  }

  #closing(): Command {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(this.#ids.bmcId);
    return { name: 'Close Session', netFn: NET_FN.app, cmd: 0x3c, data };
  }

  async #request(command: Command): Promise<Buffer> {
    if (this.#ended !== undefined) throw this.#ended;
    const response = await this.#ask(command, this.#link.patience).catch((error: Error) => this.#lost(error));
    const refused = refusal(command, response, this.#link.bmc);
    if (refused !== undefined) throw refused;
    return response.data;
  }

  #ask(command: Command, patience: Patience): Promise<Response> {
    this.#messageSequence = (this.#messageSequence + 1) % 64;
    const sequence = this.#messageSequence;
    const message = encodeRequest(command, sequence);
    const isAnswer = (response: Response) =>
      response.sequence === sequence && response.cmd === command.cmd && response.netFn === command.netFn;
    return this.#link.exchange(
      command.name,
      () => this.#sealed(message),
      (bytes) => {
        const packet = decodePacket(bytes, this.#keys);
        if (packet.sessionId !== this.#ids.consoleId || packet.payloadType !== PAYLOAD.ipmi) return undefined;
        if (!this.#window.accept(packet.sequence)) return undefined;
        const read = decodeResponse(packet.payload);
        return isAnswer(read) ? read : undefined;
      },
      patience,
    );
  }

  /** Each packet has a number of its own, also when it says the same again. */
  #sealed(message: Buffer): Buffer {
    this.#lastSentMs = Date.now();
    this.#sequence = this.#sequence === LAST_SEQUENCE ? 1 : this.#sequence + 1;
    const head = { sessionId: this.#ids.bmcId, sequence: this.#sequence, payloadType: PAYLOAD.ipmi };
    return encodePacket({ ...head, payload: message }, this.#keys);
  }

  /** A BMC says nothing to a session that it does not have: only asked outside of it it tells that it lives. */
  async #lost(error: Error): Promise<never> {
    if (!(error instanceof IpmiTimeoutError)) throw error;
    // From another port: pyghmi's BMC takes a packet without a session on the session's port amiss.
    const beside = await this.#link.beside();
    try {
      await channelCapabilities(beside, 'user');
    } finally {
      beside.close(error);
    }
    this.#ended ??= new IpmiSessionLostError(`BMC ${this.#link.bmc} answers, but not in this session any more`, {
      cause: error,
    });
    throw this.#ended;
  }
}
