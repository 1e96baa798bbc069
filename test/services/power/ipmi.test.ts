import { afterEach, describe, expect, test } from '@jest/globals';
import { Secret } from '../../../config/index.ts';
import { openPower } from '../../../services/power/index.ts';
import type { Rack } from '../../simulator/hardware/rack.ts';
import { nobodyOverIpmi, overIpmi, PASSWORD, quickRack, startBmc } from './machine-room.ts';
import { powerCases } from './power-cases.ts';

describe('over IPMI', () => {
  powerCases(async (power) => {
    const rack = quickRack({ power });
    const bmc = await startBmc(rack);
    return {
      host: overIpmi(bmc),
      withPassword: (password) => overIpmi(bmc, { password: new Secret(password) }),
      password: PASSWORD,
      unreachable: nobodyOverIpmi(bmc),
      obeysSoft: true,
      close: () => rack.close(),
    };
  });
});

describe('an IPMI controller that', () => {
  let rack: Rack;
  afterEach(() => rack.close());

  const begin = async (changes: Parameters<typeof overIpmi>[1] = {}) => {
    rack = quickRack();
    const bmc = await startBmc(rack);
    return { bmc, driver: openPower(overIpmi(bmc, changes), { timeLimitMs: 1_000 }) };
  };

  test('gives the user less privilege than is asked for says what to do, and is not asked again', async () => {
    const { driver } = await begin({ username: 'operator' });
    await expect(driver.powerState()).rejects.toMatchObject({ kind: 'forbidden', retry: { when: 'never' } });
    await expect(driver.powerState()).rejects.toThrow('bmc.privilege');
  });

  test('lets an operator switch power has no need of an administrator', async () => {
    const { driver, bmc } = await begin({ username: 'operator', privilege: 'operator' });
    await driver.powerOff('hard');
    expect(bmc.commands).toContain('Chassis Control');
  });

  test('cannot do it just now is asked again later', async () => {
    const { driver, bmc } = await begin();
    bmc.faults.add({ command: 'Chassis Control', fault: { kind: 'code', code: 0xd5 } });
    await expect(driver.powerOff('hard')).rejects.toMatchObject({ kind: 'busy', retry: { when: 'back-off' } });
  });

  test.each([
    ['is busy', 'Get Chassis Status', 0xc0],
    ['starts anew', 'Get Chassis Status', 0xd2],
    ['has its boot device set by somebody else', 'Set System Boot Options', 0x81],
  ])('%s for long is asked again later, and for a moment at once', async (_name, command, code) => {
    const { bmc } = await begin();
    const driver = openPower(overIpmi(bmc), { timeLimitMs: 300 });
    const boot = { source: 'pxe', persistence: 'once' } as const;
    const ask = async () => {
      await driver.powerState();
      await driver.setBootOverride(boot);
    };
    const fault = bmc.faults.add({ command, fault: { kind: 'code', code } });
    await expect(ask()).rejects.toMatchObject({ kind: 'busy', retry: { when: 'back-off' } });
    fault.remove();
    bmc.faults.add({ command, times: 1, fault: { kind: 'code', code } });
    await ask();
    expect(await driver.bootOverride()).toMatchObject(boot);
  });

  test.each([
    ['does not know boot devices', 'Get System Boot Options', 0x80],
    ['takes no boot device', 'Set System Boot Options', 0x80],
    ['has no such command', 'Set System Boot Options', 0xc1],
  ])('%s is not asked again, and the operator told what else there is', async (_name, command, code) => {
    const { driver, bmc } = await begin();
    bmc.faults.add({ command, fault: { kind: 'code', code } });
    const setting = driver.setBootOverride({ source: 'pxe', persistence: 'once' });
    await expect(setting).rejects.toMatchObject({ kind: 'invalid', retry: { when: 'never' } });
    await expect(setting).rejects.toThrow(
      'this controller sets no boot device over IPMI: try driver: redfish or command',
    );
    expect(await driver.powerState()).toBe('on');
  });

  test('says yes to a boot device and keeps another is not believed', async () => {
    const { driver, bmc } = await begin();
    bmc.faults.add({ command: 'Set System Boot Options', fault: { kind: 'lies' } });
    const setting = driver.setBootOverride({ source: 'pxe', persistence: 'once' });
    await expect(setting).rejects.toMatchObject({ kind: 'protocol' });
    await expect(setting).rejects.toThrow('has accepted pxe once and keeps none');
  });

  test('has used an override up has none', async () => {
    const { driver } = await begin();
    await driver.setBootOverride({ source: 'disk', persistence: 'once' });
    rack.machine.reset();
    rack.clock.advance(1_000);
    expect(await driver.bootOverride()).toEqual({ source: 'none', persistence: 'once' });
  });

  test('starts a machine by UEFI goes on doing so when only the device is set', async () => {
    const { driver } = await begin();
    await driver.setBootOverride({ source: 'pxe', persistence: 'once', firmware: 'uefi' });
    await driver.setBootOverride({ source: 'disk', persistence: 'once' });
    expect(await driver.bootOverride()).toMatchObject({ source: 'disk', firmware: 'uefi' });
  });

  test('has the boot device already is not written to', async () => {
    const { driver, bmc } = await begin();
    const boot = { source: 'pxe', persistence: 'once' } as const;
    await driver.setBootOverride(boot);
    const writes = () => bmc.commands.filter((command) => command === 'Set System Boot Options').length;
    const before = writes();
    await driver.setBootOverride(boot);
    expect(writes()).toBe(before);
  });

  test('gets no password of more than 20 bytes is not even asked', async () => {
    const { driver, bmc } = await begin({ password: new Secret('123456789012345678901') });
    await expect(driver.powerState()).rejects.toMatchObject({ kind: 'configuration', retry: { when: 'never' } });
    expect(bmc.commands).toEqual([]);
  });
});

test('a host without a management controller says what to add', () => {
  const { bmc: _bmc, ...host } = overIpmi({ host: '', port: 623 });
  expect(() => openPower(host)).toThrow(/old-1: power: .* has no bmc for this host; add to it under hosts: bmc:/);
});
