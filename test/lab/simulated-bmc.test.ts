import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Clock } from '../../simulator/clock.ts';
import { Bmc } from '../../simulator/hardware/bmc/bmc.ts';
import { Machine } from '../../simulator/hardware/machine.ts';

const run = promisify(execFile);
const SOON = 10_000;

let clock: Clock;
let machine: Machine;
let bmc: Bmc;
beforeAll(async () => {
  clock = new Clock();
  machine = new Machine({ name: 'lab', interfaces: { eth0: '52:54:00:00:00:01' } }, clock, () => 'bootstrap');
  bmc = await Bmc.start(machine, clock, { sessionTimeoutMs: 3_600_000 });
});
afterAll(async () => {
  await bmc.close();
  clock.close();
});

interface Login {
  readonly suite: number;
  readonly user?: string;
  readonly password?: string;
}

async function ipmitool({ suite, user = 'admin', password = user }: Login, ...args: readonly string[]) {
  const where = ['-H', bmc.host, '-p', String(bmc.port), '-R', '1', '-N', '1'];
  const env = { ...process.env, IPMI_PASSWORD: password };
  const { stdout } = await run(
    'ipmitool',
    ['-I', 'lanplus', '-C', String(suite), '-E', '-U', user, ...where, ...args],
    { env },
  );
  return stdout.trim();
}

/** The simulated BMC, judged by the program that every operator has. */
describe.each([17, 3])('ipmitool with cipher suite %i', (suite) => {
  const tool = (...args: readonly string[]) => ipmitool({ suite }, ...args);

  test('switches power in every way', async () => {
    expect(await tool('power', 'status')).toBe('Chassis Power is on');
    await tool('power', 'off');
    clock.advance(SOON);
    expect(await tool('power', 'status')).toBe('Chassis Power is off');
    await expect(tool('power', 'cycle')).rejects.toThrow('not supported in present state');
    await tool('power', 'on');
    clock.advance(SOON);
    await tool('power', 'cycle');
    clock.advance(SOON);
    await tool('power', 'reset');
    clock.advance(SOON);
    await tool('power', 'soft');
    clock.advance(SOON);
    expect(machine.starts.slice(-3)).toEqual(['disk', 'disk', 'disk']);
    expect(await tool('power', 'status')).toBe('Chassis Power is off');
    await tool('power', 'on');
    clock.advance(SOON);
  });

  test('sets the boot device and reads it back', async () => {
    await tool('chassis', 'bootdev', 'pxe');
    const pxe = await tool('chassis', 'bootparam', 'get', '5');
    expect(pxe).toContain('Boot Flag Valid');
    expect(pxe).toContain('Options apply to only next boot');
    expect(pxe).toContain('Force PXE');
    await tool('power', 'reset');
    clock.advance(SOON);
    expect(machine.bootedInto).toBe('bootstrap');
    expect(await tool('chassis', 'bootparam', 'get', '5')).toContain('Boot Flag Invalid');
    await tool('chassis', 'bootdev', 'disk', 'options=persistent,efiboot');
    const disk = await tool('chassis', 'bootparam', 'get', '5');
    expect(disk).toContain('Options apply to all future boots');
    expect(disk).toContain('BIOS EFI boot');
    expect(disk).toContain('Force Boot from default Hard-Drive');
    await tool('chassis', 'bootdev', 'none');
  });

  test('loses its boot device after a minute, since it does not switch the timer off', async () => {
    await tool('chassis', 'bootdev', 'pxe');
    clock.advance(61_000);
    expect(await tool('chassis', 'bootparam', 'get', '5')).toContain('Boot Flag Invalid');
  });

  test('reads what it is', async () => {
    expect(await tool('mc', 'info')).toMatch(/Firmware Revision\s+: 3\.45\s+IPMI Version\s+: 2\.0/);
    expect(await tool('mc', 'guid')).toContain('System GUID');
    expect(await tool('sel', 'info')).toMatch(/Entries\s+: 0/);
    expect(await tool('channel', 'getciphers', 'ipmi')).toMatch(/3 .*hmac_sha1 [\s\S]*17 .*hmac_sha256/);
  });

  test('is refused without the password, the user or the level', async () => {
    await expect(ipmitool({ suite, password: 'guess' }, 'power', 'status')).rejects.toThrow('Unable to establish');
    await expect(ipmitool({ suite, user: 'nobody' }, 'power', 'status')).rejects.toThrow('Unable to establish');
    await expect(ipmitool({ suite, user: 'operator' }, 'power', 'status')).rejects.toThrow('Unable to establish');
    expect(await ipmitool({ suite, user: 'operator' }, '-L', 'OPERATOR', 'power', 'status')).toContain('is on');
    expect(bmc.sessions).toBe(0);
  });
});

test('cipher suite 0 opens nothing', async () => {
  await expect(ipmitool({ suite: 0 }, 'power', 'status')).rejects.toThrow('no matching cipher suite');
});
