import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  type BootSetting,
  type PowerDriver,
  type PowerOffOrder,
  type SeenPower,
  settlePowerOff,
  settlePowerOn,
} from '../services/power/index.ts';
import type { HostRequest, PowerActivities } from './hardware-activities.ts';
import { carriedThrough, HEARTBEAT_INTERVAL_MS, keptAlive } from './keep-alive.ts';
import type { OpenHosts } from './open-hosts.ts';

/** What a host's management controller is asked and told. */
export function powerActivities(hosts: OpenHosts): PowerActivities {
  const within = async <T>({ host }: HostRequest, work: (driver: PowerDriver) => Promise<T>): Promise<T> => {
    const driver = hosts.power(host);
    try {
      return await work(driver);
    } finally {
      driver.close();
    }
  };
  return {
    inspectPower: (request) =>
      within(request, (driver) =>
        keptAlive(
          () => undefined,
          async () => ({ state: await driver.powerState(), boot: await driver.bootOverride() }),
        ),
      ),

    powerOff: (request) =>
      within(request, async (driven) => {
        const driver = whileAwake(driven);
        const ordered = earlierOrder();
        const { softTimeoutMs } = request;
        const how = await watched(ordered, (onState) =>
          settlePowerOff(driver, {
            ...{ softTimeoutMs, signal: cancellationSignal(), onState },
            ...(ordered === undefined ? {} : { ordered }),
          }),
        );
        return { how };
      }),

    powerOn: (request) =>
      within(request, (driver) =>
        watched(undefined, (onState) => settlePowerOn(whileAwake(driver), { signal: cancellationSignal(), onState })),
      ),

    setBootOverride: (request) =>
      within(request, (driver) =>
        carriedThrough(
          () => undefined,
          () => driver.setBootOverride(asBooting(request.boot, hosts.host(request.host).bmc?.firmware)),
        ),
      ),
  };
}

/**
 * A worker that was frozen finds another at its work, and a machine that is on again because the run went on: it must not be told anything
 * more. Between two looks there are seconds; after a gap as long as Temporal waits for a heartbeat the step is somebody else's.
 */
function whileAwake(driver: PowerDriver): PowerDriver {
  const longestMs = activityInfo().heartbeatTimeoutMs ?? Number.POSITIVE_INFINITY;
  let restedAt = Date.now();
  const awake = async <T>(work: () => Promise<T>): Promise<T> => {
    if (Date.now() - restedAt > longestMs)
      throw ApplicationFailure.retryable('this worker was not at work for a while: another may have gone on', 'asleep');
    try {
      return await work();
    } finally {
      restedAt = Date.now();
    }
  };
  return {
    host: driver.host,
    powerState: () => awake(() => driver.powerState()),
    powerOn: () => awake(() => driver.powerOn()),
    powerOff: (how) => awake(() => driver.powerOff(how)),
    bootOverride: () => awake(() => driver.bootOverride()),
    setBootOverride: (boot) => awake(() => driver.setBootOverride(boot)),
    close: () => driver.close(),
  };
}

/** A machine that boots in one way only does so whatever its controller says of it. */
function asBooting(boot: BootSetting, firmware: BootSetting['firmware']): BootSetting {
  return boot.source !== 'pxe' || firmware === undefined ? boot : { ...boot, firmware };
}

/**
 * Heartbeats show how the machine was last seen, and carry what it was told over to the next attempt. The first one is that: a worker that is
 * killed right after it has told the machine must leave word of it.
 */
function watched<T>(
  ordered: PowerOffOrder | undefined,
  work: (onState: (seen: SeenPower) => void) => Promise<T>,
): Promise<T> {
  let seen: Partial<SeenPower> = ordered === undefined ? {} : { ordered };
  return carriedThrough(
    () => seen,
    () =>
      work((now) => {
        if (now.ordered?.how !== seen.ordered?.how) heartbeat(now);
        seen = now;
      }),
    HEARTBEAT_INTERVAL_MS,
    'none',
  );
}

/** What an attempt before this one has told the machine: it is not told again, and its time goes on. */
function earlierOrder(): PowerOffOrder | undefined {
  const details: unknown = activityInfo().heartbeatDetails;
  if (typeof details !== 'object' || details === null || !('ordered' in details)) return undefined;
  const { ordered } = details;
  if (typeof ordered !== 'object' || ordered === null || !('how' in ordered) || !('atMs' in ordered)) return undefined;
  const { how, atMs } = ordered;
  return (how === 'soft' || how === 'hard') && typeof atMs === 'number' ? { how, atMs } : undefined;
}
