import {
  IpmiAuthenticationError,
  type IpmiError,
  IpmiPrivilegeError,
  IpmiProtocolError,
  IpmiRefusedError,
} from './errors.ts';
import type { Login } from './handshake.ts';

export const TOO_SHORT = 'the answer to a session set-up is cut';

/** RMCP+ status codes, IPMI v2.0 table 13-15. */
export const STATUS: Readonly<Record<number, string>> = {
  1: 'insufficient resources to create a session',
  2: 'invalid session ID',
  3: 'invalid payload type',
  4: 'invalid authentication algorithm',
  5: 'invalid integrity algorithm',
  6: 'no matching authentication payload',
  7: 'no matching integrity payload',
  8: 'inactive session ID',
  9: 'invalid role',
  10: 'unauthorized role or privilege level requested',
  11: 'insufficient resources to create a session at the requested role',
  12: 'invalid name length',
  13: 'unauthorized name',
  14: 'unauthorized GUID',
  15: 'invalid integrity check value',
  16: 'invalid confidentiality algorithm',
  17: 'no cipher suite match with proposed security algorithms',
  18: 'illegal or unrecognized parameter',
};
const UNKNOWN_USER: ReadonlySet<number> = new Set([0x0c, 0x0d]);
const LEVEL_REFUSED: ReadonlySet<number> = new Set([0x09, 0x0a]);
export const WRONG_CODE = 0x0f;
/** Of RAKP 3 too, once the BMC has proved in RAKP 2 that it has our password: it has drawn other numbers since. */
const OUT_OF_STEP: ReadonlySet<number> = new Set([0x02, 0x08, WRONG_CODE]);
/** The BMC would have us ask with another suite. */
const SUITE_REFUSED: ReadonlySet<number> = new Set([0x04, 0x05, 0x06, 0x07, 0x10, 0x11]);

export function isSuiteRefused(error: unknown): boolean {
  return error instanceof IpmiRefusedError && SUITE_REFUSED.has(error.status);
}

/** A set-up that went wrong on the way, by packets lost or doubled: it can begin anew. */
export function isSetUpLost(error: unknown): boolean {
  return error instanceof IpmiRefusedError && OUT_OF_STEP.has(error.status);
}

/** @throws {IpmiError} what the status in the answer to a set-up message stands for */
export function requireSuccess(payload: Buffer, login: Login, bmc: string): void {
  if (payload.length < 2) throw new IpmiProtocolError(TOO_SHORT);
  const status = payload.readUInt8(1);
  if (status !== 0) throw refused(status, login, bmc);
}

export function refused(status: number, login: Login, bmc: string): IpmiError {
  const words = STATUS[status] ?? `status ${status}`;
  if (UNKNOWN_USER.has(status))
    return new IpmiAuthenticationError('user', `BMC ${bmc} knows no user ${login.user}: ${words}`);
  if (status === WRONG_CODE) return wrongPassword(login, bmc);
  if (LEVEL_REFUSED.has(status))
    return new IpmiPrivilegeError(
      `BMC ${bmc} refuses user ${login.user} the privilege level ${login.privilege}: ${words}`,
    );
  return new IpmiRefusedError(status, `BMC ${bmc} opens no session with cipher suite ${login.suite.id}: ${words}`);
}

export function wrongPassword({ user }: Login, bmc: string): IpmiAuthenticationError {
  return new IpmiAuthenticationError('password', `BMC ${bmc} has another password for user ${user}`);
}

/** RAKP 2 is made with the password alone, so what differs in RAKP 4 is KG. */
export function wrongBmcKey({ bmcKey }: Login, bmc: string): IpmiAuthenticationError {
  const what = bmcKey === undefined ? 'has a BMC key (KG) set, and none is given' : 'has another BMC key (KG)';
  return new IpmiAuthenticationError('bmc-key', `BMC ${bmc} ${what}`);
}
