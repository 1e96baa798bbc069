import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IpmiClient } from 'ipmi-ts';
import { type Fate, type Fates, lossyProxy } from '../../ipmi-ts/test/lossy-proxy.ts';
import { type BmcProcess, HOST, PASSWORD, startIpmiSim } from './bmc/bmc-process.ts';

let bmc: BmcProcess;
beforeAll(async () => {
  bmc = await startIpmiSim();
});
afterAll(() => bmc.stop());

const kept = async (name: string) => (await readFile(join(bmc.folder, name), 'utf8')).trim();

it('takes suite 3, since ipmi_sim has no 17', async () => {
  const client = await bmc.connect();
  expect(client.cipherSuite).toBe(3);
  await client.close();
  await expect(bmc.connect({ cipherSuites: [17] })).rejects.toMatchObject({ problem: 'refused' });
});

it('sees and does what ipmitool sees and does', async () => {
  const client = await bmc.connect();
  for (const [action, state] of [
    ['off', 'off'],
    ['on', 'on'],
  ] as const) {
    await client.chassisControl(action);
    expect(await bmc.ipmitool('chassis', 'power', 'status')).toBe(`Chassis Power is ${state}\n`);
    expect((await client.chassisStatus()).power).toBe(state);
  }
  await bmc.ipmitool('chassis', 'power', 'off');
  expect((await client.chassisStatus()).power).toBe('off');
  await bmc.ipmitool('chassis', 'power', 'on');
  await client.close();
});

it.each([
  ['cycle', 'set power 1'],
  ['reset', 'set reset 1'],
  ['soft', 'set shutdown 1'],
] as const)('%s reaches the chassis', async (action, event) => {
  const client = await bmc.connect();
  const before = (await kept('events')).split('\n').length;
  await client.chassisControl(action);
  await client.close();
  // A cycle gives power back some seconds later.
  while (!(await kept('events')).split('\n').slice(before).includes(event))
    await new Promise((later) => setTimeout(later, 50));
});

it.each(['pxe', 'disk', 'none'] as const)('sets the boot device %s', async (device) => {
  const client = await bmc.connect();
  await client.setBootOptions({ device, persistent: false, uefi: false });
  expect(await client.bootOptions()).toMatchObject({ device });
  await client.close();
  expect(await kept('boot')).toBe(device === 'disk' ? 'default' : device);
});

it('reads what ipmitool reads', async () => {
  const client = await bmc.connect();
  const [id, guid, log] = [await client.deviceId(), await client.systemGuid(), await client.selInfo()];
  await client.close();
  const info = await bmc.ipmitool('mc', 'info');
  expect(info).toMatch(new RegExp(`Device ID +: ${id.deviceId}\n`));
  expect(info).toMatch(new RegExp(`Firmware Revision +: ${id.firmware}\n`));
  expect(info).toMatch(new RegExp(`IPMI Version +: ${id.ipmiVersion}\n`));
  expect(info).toMatch(new RegExp(`Manufacturer ID +: ${id.manufacturerId}\n`));
  expect(info).toMatch(new RegExp(`Product ID +: ${id.productId} `));
  expect(guid).toMatch(/^[\da-f-]{36}$/);
  expect(await bmc.ipmitool('sel', 'info')).toMatch(new RegExp(`Entries +: ${log.entries} *\n`));
});

it('tells a wrong user, a wrong password and too low a level apart', async () => {
  await expect(bmc.connect({ user: 'nobody' })).rejects.toMatchObject({ problem: 'authentication', reason: 'user' });
  await expect(bmc.connect({ password: 'guess' })).rejects.toMatchObject({
    ...{ problem: 'authentication', reason: 'password' },
  });
  const client = await bmc.connect({ privilege: 'user' });
  await expect(client.chassisControl('on')).rejects.toMatchObject({ problem: 'privilege' });
  await client.close();
});

describe('through a network that loses, doubles and reorders', () => {
  const work = async (fates: Fates) => {
    const proxy = await lossyProxy({ host: HOST, port: bmc.port }, fates);
    const login = { host: HOST, port: proxy.port, user: 'admin', password: PASSWORD, cipherSuites: [3] as const };
    try {
      await IpmiClient.with({ ...login, timeoutMs: 20_000, retransmitMs: 60 }, async (client) => {
        await client.chassisControl('off');
        expect((await client.chassisStatus()).power).toBe('off');
        await client.setBootOptions({ device: 'pxe', persistent: false, uefi: false });
        await client.chassisControl('on');
      });
    } finally {
      await proxy.close();
    }
    expect(await bmc.ipmitool('chassis', 'power', 'status')).toBe('Chassis Power is on\n');
    expect(await kept('boot')).toBe('pxe');
  };

  it.each([
    [3, 'drop'],
    [3, 'late'],
    [2, 'double'],
    [1, 'double'],
  ] as const)('every %i. packet from the BMC: %s', async (every, fate: Fate) => {
    await work((direction, number) => (direction === 'from-bmc' && number % every === 0 ? fate : undefined));
  });

  it.each([
    [3, 'drop'],
    [3, 'late'],
    [3, 'double'],
  ] as const)('every %i. packet to the BMC: %s', async (every, fate: Fate) => {
    await work((direction, number) => (direction === 'to-bmc' && number % every === 0 ? fate : undefined));
  });

  it.each([1, 2, 3])('a quarter lost, a tenth doubled, a tenth late, by chance (%i)', async (seed) => {
    let state = seed;
    const chance = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
    await work(() => {
      const drawn = chance();
      if (drawn < 0.25) return 'drop';
      if (drawn < 0.35) return 'double';
      return drawn < 0.45 ? 'late' : undefined;
    });
  });
});
