import { IpmiCompletionError, IpmiError, IpmiRefusedError } from 'ipmi-ts';
import { ApiError, type ApiErrorDetails } from '../api-error.ts';

type Verdict = Pick<ApiErrorDetails, 'kind' | 'retry' | 'hint'>;

const NEVER = { when: 'never' } as const;
const BACK_OFF = { when: 'back-off' } as const;

/** RMCP+ status codes, IPMI v2.0 table 13-15: no session is free. */
const NO_SESSION_FREE: ReadonlySet<number> = new Set([0x01, 0x0b]);
/** Completion codes, IPMI v2.0 table 5-2, after which the same request can succeed. D5h: not in the present state. */
const BUSY: ReadonlySet<number> = new Set([0xc0, 0xc3, 0xc4, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd5]);
/** What commands have codes of their own for, IPMI v2.0 table 28-14: set in progress by another party. */
const SETTING_BOOT = { names: new Set(['Get System Boot Options', 'Set System Boot Options']), busy: 0x81 } as const;
/** Parameter not supported; no such command. */
const NO_BOOT_DEVICE: ReadonlySet<number> = new Set([0x80, 0xc1]);
const UNSPECIFIED = 0xff;

/** The error for what a BMC, or its silence, has said. What is no error of IPMI is given back as it is. */
export function ipmiFailure(host: string, method: string, error: unknown): unknown {
  if (!(error instanceof IpmiError)) return error;
  const call = { cloud: host, service: 'ipmi', method, path: '' };
  return new ApiError({ ...call, ...verdict(error), reason: error.message }, { cause: error });
}

function verdict(error: IpmiError): Verdict {
  switch (error.problem) {
    case 'configuration':
      return { kind: 'configuration', retry: NEVER };
    case 'unreachable':
      return { kind: 'network', retry: BACK_OFF, hint: 'check bmc.address and bmc.port, and that IPMI over LAN is on' };
    case 'time-out':
      return { kind: 'timeout', retry: BACK_OFF, hint: 'check bmc.address and bmc.port, and that IPMI over LAN is on' };
    case 'authentication':
      return { kind: 'authentication', retry: NEVER, hint: 'check bmc.username and bmc.password' };
    case 'privilege':
      return { kind: 'forbidden', retry: NEVER, hint: 'give the user more privilege in the BMC, or set bmc.privilege' };
    case 'refused':
      return refusal(error);
    case 'completion':
      return completion(error);
    case 'session-lost':
      return { kind: 'network', retry: BACK_OFF };
    case 'protocol':
      return { kind: 'protocol', retry: BACK_OFF };
    default:
      return error.problem satisfies never;
  }
}

function refusal(error: IpmiError): Verdict {
  if (error instanceof IpmiRefusedError && NO_SESSION_FREE.has(error.status)) return { kind: 'busy', retry: BACK_OFF };
  return { kind: 'configuration', retry: NEVER, hint: 'set bmc.cipher_suite, or try driver: ipmitool' };
}

function completion(error: IpmiError): Verdict {
  const code = error instanceof IpmiCompletionError ? error.code : UNSPECIFIED;
  if (error instanceof IpmiCompletionError && SETTING_BOOT.names.has(error.command)) {
    if (code === SETTING_BOOT.busy) return { kind: 'busy', retry: BACK_OFF };
    const hint = 'this controller sets no boot device over IPMI: try driver: redfish or command';
    if (NO_BOOT_DEVICE.has(code)) return { kind: 'invalid', retry: NEVER, hint };
  }
  if (BUSY.has(code)) return { kind: 'busy', retry: BACK_OFF };
  if (code === UNSPECIFIED) return { kind: 'unavailable', retry: BACK_OFF };
  return { kind: 'invalid', retry: NEVER };
}
