import { ApiError, type ApiErrorDetails, isApiError } from '../api-error.ts';

type Verdict = Pick<ApiErrorDetails, 'kind' | 'retry' | 'hint'>;

const NEVER = { when: 'never' } as const;
const BACK_OFF = { when: 'back-off' } as const;
const LONGEST_REASON = 400;

/** What `-v` tells besides, of commands that we have not asked for. */
const NOISE =
  /^(loading iana|running get |invalid completion code received|discovered |get hpm|no response from remote controller$|raw r|\s*$)/i;
/** Said after whatever went wrong; alone it means that nobody has answered. */
const NO_SESSION = /unable to establish ipmi v2/i;

/** What ipmitool 1.8 writes to its standard error, first match first. */
const VERDICTS: readonly (readonly [RegExp, Verdict])[] = [
  [
    /rakp \d hmac is invalid|rakp 4 .*(invalid|integrity)|unauthorized name|invalid user ?name|password verification/i,
    { kind: 'authentication', retry: NEVER, hint: 'check bmc.username and bmc.password' },
  ],
  [
    /insufficient privilege|unauthorized role|privilege level requested/i,
    { kind: 'forbidden', retry: NEVER, hint: 'give the user more privilege in the BMC, or set bmc.privilege' },
  ],
  [/longer than \d+ bytes|invalid option|invalid privilege|invalid port/i, { kind: 'configuration', retry: NEVER }],
  [
    /invalid authentication algorithm|invalid (integrity|confidentiality) algorithm|no matching|no cipher suite match/i,
    { kind: 'configuration', retry: NEVER, hint: 'set bmc.cipher_suite' },
  ],
  [
    /address lookup for|could not open socket|network is unreachable|no route to host/i,
    { kind: 'network', retry: BACK_OFF, hint: 'check bmc.address' },
  ],
  [
    /insufficient resources|node busy|timeout while processing|initialization in progress|update mode|present state/i,
    { kind: 'busy', retry: BACK_OFF },
  ],
  [
    /get auth capabilities error|no response|timed? ?out|unable to get channel/i,
    { kind: 'timeout', retry: BACK_OFF, hint: 'check bmc.address and bmc.port, and that IPMI over LAN is on' },
  ],
  [
    /invalid command|invalid data|not supported|unsupported|parameter out of range|data length|illegal/i,
    { kind: 'invalid', retry: NEVER },
  ],
];

/** The error for a call of ipmitool that has failed. */
export function ipmitoolSays(
  call: Pick<ApiErrorDetails, 'cloud' | 'service' | 'method' | 'path'>,
  stderr: string,
): ApiError {
  const lines = stderr.split('\n').map((line) => line.replace(/^[>\s]+/, '').trim());
  const telling = lines.filter((line) => !NOISE.test(line));
  const cause = telling.filter((line) => !NO_SESSION.test(line));
  const said = (cause.length > 0 ? cause : telling).join('; ').slice(0, LONGEST_REASON);
  const known = VERDICTS.find(([pattern]) => pattern.test(said))?.[1];
  const reason = said === '' ? 'ipmitool failed and says nothing' : said;
  return new ApiError({ ...call, ...(known ?? otherwise(said)), reason });
}

function otherwise(said: string): Verdict {
  const kind = NO_SESSION.test(said) ? 'timeout' : 'unavailable';
  return { kind, retry: BACK_OFF, hint: 'check bmc.address, and try ipmitool by hand' };
}

/** The BMC has answered the command, and will not have it. */
export function isRefusedCommand(error: unknown): boolean {
  return isApiError(error, 'invalid', 'unavailable') && /rsp=0x|failed|unable to send raw/i.test(error.details.reason);
}
