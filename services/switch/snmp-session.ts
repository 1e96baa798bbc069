import { isIPv6 } from 'node:net';
import {
  AuthProtocols,
  createSession,
  createV3Session,
  isVarbindError,
  ObjectType,
  PrivProtocols,
  RequestFailedError,
  SecurityLevel,
  type Session,
  type User,
  type Varbind,
  Version2c,
} from 'net-snmp';
import type { SwitchSettings } from '../../config/index.ts';
import { ApiError } from '../api-error.ts';
import { type Asking, snmpError } from './snmp-errors.ts';
import { type Instance, indexIn, nameOfInstance, type ObjectName, oidOf, oidOfInstance } from './snmp-objects.ts';

export type SnmpSettings = Extract<SwitchSettings, { driver: 'snmp' }>;

/** How long to wait for an answer, and how often to ask again; each wait is half as long again as the one before. */
export interface Patience {
  readonly timeoutMs: number;
  readonly retries: number;
}

const BACK_OFF = 1.5;
const ROWS_AT_ONCE = 20;

/** What a switch holds under an OID. */
export type SnmpValue = number | Buffer;

export interface Assignment extends Instance {
  readonly value: SnmpValue;
  readonly type: 'Integer' | 'Unsigned32' | 'OctetString';
}

/** A conversation with one switch, over a socket of its own. */
export class SnmpSession {
  readonly switchName: string;
  readonly #session: Session;
  readonly #asking: Asking;
  #isOpen = true;

  constructor({ name, address, port, access }: SnmpSettings, { timeoutMs, retries }: Patience) {
    this.switchName = name;
    const options = {
      port,
      transport: isIPv6(address) ? ('udp6' as const) : ('udp4' as const),
      timeout: timeoutMs,
      retries,
      backoff: BACK_OFF,
      backwardsGetNexts: false,
    };
    this.#session =
      access.version === '2c'
        ? createSession(address, access.community.reveal(), { ...options, version: Version2c })
        : createV3Session(address, userOf(name, access), options);
    // What cannot be read as SNMP is no answer: the call runs into its time limit.
    this.#session.on('error', () => undefined);
    let waitedMs = 0;
    for (let attempt = 0; attempt <= retries; attempt += 1) waitedMs += timeoutMs * BACK_OFF ** attempt;
    this.#asking = {
      address: `${address}:${port}`,
      version: access.version,
      hasPrivacy: access.version === '3' && access.priv !== undefined,
      waitedMs: Math.round(waitedMs),
    };
  }

  /** All in one message, so that they belong together. `undefined` for what the switch has not, or does not show us. */
  async get(...instances: readonly Instance[]): Promise<readonly (SnmpValue | undefined)[]> {
    const varbinds = await this.#ask('GET', instances, (done) => this.#session.get(instances.map(oidOfInstance), done));
    return varbinds.map((varbind) => (isVarbindError(varbind) ? undefined : shownValue(varbind)));
  }

  /** Values by index. Empty where the switch has no such column, or does not show it. */
  async column(name: ObjectName): Promise<ReadonlyMap<number, SnmpValue>> {
    const values = new Map<number, SnmpValue>();
    await new Promise<void>((resolve, reject) => {
      this.#session.subtree(
        oidOf(name),
        ROWS_AT_ONCE,
        (varbinds) => {
          for (const varbind of varbinds) {
            const [index, value] = [indexIn(name, varbind.oid), shownValue(varbind)];
            if (index !== undefined && value !== undefined && !isVarbindError(varbind)) values.set(index, value);
          }
        },
        (error) => (error === null ? resolve() : reject(this.#asError('GET', name, error))),
      );
    });
    return values;
  }

  /** All or none, in one message. */
  async set(...assignments: readonly Assignment[]): Promise<void> {
    const varbinds = assignments.map((assignment) => ({
      oid: oidOfInstance(assignment),
      type: ObjectType[assignment.type],
      value: assignment.value,
    }));
    await this.#ask('SET', assignments, (done) => this.#session.set(varbinds, done));
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#session.close();
  }

  #ask(
    method: 'GET' | 'SET',
    instances: readonly Instance[],
    send: (done: (error: Error | null, varbinds?: Varbind[]) => void) => void,
  ): Promise<readonly Varbind[]> {
    return new Promise((resolve, reject) => {
      send((error, varbinds = []) => {
        if (error === null) return resolve(varbinds);
        const blamed = instances.find((instance) => isAbout(error, instance));
        const path = blamed === undefined ? instances.map(nameOfInstance).join(', ') : nameOfInstance(blamed);
        reject(this.#asError(method, path, error));
      });
    });
  }

  #asError(method: 'GET' | 'SET', path: string, error: unknown): ApiError {
    return snmpError({ cloud: this.switchName, method, path }, error, this.#asking);
  }
}

/** net-snmp puts the OID that the switch complains about at the end of the message. */
function isAbout(error: Error, instance: Instance): boolean {
  return error instanceof RequestFailedError && error.message.endsWith(`: ${oidOfInstance(instance)}`);
}

function shownValue({ value }: Varbind): SnmpValue | undefined {
  return typeof value === 'number' || Buffer.isBuffer(value) ? value : undefined;
}

const AUTH_PROTOCOLS: ReadonlyMap<string, AuthProtocols> = new Map([
  ['md5', AuthProtocols.md5],
  ['sha', AuthProtocols.sha],
  ['sha224', AuthProtocols.sha224],
  ['sha256', AuthProtocols.sha256],
  ['sha384', AuthProtocols.sha384],
  ['sha512', AuthProtocols.sha512],
]);

const PRIV_PROTOCOLS: ReadonlyMap<string, PrivProtocols> = new Map([
  ['aes', PrivProtocols.aes],
  ['aes256b', PrivProtocols.aes256b],
  ['aes256r', PrivProtocols.aes256r],
]);

function userOf(switchName: string, { username, auth, priv }: Extract<SnmpSettings['access'], { version: '3' }>): User {
  if (auth === undefined) return { name: username, level: SecurityLevel.noAuthNoPriv };
  const signing = {
    name: username,
    authProtocol: known(switchName, AUTH_PROTOCOLS, auth.protocol),
    authKey: auth.password.reveal(),
  };
  if (priv === undefined) return { ...signing, level: SecurityLevel.authNoPriv };
  return {
    ...signing,
    level: SecurityLevel.authPriv,
    privProtocol: known(switchName, PRIV_PROTOCOLS, priv.protocol),
    privKey: priv.password.reveal(),
  };
}

function known<P>(cloud: string, protocols: ReadonlyMap<string, P>, name: string): P {
  const protocol = protocols.get(name);
  if (protocol !== undefined) return protocol;
  throw new ApiError({
    cloud,
    service: 'snmp',
    method: '',
    path: '',
    kind: 'configuration',
    retry: { when: 'never' },
    reason: `SNMP protocol ${JSON.stringify(name)} is not known; these are: ${[...protocols.keys()].join(', ')}`,
  });
}
