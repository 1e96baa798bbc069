import { randomInt } from 'node:crypto';
import { IpmiAuthenticationError, IpmiError, IpmiTimeoutError } from './errors.ts';
import { type Login, openSessionRequest, Rakp, readOpenSessionResponse } from './handshake.ts';
import type { Link } from './link.ts';
import { decodePacket, encodePacket, PAYLOAD } from './packet.ts';

const LAST_ID = 0xffff_ffff;
/** A step of a set-up is sent so often; then the set-up begins anew, since a BMC answers no repeated RAKP 3. */
const SENDINGS_OF_A_STEP = 3;
const LONGEST_LISTENING_MS = 250;

/** The BMC's code is not made with our password. */
export function isMismatch(error: unknown): boolean {
  return error instanceof IpmiAuthenticationError && error.reason === 'password';
}

/**
 * Open Session and RAKP 1 to 4 (IPMI v2.0 sections 13.17 to 13.23).
 * With `isSecondTry` it waits a little for a second answer to RAKP 1, since a BMC that got a doubled packet has drawn another
 * number for the second and goes by that one.
 *
 * @returns the session's keys and IDs
 */
export async function setUp(link: Link, login: Login, isSecondTry: boolean) {
  const { timeoutMs, retransmitMs } = link.patience;
  const ofStep = { retransmitMs, timeoutMs: Math.min(timeoutMs, retransmitMs * 2 ** (SENDINGS_OF_A_STEP - 1)) };
  const consoleId = randomInt(1, LAST_ID);
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
    if (error instanceof IpmiTimeoutError && error.problem === 'time-out')
      throw new IpmiTimeoutError('time-out', `${error.message}; some BMCs are silent to a user that they do not know`, {
        cause: error,
      });
    if (isMismatch(error))
      link.tell(
        encodePacket({ payloadType: PAYLOAD.rakp3, sessionId: 0, sequence: 0, payload: rakp.message3Refusing(tag) }),
      );
    throw error;
  });
  let newest = numbers;
  const reread = (bytes: Buffer) => {
    try {
      const { payloadType, payload } = decodePacket(bytes);
      if (payloadType === PAYLOAD.rakp2 && payload[0] === tag) newest = rakp.readMessage2(payload);
    } catch (error) {
      // The first answer was good; what is none is noise.
      if (!(error instanceof IpmiError)) throw error;
    }
  };
  if (isSecondTry) await link.overhear(reread, Math.min(LONGEST_LISTENING_MS, retransmitMs));
  const keys = await step(
    'RAKP 3',
    [PAYLOAD.rakp3, PAYLOAD.rakp4],
    (mine) => rakp.message3(mine, newest),
    (payload) => rakp.readMessage4(payload, newest),
  );
  return { keys, ids };
}
