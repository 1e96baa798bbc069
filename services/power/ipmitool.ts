import { ApiError, type ApiErrorDetails } from '../api-error.ts';
import { runProgram } from '../program.ts';
import { bootWords, notTaken } from './boot-words.ts';
import type { IpmiSettings } from './ipmi.ts';
import { flagsFor, hasTaken, isSet, overrideOf } from './ipmi-boot.ts';
import { ipmitoolSays, isRefusedCommand } from './ipmitool-failure.ts';
import type { BootOverride, BootSetting, PowerDriver, PowerState } from './power-driver.ts';

/** ipmitool itself gives up after some 20 s, and after 30 s where a BMC does not tell its cipher suites. */
const TIME_LIMIT_MS = 90_000;
/** Set System Boot Options, parameter 3 (IPMI v2.0 table 28-14): boot flags are not forgotten after 60 s. `bootdev` does not write it. */
const KEEP_FLAGS = ['raw', '0x00', '0x08', '0x03', '0x08'] as const;

/** The program ipmitool, for BMCs whose quirks it knows. The password is in its environment, which only its user can read. */
export class IpmitoolPower implements PowerDriver {
  readonly host: string;
  readonly #settings: IpmiSettings;
  readonly #timeLimitMs: number;

  constructor(host: string, settings: IpmiSettings, timeLimitMs = TIME_LIMIT_MS) {
    this.host = host;
    this.#settings = settings;
    this.#timeLimitMs = timeLimitMs;
  }

  async powerState(): Promise<PowerState> {
    const command = ['chassis', 'power', 'status'];
    const said = await this.#run(command);
    const state = /Chassis Power is (on|off)/i.exec(said)?.[1]?.toLowerCase();
    if (state === 'on' || state === 'off') return state;
    throw this.#unclear(command, said);
  }

  async powerOn(): Promise<void> {
    if ((await this.powerState()) === 'off') await this.#run(['chassis', 'power', 'on']);
  }

  async powerOff(how: 'soft' | 'hard'): Promise<void> {
    // To a machine that is off the soft button is the one that switches it on.
    if ((await this.powerState()) === 'on') await this.#run(['chassis', 'power', how === 'soft' ? 'soft' : 'off']);
  }

  async bootOverride(): Promise<BootOverride> {
    return overrideOf(await this.#bootFlags());
  }

  async setBootOverride(wanted: BootSetting): Promise<void> {
    const seen = await this.#bootFlags();
    const flags = flagsFor(wanted, seen);
    if (isSet(seen, flags)) return;
    const options = [...(flags.persistent ? ['persistent'] : []), ...(flags.uefi ? ['efiboot'] : [])];
    const command = [
      'chassis',
      'bootdev',
      flags.device,
      ...(options.length > 0 ? [`options=${options.join(',')}`] : []),
    ];
    await this.#run(KEEP_FLAGS).catch((error: unknown) => {
      if (!isRefusedCommand(error)) throw error;
    });
    await this.#run(command);
    const now = await this.#bootFlags();
    if (hasTaken(now, flags)) return;
    throw notTaken({ ...this.#call(command), method: bootWords(wanted) }, wanted, overrideOf(now));
  }

  /** Nothing stays open between two calls. */
  close(): void {}

  async #bootFlags(): Promise<Parameters<typeof overrideOf>[0]> {
    const command = ['chassis', 'bootparam', 'get', '5'];
    const said = await this.#run(command);
    const data = /Boot parameter data: ([0-9a-f]{4,})/i.exec(said)?.[1];
    if (data === undefined) throw this.#unclear(command, said);
    return flagsOf(Buffer.from(data, 'hex'));
  }

  async #run(command: readonly string[]): Promise<string> {
    const { address, port, username, password, privilege, cipherSuite } = this.#settings;
    // -v: without it one sentence stands for a wrong password, for no answer and for no such user.
    const options = ['-v', '-I', 'lanplus', '-H', address, '-p', String(port), '-U', username, '-E'];
    const suite = cipherSuite === undefined ? [] : ['-C', String(cipherSuite)];
    const { IPMITOOL_PASSWORD: _other, ...env } = process.env;
    const call = this.#call(command);
    const { exitCode, stdout, stderr } = await runProgram({
      call,
      program: 'ipmitool',
      args: [...options, '-L', privilege.toUpperCase(), ...suite, ...command],
      env: { ...env, IPMI_PASSWORD: password.reveal(), LC_ALL: 'C' },
      timeLimitMs: this.#timeLimitMs,
      ifMissing: 'install it where the workers run, or use driver: ipmi',
    });
    if (exitCode === 0) return stdout;
    throw ipmitoolSays({ ...call, method: '' }, stderr);
  }

  #call(command: readonly string[]): Pick<ApiErrorDetails, 'cloud' | 'service' | 'path'> {
    return { cloud: this.host, service: 'ipmitool', path: command.join(' ') };
  }

  #unclear(command: readonly string[], said: string): ApiError {
    const reason = `an answer that means nothing: ${said.replace(/\s+/g, ' ').trim().slice(0, 200)}`;
    return new ApiError({ ...this.#call(command), method: '', kind: 'protocol', retry: { when: 'back-off' }, reason });
  }
}

const DEVICES = ['none', 'pxe', 'disk'] as const;

/** Boot flags, parameter 5 of IPMI v2.0 table 28-14: valid, persistent and EFI in the first byte, the device in the second. */
function flagsOf(data: Buffer): Parameters<typeof overrideOf>[0] {
  const flags = data[0] ?? 0;
  const number = ((data[1] ?? 0) >> 2) & 0x0f;
  const device = DEVICES[number];
  return {
    device: device ?? 'none',
    ...(device === undefined ? { unknownDevice: number } : {}),
    valid: (flags & 0x80) !== 0,
    persistent: (flags & 0x40) !== 0,
    uefi: (flags & 0x20) !== 0,
  };
}
