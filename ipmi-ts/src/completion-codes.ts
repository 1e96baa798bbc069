import { IpmiCompletionError, type IpmiError, IpmiPrivilegeError, IpmiSessionLostError } from './errors.ts';
import type { Command, Response } from './message.ts';

/** IPMI v2.0 table 5-2. */
const GENERIC: Readonly<Record<number, string>> = {
  192: 'node busy',
  193: 'invalid command',
  194: 'command invalid for given LUN',
  195: 'timeout while processing command',
  196: 'out of space',
  197: 'reservation canceled or invalid reservation ID',
  198: 'request data truncated',
  199: 'request data length invalid',
  200: 'request data field length limit exceeded',
  201: 'parameter out of range',
  202: 'cannot return number of requested data bytes',
  203: 'requested sensor, data, or record not present',
  204: 'invalid data field in request',
  205: 'command illegal for specified sensor or record type',
  206: 'command response could not be provided',
  207: 'cannot execute duplicated request',
  208: 'SDR repository in update mode',
  209: 'device in firmware update mode',
  210: 'BMC initialization in progress',
  211: 'destination unavailable',
  212: 'insufficient privilege level',
  213: 'command not supported in present state',
  214: 'command sub-function disabled or unavailable',
  255: 'unspecified error',
};

/** What a command gives 80h to 8Fh for: the table of each command in IPMI v2.0 chapters 22, 28 and 31. */
const OF_COMMAND: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'Set System Boot Options': {
    128: 'parameter not supported',
    129: 'set in progress by another party',
    130: 'parameter is read-only',
  },
  'Get System Boot Options': { 128: 'parameter not supported' },
  'Set Session Privilege Level': {
    128: 'privilege level not available for this user',
    129: 'privilege level exceeds the limit of the channel or user',
    130: 'user level authentication cannot be disabled',
  },
  'Get SEL Info': { 129: 'an erasure of the event log is in progress' },
  'Close Session': { 135: 'invalid session ID', 136: 'invalid session handle' },
};

const INSUFFICIENT_PRIVILEGE = 0xd4;
/** Of Set Session Privilege Level. */
const LEVEL_REFUSED: ReadonlySet<number> = new Set([0x80, 0x81]);

/** Codes of requests that were not begun and can succeed a moment later; C3h is none: a machine could be cycled twice. */
const BUSY: ReadonlySet<number> = new Set([0xc0, 0xd0, 0xd1, 0xd2]);

export function isBusy(error: unknown): boolean {
  return error instanceof IpmiCompletionError && BUSY.has(error.code);
}

/** Name of a completion code as the specification has it; unknown ones by their number. */
export function completionName(command: string, code: number): string {
  const known = OF_COMMAND[command]?.[code] ?? GENERIC[code];
  if (known !== undefined) return known;
  if (code >= 0x01 && code <= 0x7e) return 'OEM completion code';
  return 'completion code not in the specification';
}

/** The error that an answer stands for, if it is none of 00h. */
export function refusal(command: Command, response: Response, bmc: string): IpmiError | undefined {
  const { completionCode: code } = response;
  if (code === 0) return undefined;
  const hex = `${code.toString(16).padStart(2, '0').toUpperCase()}h`;
  const message = `BMC ${bmc}: ${command.name}: ${completionName(command.name, code)} (${hex})`;
  if (code === INSUFFICIENT_PRIVILEGE) return new IpmiPrivilegeError(message);
  if (command.name === 'Set Session Privilege Level' && LEVEL_REFUSED.has(code)) return new IpmiPrivilegeError(message);
  if (command.name === 'Close Session' && code === 0x87) return new IpmiSessionLostError(message);
  return new IpmiCompletionError(command.name, code, completionName(command.name, code), message);
}
