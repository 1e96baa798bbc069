import {
  acknowledgeBios,
  type BootOptions,
  type BootOptionsSeen,
  beginSetting,
  endSetting,
  getBootFlags,
  keepFlagsWithoutTimer,
  readBootFlags,
  setBootFlags,
} from './boot-options.ts';
import { channelCapabilities } from './channel-capabilities.ts';
import {
  type ChassisAction,
  type ChassisStatus,
  chassisControl,
  getChassisStatus,
  readChassisStatus,
} from './chassis.ts';
import type { CipherSuiteId } from './cipher-suites.ts';
import { isBusy } from './completion-codes.ts';
import {
  type DeviceId,
  getDeviceId,
  getSelInfo,
  getSystemGuid,
  readDeviceId,
  readGuid,
  readSelInfo,
  type SelInfo,
} from './device.ts';
import {
  IpmiAuthenticationError,
  IpmiCompletionError,
  IpmiError,
  IpmiRefusedError,
  IpmiSessionLostError,
} from './errors.ts';
import type { Login } from './handshake.ts';
import { Link } from './link.ts';
import type { Command } from './message.ts';
import { DEFAULTS, type IpmiOptions, loginsOf } from './options.ts';
import { isSuiteRefused } from './rakp-status.ts';
import { Session } from './session.ts';

const BUSY_PAUSE_MS = 500;

/** One BMC, in one session. Everything rejects with an {@link IpmiError}. */
export class IpmiClient {
  readonly #link: Link;
  readonly #session: Session;
  /** The cipher suite that the BMC took. */
  readonly cipherSuite: CipherSuiteId;

  private constructor(link: Link, session: Session, cipherSuite: CipherSuiteId) {
    this.#link = link;
    this.#session = session;
    this.cipherSuite = cipherSuite;
  }

  /**
   * Opens a session.
   *
   * @throws {IpmiError} `configuration` (nothing was sent), `unreachable`, `time-out`, `authentication` (user or password), `privilege`, `refused`
   */
  static async connect(options: IpmiOptions): Promise<IpmiClient> {
    const {
      host,
      port = DEFAULTS.port,
      timeoutMs = DEFAULTS.timeoutMs,
      retransmitMs = DEFAULTS.retransmitMs,
    } = options;
    const logins = loginsOf(options);
    const link = await Link.open(host, port, { timeoutMs, retransmitMs });
    try {
      await requireRmcpPlus(link, options);
      const { session, cipherSuite } = await openWithFirst(link, logins);
      session.keepAlive(options.keepAliveMs ?? DEFAULTS.keepAliveMs, getDeviceId);
      return new IpmiClient(link, session, cipherSuite);
    } catch (error) {
      link.close(error as Error);
      throw error;
    }
  }

  /** Opens a session, does the work in it, and closes it whatever comes of it. */
  static async with<T>(options: IpmiOptions, work: (client: IpmiClient) => Promise<T>): Promise<T> {
    const client = await IpmiClient.connect(options);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** Section 28.2. */
  async chassisStatus(): Promise<ChassisStatus> {
    return readChassisStatus(await this.command(getChassisStatus));
  }

  /**
   * Section 28.3. Returns when the BMC has taken it, which is before the machine is on or off: see {@link chassisStatus}.
   * A `cycle` or `reset` whose answer is lost is sent again, and some BMCs do it twice then.
   */
  async chassisControl(action: ChassisAction): Promise<void> {
    await this.command(chassisControl(action));
  }

  /** What the next start will do, section 28.13. */
  async bootOptions(): Promise<BootOptionsSeen> {
    return readBootFlags(await this.command(getBootFlags));
  }

  /**
   * Section 28.12: the flags, kept beyond the 60 s after which a BMC would forget them, and acknowledged for the BIOS. BMCs
   * that lack the parameters around the flags are set all the same.
   */
  async setBootOptions(options: BootOptions): Promise<void> {
    await this.#ifSupported(beginSetting);
    try {
      await this.#ifSupported(keepFlagsWithoutTimer);
      await this.#ifSupported(acknowledgeBios);
      await this.command(setBootFlags(options));
    } finally {
      await this.#ifSupported(endSetting);
    }
  }

  /** Section 20.1. */
  async deviceId(): Promise<DeviceId> {
    return readDeviceId(await this.command(getDeviceId));
  }

  /** Section 22.14; such as `123e4567-e89b-12d3-a456-426614174000`. */
  async systemGuid(): Promise<string> {
    return readGuid(await this.command(getSystemGuid));
  }

  /** Section 31.2. */
  async selInfo(): Promise<SelInfo> {
    return readSelInfo(await this.command(getSelInfo));
  }

  /** Any command; its answer's data behind the completion code. A busy BMC is asked again until the time-out. */
  async command(command: Command): Promise<Buffer> {
    const until = Date.now() + this.#link.patience.timeoutMs;
    for (;;) {
      try {
        return await this.#session.request(command);
      } catch (error) {
        if (!isBusy(error) || Date.now() > until) throw error;
        await new Promise((later) => setTimeout(later, BUSY_PAUSE_MS));
      }
    }
  }

  /** Ends the session. What is under way fails; closing again does nothing. */
  async close(): Promise<void> {
    await this.#session.close();
    this.#link.close(new IpmiSessionLostError(`BMC ${this.#link.bmc}: the session is closed`));
  }

  async #ifSupported(command: Command): Promise<void> {
    await this.command(command).catch((error: unknown) => {
      if (!(error instanceof IpmiCompletionError)) throw error;
    });
  }
}

async function requireRmcpPlus(link: Link, { user, privilege = DEFAULTS.privilege }: IpmiOptions): Promise<void> {
  const { supportsIpmi2, hasNullUsers } = await channelCapabilities(link, privilege);
  if (!supportsIpmi2) throw new IpmiRefusedError(0, `BMC ${link.bmc} speaks IPMI 1.5 only, which does not encrypt`);
  if (user === '' && !hasNullUsers)
    throw new IpmiAuthenticationError('user', `BMC ${link.bmc} has no user without a name`);
}

async function openWithFirst(
  link: Link,
  logins: readonly Login[],
): Promise<{ session: Session; cipherSuite: CipherSuiteId }> {
  let refused: unknown;
  for (const login of logins) {
    try {
      return { session: await Session.open(link, login), cipherSuite: login.suite.id };
    } catch (error) {
      if (!isSuiteRefused(error)) throw error;
      refused = error;
    }
  }
  throw refused;
}
