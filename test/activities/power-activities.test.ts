import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { OpenHosts } from '../../activities/open-hosts.ts';
import { powerActivities } from '../../activities/power-activities.ts';
import type { Bmc } from '../../simulator/hardware/bmc/bmc.ts';
import { overIpmi, quickRack, startBmc } from '../services/power/machine-room.ts';
import type { Rack } from '../simulator/hardware/rack.ts';

const host = 'old-1';
let rack: Rack;
let bmc: Bmc;
let hosts: OpenHosts;
beforeEach(async () => {
  rack = quickRack();
  bmc = await startBmc(rack);
  const { bmc: _bmc, ...bare } = overIpmi(bmc);
  hosts = new OpenHosts({ hosts: [overIpmi(bmc), { ...bare, name: 'bare-1' }] });
});
afterEach(() => rack.close());

/** One attempt, of a worker of its own. */
const attempt = (heartbeatDetails?: unknown) => {
  const environment = new MockActivityEnvironment({ heartbeatDetails }, { logger: new DefaultLogger('ERROR') });
  const { inspectPower, powerOff, powerOn, setBootOverride } = powerActivities(hosts);
  const boot = { source: 'pxe', persistence: 'once' } as const;
  const within = <A, R>(activity: (request: A) => Promise<R>, request: A): Promise<R> =>
    environment.run(activity, request);
  return {
    environment,
    inspectPower: (name = host) => within(inspectPower, { host: name }),
    powerOff: (softTimeoutMs: number) => within(powerOff, { host, softTimeoutMs }),
    powerOn: () => within(powerOn, { host }),
    startFromPxe: () => within(setBootOverride, { host, boot }),
  };
};
const count = (name: string) => bmc.commands.filter((command) => command === name).length;

describe('a host that', () => {
  test('is off and on again, and starts from PXE, is told so', async () => {
    expect(await attempt().powerOff(20_000)).toEqual({ how: 'soft' });
    expect(await attempt().powerOff(20_000)).toEqual({ how: 'was-off' });
    await attempt().startFromPxe();
    expect(await attempt().inspectPower()).toEqual({
      state: 'off',
      boot: { source: 'pxe', persistence: 'once', firmware: 'bios' },
    });
    await attempt().powerOn();
    expect((await attempt().inspectPower()).state).toBe('on');
  });

  test('boots by UEFI alone starts from PXE so, whatever its controller says', async () => {
    const { bmc: settings, ...bare } = overIpmi(bmc);
    hosts = new OpenHosts({ hosts: [{ ...bare, bmc: { ...settings!, firmware: 'uefi' } }] });
    await attempt().startFromPxe();
    expect((await attempt().inspectPower()).boot).toEqual({ source: 'pxe', persistence: 'once', firmware: 'uefi' });
  });

  test('no worker knows is named with those that it knows', async () => {
    const failure = attempt().inspectPower('old-7');
    await expect(failure).rejects.toMatchObject({ type: 'configuration', nonRetryable: true });
    await expect(failure).rejects.toThrow('no host "old-7" under hosts; it has: old-1, bare-1');
  });

  test('has no management controller says what to add', async () => {
    await expect(attempt().inspectPower('bare-1')).rejects.toThrow('add to it under hosts: bmc:');
  });
});

describe('a worker that is lost', () => {
  test('while the machine shuts down has asked it once: the next one waits on, and cuts it off in time', async () => {
    rack.machine.setSoftOff('hangs');
    const first = attempt();
    let told: unknown;
    first.environment.on('heartbeat', (details: unknown) => {
      if (typeof details !== 'object' || details === null || !('ordered' in details)) return;
      told = details;
      first.environment.cancel();
    });
    await expect(first.powerOff(600_000)).rejects.toThrow();
    expect([rack.machine.power, count('Chassis Control')]).toEqual(['on', 1]);
    expect(await attempt(told).powerOff(1)).toEqual({ how: 'hard' });
    expect([rack.machine.power, count('Chassis Control')]).toEqual(['off', 2]);
  });

  test('after the machine was switched on leaves nothing to do', async () => {
    await attempt().powerOff(0);
    const order = bmc.faults.add({ command: 'Get Chassis Status', after: 2, fault: { kind: 'code', code: 0xff } });
    await expect(attempt().powerOn()).rejects.toMatchObject({ kind: 'unavailable' });
    order.remove();
    const orders = count('Chassis Control');
    rack.clock.advance(1_000);
    await attempt().powerOn();
    expect([rack.machine.power, count('Chassis Control')]).toEqual(['on', orders]);
  });

  test('between the writing of a boot device and the look at it has left it as it should be', async () => {
    const look = bmc.faults.add({ command: 'Get System Boot Options', after: 1, fault: { kind: 'code', code: 0xff } });
    await expect(attempt().startFromPxe()).rejects.toMatchObject({ kind: 'unavailable' });
    look.remove();
    const writes = count('Set System Boot Options');
    await attempt().startFromPxe();
    expect(rack.machine.bootOverride).toMatchObject({ device: 'pxe', persistence: 'once' });
    expect(count('Set System Boot Options')).toBe(writes);
  });
});
