import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type BmcProcess, startPyghmi } from './bmc/bmc-process.ts';

let bmc: BmcProcess;
beforeAll(async () => {
  bmc = await startPyghmi();
});
afterAll(() => bmc.stop());

const machine = async () => JSON.parse(await readFile(join(bmc.folder, 'machine.json'), 'utf8'));

it('takes suite 3 after 17 was refused', async () => {
  const client = await bmc.connect();
  expect(client.cipherSuite).toBe(3);
  await client.close();
});

it('switches power as ipmitool sees it', async () => {
  const client = await bmc.connect();
  for (const [action, state] of [
    ['off', 'off'],
    ['on', 'on'],
    ['reset', 'on'],
    ['cycle', 'on'],
    ['soft', 'off'],
    ['on', 'on'],
  ] as const) {
    await client.chassisControl(action);
    expect(await machine()).toMatchObject({ power: state });
    expect((await machine()).asked.at(-1)).toBe(action);
    expect((await client.chassisStatus()).power).toBe(state);
    expect(await bmc.ipmitool('chassis', 'power', 'status')).toBe(`Chassis Power is ${state}\n`);
  }
  await client.close();
});

it('says by name what a machine that is off cannot do', async () => {
  const client = await bmc.connect();
  await client.chassisControl('off');
  await expect(client.chassisControl('cycle')).rejects.toMatchObject({
    codeName: 'command not supported in present state',
  });
  await client.chassisControl('on');
  await client.close();
});

it('sets the boot device', async () => {
  const client = await bmc.connect();
  await client.setBootOptions({ device: 'pxe', persistent: false, uefi: false });
  expect(await machine()).toMatchObject({ boot: 'network' });
  await client.setBootOptions({ device: 'disk', persistent: false, uefi: false });
  expect(await machine()).toMatchObject({ boot: 'hd' });
  await client.close();
});

it('reads the GUID that the machine has', async () => {
  const client = await bmc.connect();
  expect(await client.systemGuid()).toBe('12345678-1234-5678-1234-567812345678');
  await client.close();
});

it('tells another password from a user whom pyghmi does not answer', async () => {
  await expect(bmc.connect({ password: 'guess' })).rejects.toMatchObject({
    ...{ problem: 'authentication', reason: 'password' },
  });
  await expect(bmc.connect({ user: 'nobody', timeoutMs: 1000 })).rejects.toMatchObject({
    problem: 'time-out',
    message: expect.stringContaining('some BMCs are silent to a user that they do not know'),
  });
});
