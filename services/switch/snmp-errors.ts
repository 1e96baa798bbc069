import { ErrorStatus, RequestFailedError, ResponseInvalidCode, ResponseInvalidError } from 'net-snmp';
import { ApiError, type ApiErrorDetails, type ApiErrorKind, type Retry } from '../api-error.ts';

export interface SnmpCall {
  /** The switch's name. */
  readonly cloud: string;
  readonly method: 'GET' | 'SET';
  /** `dot1qPvid.12`. */
  readonly path: string;
}

/** How it was asked, for the sentence about a time-out. */
export interface Asking {
  readonly address: string;
  readonly version: '2c' | '3';
  readonly hasPrivacy: boolean;
  readonly waitedMs: number;
}

type Verdict = Pick<ApiErrorDetails, 'kind' | 'retry' | 'reason' | 'hint'>;

const NEVER: Retry = { when: 'never' };
const BACK_OFF: Retry = { when: 'back-off' };

/**
 * Errors of net-snmp are not kept as `cause`: some carry the user with the passwords.
 * Names of error statuses: RFC 3416 section 3; of the counters that reports of version 3 name: RFC 3414 section 5.
 */
export function snmpError(call: SnmpCall, error: unknown, asking: Asking): ApiError {
  return new ApiError({ service: 'snmp', ...call, ...verdict(error, asking) });
}

function verdict(error: unknown, asking: Asking): Verdict {
  // Its class is missing in the types.
  if (error instanceof Error && error.name === 'RequestTimedOutError') return timedOut(asking);
  if (error instanceof RequestFailedError) return refused(error.status);
  if (error instanceof ResponseInvalidError) return notAccepted(error.code, error.message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return { kind: 'protocol', retry: NEVER, reason: 'the answer cannot be read as SNMP' };
  return {
    kind: 'network',
    retry: BACK_OFF,
    reason: `${asking.address} cannot be reached (${code})`,
    hint: 'check that the address is right',
  };
}

function timedOut({ address, version, hasPrivacy, waitedMs }: Asking): Verdict {
  const alike = version === '2c' ? 'a wrong community' : hasPrivacy ? 'a wrong privacy password' : undefined;
  const looks = alike === undefined ? '' : `; ${alike} looks the same, for it gets no answer either`;
  return {
    kind: 'timeout',
    retry: BACK_OFF,
    reason: `no answer from ${address} within ${waitedMs / 1000} s`,
    hint: `check the address, and that the switch lets this machine ask over SNMP${looks}`,
  };
}

/** By their number; 0 is no error. */
const REFUSALS: Readonly<
  Record<number, { readonly kind: ApiErrorKind; readonly retry?: Retry; readonly hint?: string }>
> = {
  [ErrorStatus.TooBig]: { kind: 'protocol' },
  [ErrorStatus.NoSuchName]: { kind: 'not-found' },
  [ErrorStatus.BadValue]: { kind: 'invalid' },
  [ErrorStatus.ReadOnly]: { kind: 'forbidden' },
  [ErrorStatus.GeneralError]: { kind: 'unavailable', retry: BACK_OFF },
  [ErrorStatus.NoAccess]: { kind: 'forbidden' },
  [ErrorStatus.WrongType]: { kind: 'invalid' },
  [ErrorStatus.WrongLength]: { kind: 'invalid' },
  [ErrorStatus.WrongEncoding]: { kind: 'invalid' },
  [ErrorStatus.WrongValue]: { kind: 'invalid' },
  [ErrorStatus.NoCreation]: { kind: 'invalid' },
  [ErrorStatus.InconsistentValue]: {
    kind: 'conflict',
    hint: "it does not go with something else that the switch has: look at the port's mode and at forbidden ports of the VLAN",
  },
  [ErrorStatus.ResourceUnavailable]: { kind: 'unavailable', retry: BACK_OFF },
  [ErrorStatus.CommitFailed]: { kind: 'unavailable', retry: BACK_OFF },
  [ErrorStatus.UndoFailed]: { kind: 'protocol', hint: 'a part of it may be written: look at the switch' },
  [ErrorStatus.AuthorizationError]: { kind: 'forbidden' },
  [ErrorStatus.NotWritable]: { kind: 'forbidden' },
  [ErrorStatus.InconsistentName]: { kind: 'invalid' },
};

function refused(status: ErrorStatus): Verdict {
  const { kind, retry = NEVER, hint } = REFUSALS[status] ?? { kind: 'protocol' };
  const remedy = hint ?? (kind === 'forbidden' ? 'give the community or user the right to write it' : undefined);
  return { kind, retry, reason: statusName(status), ...(remedy === undefined ? {} : { hint: remedy }) };
}

/** `inconsistentValue`, as RFC 3416 spells it. */
function statusName(status: ErrorStatus): string {
  if (status === ErrorStatus.GeneralError) return 'genErr';
  const name: string | undefined = ErrorStatus[status];
  return name === undefined ? `error status ${status}` : `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** By net-snmp's words for them: it keeps no number. */
const USM_REPORTS: readonly (readonly [string, Verdict])[] = [
  [
    'Unsupported Security Level',
    {
      kind: 'authentication',
      retry: NEVER,
      reason: 'usmStatsUnsupportedSecLevels: the switch does not know this user with this authentication or privacy',
      hint: 'check auth_protocol and priv_protocol',
    },
  ],
  [
    'Unknown User Name',
    { kind: 'authentication', retry: NEVER, reason: 'usmStatsUnknownUserNames', hint: 'check username' },
  ],
  [
    'Wrong Digest',
    {
      kind: 'authentication',
      retry: NEVER,
      reason: 'usmStatsWrongDigests',
      hint: 'check auth_protocol and auth_password',
    },
  ],
  [
    'Decryption Error',
    {
      kind: 'authentication',
      retry: NEVER,
      reason: 'usmStatsDecryptionErrors',
      hint: 'check priv_protocol and priv_password',
    },
  ],
  [
    'Not In Time Window',
    { kind: 'unavailable', retry: BACK_OFF, reason: 'usmStatsNotInTimeWindows: the clock of the switch has jumped' },
  ],
  [
    'Unknown Engine ID',
    { kind: 'unavailable', retry: BACK_OFF, reason: 'usmStatsUnknownEngineIDs: the switch has started anew' },
  ],
];

function notAccepted(code: ResponseInvalidCode, message: string): Verdict {
  const report = USM_REPORTS.find(([words]) => message.startsWith(words));
  if (report !== undefined) return report[1];
  if (code === ResponseInvalidCode.EAuthFailure || code === ResponseInvalidCode.ECouldNotDecrypt) {
    return {
      kind: 'authentication',
      retry: NEVER,
      reason: 'the answer is signed or encrypted with other passwords than ours',
      hint: 'check auth_password, priv_password and their protocols',
    };
  }
  return { kind: 'protocol', retry: NEVER, reason: 'the answer does not belong to the question' };
}
