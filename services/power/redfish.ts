import { setTimeout as pause } from 'node:timers/promises';
import { ApiError, isApiError } from '../api-error.ts';
import { isSameOverride, isSameStart, notTaken } from './boot-words.ts';
import type { BootOverride, BootSetting, PowerDriver, PowerState } from './power-driver.ts';
import { bootPatches } from './redfish-boot.ts';
import { RedfishHttp, type RedfishSettings } from './redfish-http.ts';
import { type RedfishSession, type Resource, withinSession } from './redfish-session.ts';
import {
  actionInfoSchema,
  collectionSchema,
  overrideOf,
  powerStateOf,
  type System,
  systemSchema,
} from './redfish-shapes.ts';

const TIME_LIMIT_MS = 30_000;
/** Controllers take a change at once and show it a little later. */
const READ_BACK = { looks: 6, pauseMs: 1_000 } as const;

/** ResetType of DSP0268, best first. A press of the power button is what a graceful shutdown is to a machine that is on. */
const RESETS = {
  on: ['On', 'ForceOn', 'PushPowerButton'],
  soft: ['GracefulShutdown', 'PushPowerButton'],
  hard: ['ForceOff'],
} as const;

/** Redfish (DSP0266, schemas of DSP0268): the one ComputerSystem of a service, or the one that the address names. */
export class RedfishPower implements PowerDriver {
  readonly host: string;
  readonly #settings: RedfishSettings;
  readonly #http: RedfishHttp;
  #systemPath: string | undefined;

  constructor(host: string, settings: RedfishSettings, timeLimitMs = TIME_LIMIT_MS) {
    this.host = host;
    this.#settings = settings;
    this.#http = new RedfishHttp(host, settings, timeLimitMs);
    const { pathname } = new URL(settings.address);
    this.#systemPath = /\/Systems\/[^/]+/.test(pathname) ? pathname : undefined;
  }

  powerState(): Promise<PowerState> {
    return this.#within(async (session, path) => this.#stateOf(path, (await session.get(path, systemSchema)).value));
  }

  powerOn(): Promise<void> {
    return this.#reset('off', 'on');
  }

  powerOff(how: 'soft' | 'hard'): Promise<void> {
    return this.#reset('on', how);
  }

  bootOverride(): Promise<BootOverride> {
    return this.#within(async (session, path) => {
      const { value } = await session.get(path, systemSchema);
      return overrideOf(this.#bootOf(path, value));
    });
  }

  setBootOverride(wanted: BootSetting): Promise<void> {
    return this.#within(async (session, path) => {
      const before = await session.get(path, systemSchema);
      const boot = this.#bootOf(path, before.value);
      const seen = overrideOf(boot);
      if (isSameOverride(seen, wanted)) return;
      const firmware = wanted.firmware ?? seen.firmware;
      const complete = firmware === undefined ? wanted : { ...wanted, firmware };
      await this.#patchBoot(
        session,
        path,
        before,
        complete,
        bootPatches(boot, complete, this.#http.call('PATCH', path)),
      );
    });
  }

  close(): void {
    this.#http.close();
  }

  /** One way of asking after the other, until the controller gives back what was wanted. */
  async #patchBoot(
    session: RedfishSession,
    path: string,
    before: Resource<System>,
    wanted: BootSetting,
    patches: readonly object[],
  ): Promise<void> {
    let seen = before;
    for (const [index, Boot] of patches.entries()) {
      const isLast = index === patches.length - 1;
      try {
        await session.patch(path, { Boot }, seen.etag, systemSchema);
      } catch (error) {
        if (isLast || !isApiError(error, 'invalid')) throw error;
        continue;
      }
      for (let looks = isLast ? READ_BACK.looks : 1; looks > 0; looks -= 1) {
        seen = await session.get(path, systemSchema);
        if (isSameStart(overrideOf(this.#bootOf(path, seen.value)), wanted)) return;
        if (looks > 1) await pause(READ_BACK.pauseMs);
      }
    }
    throw notTaken(this.#http.call('PATCH', path), wanted, overrideOf(this.#bootOf(path, seen.value)));
  }

  #reset(from: PowerState, how: keyof typeof RESETS): Promise<void> {
    return this.#within(async (session, path) => {
      const { value: system } = await session.get(path, systemSchema);
      if (this.#stateOf(path, system) !== from) return;
      const action = system.Actions?.['#ComputerSystem.Reset'];
      if (!action) throw this.#refusal(path, 'invalid', 'the system has no action ComputerSystem.Reset');
      const { target, '@Redfish.ActionInfo': info } = action;
      const allowed =
        action['ResetType@Redfish.AllowableValues'] ?? (info ? await resetTypes(session, info) : undefined);
      const type = allowed === undefined ? RESETS[how][0] : RESETS[how].find((reset) => allowed.includes(reset));
      if (type === undefined)
        throw this.#refusal(
          target,
          'invalid',
          `no way to power ${how}: the system can be reset by ${allowed?.join(', ') || 'nothing'}`,
        );
      await session.post(target, { ResetType: type });
    });
  }

  #within<T>(work: (session: RedfishSession, path: string) => Promise<T>): Promise<T> {
    return withinSession(this.#http, this.#settings, async (session) => {
      this.#systemPath ??= await this.#findSystem(session);
      return work(session, this.#systemPath);
    });
  }

  async #findSystem(session: RedfishSession): Promise<string> {
    const collection = (await session.root()).Systems?.['@odata.id'];
    if (collection === undefined) throw this.#refusal('/redfish/v1/', 'configuration', 'the service has no Systems');
    const { value } = await session.get(collection, collectionSchema);
    const paths = value.Members.map((member) => member['@odata.id']);
    const [path, ...others] = paths;
    if (path === undefined) throw this.#refusal(collection, 'configuration', 'the service has no system');
    if (others.length === 0) return path;
    const hint = `name one in bmc.address: ${new URL(path, this.#settings.address).href}`;
    throw this.#refusal(collection, 'configuration', `the service has several systems: ${paths.join(', ')}`, hint);
  }

  #stateOf(path: string, system: System): PowerState {
    const state = powerStateOf(system);
    if (state !== undefined) return state;
    const reason = 'the controller does not know whether the machine is on';
    throw new ApiError({ ...this.#http.call('GET', path), kind: 'unavailable', retry: { when: 'back-off' }, reason });
  }

  #bootOf(path: string, system: System): NonNullable<System['Boot']> {
    if (system.Boot) return system.Boot;
    throw this.#refusal(path, 'invalid', 'the system has no Boot property', 'use driver: ipmi');
  }

  #refusal(path: string, kind: 'configuration' | 'invalid', reason: string, hint?: string): ApiError {
    const details = { ...this.#http.call('', path), kind, retry: { when: 'never' }, reason } as const;
    return new ApiError(hint === undefined ? details : { ...details, hint });
  }
}

async function resetTypes(session: RedfishSession, info: string): Promise<readonly string[] | undefined> {
  const { value } = await session.get(info, actionInfoSchema);
  return value.Parameters?.find(({ Name }) => Name === 'ResetType')?.AllowableValues ?? undefined;
}
