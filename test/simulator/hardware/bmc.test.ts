import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { IpmiClient } from 'ipmi-ts';
import type { Bmc } from '../../../simulator/hardware/bmc/bmc.ts';
import { MINUTE, Rack } from './rack.ts';

let rack: Rack;
afterEach(() => rack.close());

/** Sends one packet; its answer, or `nothing` when the packet sent behind it is answered first. */
async function sendRaw(bmc: Bmc, packet: readonly number[]): Promise<string> {
  const ping = [6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x80, 0x77, 0, 0];
  const socket = createSocket('udp4');
  try {
    const answered = once(socket, 'message');
    socket.send(Buffer.from(packet), bmc.port, bmc.host);
    socket.send(Buffer.from(ping), bmc.port, bmc.host);
    const [bytes] = await answered;
    const hex = Buffer.from(bytes).toString('hex');
    return hex.slice(18, 20) === '77' ? 'nothing' : hex;
  } finally {
    socket.close();
  }
}

const openSession = ([authentication, integrity, confidentiality]: readonly [number, number, number]) => [
  ...[6, 0, 0xff, 7, 6, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0],
  ...[5, 4, 0, 0, 0x11, 0x22, 0x33, 0x44],
  ...[0, 0, 0, 8, authentication, 0, 0, 0],
  ...[1, 0, 0, 8, integrity, 0, 0, 0],
  ...[2, 0, 0, 8, confidentiality, 0, 0, 0],
];
const statusOf = (answer: string): string => answer.slice(34, 36);

describe.each([3, 17] as const)('with cipher suite %i', (suite) => {
  it('lets an operator switch power', async () => {
    rack = new Rack({ power: 'off' });
    const client = await rack.connect(await rack.bmc(), { cipherSuites: [suite] });
    expect((await client.chassisStatus()).power).toBe('off');
    await client.chassisControl('on');
    rack.clock.advance(10_000);
    expect((await client.chassisStatus()).power).toBe('on');
    expect(rack.machine.starts).toEqual(['disk']);
    await client.chassisControl('off');
    rack.clock.advance(1000);
    expect((await client.chassisStatus()).power).toBe('off');
  });

  it('tells what it is', async () => {
    rack = new Rack();
    const client = await rack.connect(await rack.bmc(), { cipherSuites: [suite] });
    expect(await client.deviceId()).toMatchObject({ firmware: '3.45', ipmiVersion: '2.0', manufacturerId: 0x343 });
    expect(await client.systemGuid()).toMatch(/^[\da-f-]{36}$/);
    expect(await client.selInfo()).toMatchObject({ entries: 0, overflow: false });
  });

  it('refuses another password', async () => {
    rack = new Rack();
    const bmc = await rack.bmc();
    const login = rack.connect(bmc, { cipherSuites: [suite], password: 'guess' });
    await expect(login).rejects.toMatchObject({ problem: 'authentication', reason: 'password' });
    expect(bmc.sessions).toBe(0);
  });

  it('wants the BMC key where one is set', async () => {
    rack = new Rack();
    const bmc = await rack.bmc({ bmcKey: 'of the house' });
    const cipherSuites = [suite];
    await expect(rack.connect(bmc, { cipherSuites, bmcKey: 'of another' })).rejects.toMatchObject({
      problem: 'authentication',
    });
    const client = await rack.connect(bmc, { cipherSuites, bmcKey: 'of the house' });
    expect((await client.chassisStatus()).power).toBe('on');
  });
});

it('answers a presence ping', async () => {
  rack = new Rack();
  const answer = await sendRaw(await rack.bmc(), [6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x80, 0x2a, 0, 0]);
  expect(answer).toBe(`0600ff06${'000011be'}402a0010${'000011be'}${'00000000'}8100000000000000`);
});

it.each([
  ['cipher suite 0, which asks for no proof', [0, 0, 0], '11'],
  ['a suite that it does not have', [2, 2, 1], '11'],
  ['an authentication algorithm that nobody has', [9, 1, 1], '04'],
  ['an integrity algorithm that nobody has', [1, 9, 1], '05'],
  ['a confidentiality algorithm that nobody has', [1, 1, 9], '10'],
] as const)('opens no session with %s', async (_what, algorithms, status) => {
  rack = new Rack();
  expect(statusOf(await sendRaw(await rack.bmc(), openSession(algorithms)))).toBe(status);
});

it('does not know a user that it does not have, or whose account is disabled', async () => {
  rack = new Rack();
  const bmc = await rack.bmc({ users: [{ name: 'gone', password: 'x', enabled: false }] });
  for (const user of ['nobody', 'gone'])
    await expect(rack.connect(bmc, { user, password: 'x' })).rejects.toMatchObject({ reason: 'user' });
});

it('gives nobody more than their own level', async () => {
  rack = new Rack();
  const users = [{ name: 'watcher', password: 'w', privilege: 'user' as const }];
  const bmc = await rack.bmc({ users });
  const watcher = { user: 'watcher', password: 'w' };
  await expect(rack.connect(bmc, { ...watcher, privilege: 'operator' })).rejects.toMatchObject({
    problem: 'privilege',
  });
  const client = await rack.connect(bmc, { ...watcher, privilege: 'user' });
  expect((await client.chassisStatus()).power).toBe('on');
  await expect(client.chassisControl('off')).rejects.toMatchObject({ problem: 'privilege' });
  await expect(client.bootOptions()).rejects.toMatchObject({ problem: 'privilege' });
});

it('can refuse administrators alone', async () => {
  rack = new Rack();
  const bmc = await rack.bmc();
  bmc.faults.refusesAdministrator = true;
  await expect(rack.connect(bmc)).rejects.toMatchObject({ problem: 'privilege' });
  const client = await rack.connect(bmc, { privilege: 'operator' });
  await client.chassisControl('off');
});

it('drops a session that was silent for a minute, and says nothing to it', async () => {
  rack = new Rack();
  const bmc = await rack.bmc();
  const client = await rack.connect(bmc, { timeoutMs: 200 });
  rack.clock.advance(61_000);
  expect(bmc.sessions).toBe(0);
  await expect(client.chassisStatus()).rejects.toMatchObject({ problem: 'session-lost' });
});

it('has room for so many sessions', async () => {
  rack = new Rack();
  const bmc = await rack.bmc({ maxSessions: 1 });
  const login = { host: bmc.host, port: bmc.port, user: 'admin', password: 'admin' };
  await IpmiClient.with(login, async () => {
    await expect(rack.connect(bmc)).rejects.toMatchObject({ problem: 'refused', status: 1 });
  });
  expect(bmc.sessions).toBe(0);
  await rack.connect(bmc);
});

it('refuses to cycle, reset or shut down a machine that is off', async () => {
  rack = new Rack({ power: 'off' });
  const client = await rack.connect(await rack.bmc());
  for (const action of ['cycle', 'reset', 'soft'] as const)
    await expect(client.chassisControl(action)).rejects.toMatchObject({ code: 0xd5 });
});

describe('boot options', () => {
  const pxeOnce = { device: 'pxe', persistent: false, uefi: false } as const;
  const flags = (...bytes: readonly number[]) => {
    return { name: 'Set System Boot Options', netFn: 0, cmd: 8, data: Uint8Array.from(bytes) };
  };

  it('are used up by the next start', async () => {
    rack = new Rack({ power: 'off' });
    rack.pxe = 'bootstrap';
    const client = await rack.connect(await rack.bmc());
    await client.setBootOptions(pxeOnce);
    expect(await client.bootOptions()).toEqual({ ...pxeOnce, valid: true });
    await client.chassisControl('on');
    rack.clock.advance(10_000);
    expect(rack.machine.bootedInto).toBe('bootstrap');
    expect(await client.bootOptions()).toMatchObject({ valid: false });
  });

  it('stay when they are persistent', async () => {
    rack = new Rack({ power: 'off' });
    const client = await rack.connect(await rack.bmc());
    const always = { device: 'disk', persistent: true, uefi: true } as const;
    await client.setBootOptions(always);
    await client.chassisControl('on');
    rack.clock.advance(10_000);
    expect(await client.bootOptions()).toEqual({ ...always, valid: true });
  });

  it('are forgotten after a minute unless the timer is switched off', async () => {
    rack = new Rack();
    const bmc = await rack.bmc({ sessionTimeoutMs: 10 * MINUTE });
    const client = await rack.connect(bmc);
    await client.command(flags(5, 0x80, 0x04, 0, 0, 0));
    rack.clock.advance(59_000);
    expect(await client.bootOptions()).toMatchObject({ valid: true });
    rack.clock.advance(2000);
    expect(await client.bootOptions()).toMatchObject({ device: 'pxe', valid: false });
    expect(rack.machine.bootOverride.device).toBe('none');
    await client.command(flags(3, 0x08));
    await client.command(flags(5, 0x80, 0x04, 0, 0, 0));
    rack.clock.advance(5 * MINUTE);
    expect(await client.bootOptions()).toMatchObject({ valid: true });
  });

  it('live another minute from each Chassis Control on', async () => {
    rack = new Rack();
    const client = await rack.connect(await rack.bmc({ sessionTimeoutMs: 10 * MINUTE }));
    await client.command(flags(5, 0x80, 0x04, 0, 0, 0));
    rack.clock.advance(50_000);
    await client.chassisControl('off');
    rack.clock.advance(50_000);
    expect(await client.bootOptions()).toMatchObject({ valid: true });
    rack.clock.advance(11_000);
    expect(await client.bootOptions()).toMatchObject({ valid: false });
  });

  it('are without effect when they are not marked valid', async () => {
    rack = new Rack();
    const client = await rack.connect(await rack.bmc());
    await client.command(flags(5, 0x00, 0x04, 0, 0, 0));
    expect(rack.machine.bootOverride.device).toBe('none');
  });

  it('can be set by one at a time', async () => {
    rack = new Rack();
    const client = await rack.connect(await rack.bmc());
    await client.command(flags(0, 1));
    await expect(client.command(flags(0, 1))).rejects.toMatchObject({ code: 0x81 });
    await client.command(flags(0, 0));
    await client.command(flags(0, 1));
  });

  it('do not have parameters that this BMC lacks, nor values of another length', async () => {
    rack = new Rack();
    const client = await rack.connect(await rack.bmc());
    await expect(client.command(flags(7, 0))).rejects.toMatchObject({ code: 0x80 });
    await expect(client.command(flags(5, 0x80))).rejects.toMatchObject({ code: 0xc7 });
  });
});

describe('faults', () => {
  it('say that it is busy, so often', async () => {
    rack = new Rack();
    const bmc = await rack.bmc();
    const rule = bmc.faults.add({ command: 'Get Chassis Status', times: 1, fault: { kind: 'code', code: 0xc0 } });
    const client = await rack.connect(bmc);
    expect((await client.chassisStatus()).power).toBe('on');
    expect(rule.hits()).toBe(1);
  });

  it('refuse one command with a code', async () => {
    rack = new Rack();
    const bmc = await rack.bmc();
    bmc.faults.add({ command: 'Chassis Control', times: 1, fault: { kind: 'code', code: 0xff } });
    const client = await rack.connect(bmc);
    await expect(client.chassisControl('off')).rejects.toMatchObject({ code: 0xff });
    await client.chassisControl('off');
  });

  it('let it say yes and do nothing', async () => {
    rack = new Rack();
    const bmc = await rack.bmc();
    bmc.faults.add({ command: 'Chassis Control', fault: { kind: 'lies' } });
    const client = await rack.connect(bmc);
    await client.chassisControl('off');
    rack.clock.advance(MINUTE / 2);
    expect(rack.machine.power).toBe('on');
  });

  it('make it mute', async () => {
    rack = new Rack();
    const bmc = await rack.bmc();
    bmc.faults.add({ fault: { kind: 'mute' } });
    await expect(rack.connect(bmc, { timeoutMs: 150 })).rejects.toMatchObject({ problem: 'time-out' });
  });

  it('make it slow: what is sent again meanwhile is done twice', async () => {
    rack = new Rack({ power: 'off' });
    const bmc = await rack.bmc();
    const client = await rack.connect(bmc);
    bmc.faults.add({ command: 'Chassis Control', times: 1, fault: { kind: 'slow', delayMs: 80 } });
    await client.chassisControl('on');
    expect(bmc.commands.filter((name) => name === 'Chassis Control')).toHaveLength(2);
  });

  it('lose a share of packets', async () => {
    rack = new Rack();
    const bmc = await rack.bmc();
    bmc.faults.lossRate = 0.25;
    const client = await rack.connect(bmc, { retransmitMs: 10, timeoutMs: 10_000 });
    for (let round = 0; round < 5; round++) expect((await client.chassisStatus()).power).toBe('on');
  });
});

it('does not answer what is no packet, or for no session of its', async () => {
  rack = new Rack();
  const bmc = await rack.bmc();
  const foreign = [6, 0, 0xff, 7, 6, 0xc0, 9, 9, 9, 9, 1, 0, 0, 0, 0, 0];
  for (const packet of [[1], [6, 0, 0xff, 7, 6, 0x10, 0, 0], foreign])
    expect(await sendRaw(bmc, packet)).toBe('nothing');
});
