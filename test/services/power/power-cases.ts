import { afterEach, describe, expect, test } from '@jest/globals';
import type { HostSettings } from '../../../config/index.ts';
import { openPower, type PowerDriver, settlePowerOff, settlePowerOn } from '../../../services/power/index.ts';
import type { BootSetting } from '../../../services/power/power-driver.ts';

/** A machine with its management controller, and what a driver is told of it. */
export interface Subject {
  readonly host: HostSettings;
  /** The same with another password; absent where there is none. */
  readonly withPassword?: (password: string) => HostSettings;
  readonly password?: string;
  readonly unreachable: HostSettings;
  /** Whether its system shuts down when it is asked to. */
  readonly obeysSoft: boolean;
  /** What its boot device is, where its controller does not tell all of it; and what it should be then. */
  readonly boot?: {
    readonly seen: (driver: PowerDriver) => Promise<unknown>;
    readonly expected: (wanted: BootSetting) => unknown;
  };
  close(): Promise<void>;
}

export interface CaseOptions {
  /** For one answer, and for one that does not come. */
  readonly timeLimitMs: number;
  readonly unreachableMs: number;
  readonly pollMs: number;
}

const QUICK: CaseOptions = { timeLimitMs: 5_000, unreachableMs: 300, pollMs: 50 };

const SETTINGS: readonly BootSetting[] = [
  { source: 'pxe', persistence: 'once' },
  { source: 'pxe', persistence: 'always' },
  { source: 'disk', persistence: 'once' },
  { source: 'disk', persistence: 'always', firmware: 'bios' },
  { source: 'pxe', persistence: 'once', firmware: 'uefi' },
];

/** What every driver does for a machine, whatever it speaks. */
export function powerCases(
  start: (power: 'on' | 'off') => Promise<Subject>,
  { timeLimitMs, unreachableMs, pollMs }: CaseOptions = QUICK,
): void {
  let subject: Subject | undefined;
  let driver: PowerDriver | undefined;
  afterEach(async () => {
    driver?.close();
    await subject?.close();
    subject = undefined;
  });

  const begin = async (power: 'on' | 'off') => {
    subject = await start(power);
    driver = openPower(subject.host, { timeLimitMs });
    return { driver, ...subject };
  };
  const settling = () => ({ signal: new AbortController().signal, pollMs });

  describe('power', () => {
    test.each(['on', 'off'] as const)('a machine that is %s is told to be', async (power) => {
      expect(await (await begin(power)).driver.powerState()).toBe(power);
    });

    test('a machine is shut down, and cut off where it does not follow', async () => {
      const { driver, obeysSoft } = await begin('on');
      const softTimeoutMs = obeysSoft ? 20_000 : 300;
      const how = await settlePowerOff(driver, { softTimeoutMs, ...settling() });
      expect([how, await driver.powerState()]).toEqual([obeysSoft ? 'soft' : 'hard', 'off']);
    });

    test('a machine is cut off at once where it has no time to shut down', async () => {
      const { driver } = await begin('on');
      expect(await settlePowerOff(driver, { softTimeoutMs: 0, ...settling() })).toBe('hard');
      expect(await driver.powerState()).toBe('off');
    });

    test('a machine that is off stays off, however it is asked', async () => {
      const { driver } = await begin('off');
      await driver.powerOff('soft');
      await driver.powerOff('hard');
      expect(await settlePowerOff(driver, { softTimeoutMs: 1_000, ...settling() })).toBe('was-off');
    });

    test('a machine is switched on, and left as it is when it is asked again', async () => {
      const { driver } = await begin('off');
      await settlePowerOn(driver, settling());
      await driver.powerOn();
      await settlePowerOn(driver, settling());
      expect(await driver.powerState()).toBe('on');
    });
  });

  describe('what it starts from', () => {
    const words = ({ source, persistence, firmware }: BootSetting) =>
      [source, persistence, ...(firmware === undefined ? [] : [firmware])].join(' ');

    test.each(SETTINGS.map((wanted) => [words(wanted), wanted] as const))('%s, set twice', async (_name, wanted) => {
      const { driver, boot } = await begin('off');
      for (let times = 2; times > 0; times -= 1) {
        await driver.setBootOverride(wanted);
        const seen = await (boot?.seen(driver) ?? driver.bootOverride());
        expect(seen).toMatchObject((boot?.expected(wanted) as object) ?? wanted);
      }
    });

    test('nothing of its own, after it was told otherwise', async () => {
      const { driver, boot } = await begin('off');
      await driver.setBootOverride({ source: 'pxe', persistence: 'always' });
      const none = { source: 'none', persistence: 'once' } as const;
      await driver.setBootOverride(none);
      expect((await driver.bootOverride()).source).toBe('none');
      if (boot !== undefined) expect(await boot.seen(driver)).toMatchObject(boot.expected(none) as object);
    });
  });

  describe('what goes wrong', () => {
    test('a wrong password is told as such, is not tried again and is not shown', async () => {
      const { withPassword, password = '' } = await begin('on');
      if (withPassword === undefined) return;
      const wrong = openPower(withPassword('not-the-one'), { timeLimitMs });
      const error: unknown = await wrong.powerState().catch((reason: unknown) => reason);
      wrong.close();
      expect(error).toMatchObject({ kind: 'authentication', retry: { when: 'never' } });
      expect(String(error)).toContain('bmc.password');
      expect(String(error)).not.toContain('not-the-one');
      expect(JSON.stringify(error)).not.toContain(password);
    });

    test('what does not answer is tried again later', async () => {
      const { unreachable } = await begin('on');
      const away = openPower(unreachable, { timeLimitMs: unreachableMs });
      const error: unknown = await away.powerState().catch((reason: unknown) => reason);
      away.close();
      expect(error).toMatchObject({ retry: { when: 'back-off' } });
      expect(['network', 'timeout', 'unavailable']).toContain((error as { kind: string }).kind);
    });
  });
}
