import { CIPHER_SUITES, type CipherSuiteId } from './cipher-suites.ts';
import { IpmiConfigurationError } from './errors.ts';
import type { Login, Privilege } from './handshake.ts';

export interface IpmiOptions {
  readonly host: string;
  /** 623 when not given. */
  readonly port?: number;
  /** At most 16 bytes. */
  readonly user: string;
  /** At most 20 bytes. */
  readonly password: string;
  /** The level of the session; `operator` may switch power, some BMCs want `administrator` for boot options. */
  readonly privilege?: Privilege;
  /** Tried in this order until the BMC takes one; 17 (SHA-256), then 3 (SHA-1) when not given. */
  readonly cipherSuites?: readonly CipherSuiteId[];
  /** KG: text, or bytes. Only where one is set in the BMC. */
  readonly bmcKey?: string | Uint8Array;
  /** For one answer, all attempts together; 15,000. */
  readonly timeoutMs?: number;
  /** Before a request is sent again, doubled each time; 1,000. */
  readonly retransmitMs?: number;
  /** When nothing else is sent for so long the session is kept alive; 30,000. */
  readonly keepAliveMs?: number;
}

export const DEFAULTS = {
  port: 623,
  timeoutMs: 15_000,
  retransmitMs: 1_000,
  keepAliveMs: 30_000,
  privilege: 'administrator',
} as const;
const LONGEST_USER = 16;
const LONGEST_KEY = 20;

/**
 * One login for each cipher suite that is to be tried.
 *
 * @throws {IpmiConfigurationError} a setting that no BMC could be asked with
 */
export function loginsOf(options: IpmiOptions): readonly Login[] {
  const { user, privilege = DEFAULTS.privilege, cipherSuites = [17, 3] } = options;
  requireSense(options);
  if (Buffer.byteLength(user) > LONGEST_USER)
    throw new IpmiConfigurationError(
      `the IPMI user name has ${Buffer.byteLength(user)} bytes, ${LONGEST_USER} are the most (IPMI v2.0 section 22.28)`,
    );
  const password = keyBytes('password', options.password);
  const bmcKey = options.bmcKey === undefined ? undefined : keyBytes('BMC key', options.bmcKey);
  if (cipherSuites.length === 0) throw new IpmiConfigurationError('no cipher suite is given: 3 or 17');
  return cipherSuites.map((id) => {
    const suite = CIPHER_SUITES[id];
    if (suite === undefined)
      throw new IpmiConfigurationError(
        `cipher suite ${id} is refused: ${Number(id) === 0 ? 'with it anybody who knows a user name may switch power; ' : ''}3 and 17 check and encrypt`,
      );
    return { user, password, privilege, suite, ...(bmcKey === undefined ? {} : { bmcKey }) };
  });
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

function requireSense({ host, port = DEFAULTS.port, timeoutMs, retransmitMs, keepAliveMs }: IpmiOptions): void {
  if (host === '') throw new IpmiConfigurationError('the address of the BMC is empty');
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new IpmiConfigurationError(`port ${port}: a whole number from 1 to 65535`);
  for (const [name, ms] of Object.entries({ timeoutMs, retransmitMs, keepAliveMs }))
    if (ms !== undefined && !(ms > 0 && ms <= LONGEST_TIMER_MS))
      throw new IpmiConfigurationError(`${name} ${ms}: more than 0, and at most ${LONGEST_TIMER_MS}`);
}

/** @throws {IpmiConfigurationError} longer than IPMI v2.0 section 22.30 has room for: a BMC would compare the first 20 bytes only */
function keyBytes(what: string, key: string | Uint8Array): Buffer {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : Buffer.from(key);
  if (bytes.length > LONGEST_KEY)
    throw new IpmiConfigurationError(
      `the IPMI ${what} has ${bytes.length} bytes, ${LONGEST_KEY} are the most (IPMI v2.0 section 22.30)`,
    );
  return bytes;
}
