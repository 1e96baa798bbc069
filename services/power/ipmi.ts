import { type BootOptionsSeen, IpmiClient, type IpmiOptions } from 'ipmi-ts';
import type { BmcSettings } from '../../config/index.ts';
import { bootWords, notTaken } from './boot-words.ts';
import { flagsFor, hasTaken, isSet, overrideOf } from './ipmi-boot.ts';
import { ipmiFailure } from './ipmi-failure.ts';
import type { BootOverride, BootSetting, PowerDriver, PowerState } from './power-driver.ts';

export type IpmiSettings = Extract<BmcSettings, { driver: 'ipmi' | 'ipmitool' }>;

/** IPMI 2.0 over RMCP+ by ipmi-ts: chassis commands of sections 28.2, 28.3, 28.12 and 28.13, each call in a session of its own. */
export class IpmiPower implements PowerDriver {
  readonly host: string;
  readonly #options: IpmiOptions;

  constructor(host: string, settings: IpmiSettings, timeLimitMs?: number) {
    const { address, port, username, password, privilege, cipherSuite } = settings;
    this.host = host;
    this.#options = {
      ...{ host: address, port, privilege, user: username, password: password.reveal() },
      ...(cipherSuite === undefined ? {} : { cipherSuites: [cipherSuite] }),
      ...(timeLimitMs === undefined ? {} : { timeoutMs: timeLimitMs }),
    };
  }

  powerState(): Promise<PowerState> {
    return this.#within('power status', async (bmc) => (await bmc.chassisStatus()).power);
  }

  powerOn(): Promise<void> {
    return this.#within('power on', async (bmc) => {
      if ((await bmc.chassisStatus()).power === 'off') await bmc.chassisControl('on');
    });
  }

  powerOff(how: 'soft' | 'hard'): Promise<void> {
    const action = how === 'soft' ? 'soft' : 'off';
    return this.#within(`power ${action}`, async (bmc) => {
      // To a machine that is off the soft button is the one that switches it on.
      if ((await bmc.chassisStatus()).power === 'on') await bmc.chassisControl(action);
    });
  }

  bootOverride(): Promise<BootOverride> {
    return this.#within('boot options', async (bmc) => overrideOf(await bmc.bootOptions()));
  }

  setBootOverride(wanted: BootSetting): Promise<void> {
    const method = `set boot options ${bootWords(wanted)}`;
    return this.#within(method, async (bmc) => {
      const seen = await bmc.bootOptions();
      const flags = flagsFor(wanted, seen);
      if (isSet(seen, flags)) return;
      await bmc.setBootOptions(flags);
      const now: BootOptionsSeen = await bmc.bootOptions();
      if (hasTaken(now, flags)) return;
      throw notTaken({ cloud: this.host, service: 'ipmi', method, path: '' }, wanted, overrideOf(now));
    });
  }

  /** Nothing stays open between two calls. */
  close(): void {}

  async #within<T>(method: string, work: (bmc: IpmiClient) => Promise<T>): Promise<T> {
    try {
      return await IpmiClient.with(this.#options, work);
    } catch (error) {
      throw ipmiFailure(this.host, method, error);
    }
  }
}
