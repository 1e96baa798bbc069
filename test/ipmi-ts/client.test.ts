import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  IpmiAuthenticationError,
  IpmiClient,
  IpmiCompletionError,
  IpmiConfigurationError,
  IpmiPrivilegeError,
  IpmiProtocolError,
  IpmiRefusedError,
  IpmiSessionLostError,
  IpmiTimeoutError,
} from 'ipmi-ts';
import { MINUTE, Rack } from '../simulator/hardware/rack.ts';

let rack = new Rack();
afterEach(async () => {
  await rack.close();
  rack = new Rack();
});

const login = { host: '127.0.0.1', user: 'admin', password: 'admin', timeoutMs: 300, retransmitMs: 50 };
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );

describe('what is refused before a packet is sent', () => {
  it.each([
    [{ password: 'x'.repeat(21) }, 'the IPMI password has 21 bytes, 20 are the most'],
    [{ password: 'ü'.repeat(11) }, 'the IPMI password has 22 bytes'],
    [{ user: 'x'.repeat(17) }, 'the IPMI user name has 17 bytes, 16 are the most'],
    [{ bmcKey: 'x'.repeat(21) }, 'the IPMI BMC key has 21 bytes'],
    [{ cipherSuites: JSON.parse('[0]') }, 'cipher suite 0 is refused: with it anybody who knows a user name'],
    [{ cipherSuites: [] }, 'no cipher suite is given'],
    [{ port: 70_000 }, 'port 70000'],
    [{ host: '' }, 'the address of the BMC is empty'],
    [{ timeoutMs: 0 }, 'timeoutMs 0'],
  ])('%j', async (options, words) => {
    const error = await failure(IpmiClient.connect({ ...login, ...options }));
    expect(error).toBeInstanceOf(IpmiConfigurationError);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('xxxx');
  });
});

it('takes a password of 20 bytes', async () => {
  const password = 'x'.repeat(20);
  const bmc = await rack.bmc({ users: [{ name: 'admin', password }] });
  expect((await (await rack.connect(bmc, { password })).chassisStatus()).power).toBe('on');
});

it('tells a wrong user, a wrong password and a wrong BMC key apart', async () => {
  const bmc = await rack.bmc({ bmcKey: 'of the house' });
  const tried = async (options: object) => {
    const error = await failure(rack.connect(bmc, options));
    return error instanceof IpmiAuthenticationError && error.reason;
  };
  expect(await tried({ user: 'nobody' })).toBe('user');
  expect(await tried({ password: 'guess' })).toBe('password');
  expect(await tried({})).toBe('bmc-key');
  expect(await tried({ bmcKey: 'of another' })).toBe('bmc-key');
});

it('calls silence a time-out, and says what it was asked', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const error = await failure(IpmiClient.connect({ ...login, port: silent.address().port }));
  silent.close();
  expect(error).toBeInstanceOf(IpmiTimeoutError);
  expect(error).toMatchObject({ problem: 'time-out' });
  expect(error.message).toMatch(/^BMC 127\.0\.0\.1:\d+: Get Channel Authentication Capabilities: no answer in 0\.3 s$/);
});

it('tells a port where nobody listens, and a name without an address, from silence', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  expect(await failure(IpmiClient.connect({ ...login, port }))).toMatchObject({ problem: 'unreachable' });
  const nowhere = await failure(IpmiClient.connect({ ...login, host: 'bmc.invalid' }));
  expect(nowhere).toMatchObject({ problem: 'unreachable' });
  expect(nowhere.message).toContain('bmc.invalid:623 has no address');
});

it('asks again with back-off', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  let packets = 0;
  silent.on('message', () => {
    packets += 1;
  });
  await failure(IpmiClient.connect({ ...login, port: silent.address().port, retransmitMs: 40, timeoutMs: 500 }));
  silent.close();
  // After 0, 40, 120 and 280 ms; the next would be sent after 600.
  expect(packets).toBe(4);
});

it('calls it a time-out when a BMC falls silent in the middle of a set-up', async () => {
  const bmc = await rack.bmc();
  bmc.faults.add({ after: 2, fault: { kind: 'mute' } });
  const error = await failure(rack.connect(bmc, { timeoutMs: 200 }));
  expect(error).toMatchObject({ problem: 'time-out' });
});

it('says that a privilege level is too high for a user, and holds no session for it', async () => {
  const bmc = await rack.bmc();
  const asOperator = { user: 'operator', password: 'operator' };
  const error = await failure(rack.connect(bmc, asOperator));
  expect(error).toBeInstanceOf(IpmiPrivilegeError);
  expect(error.message).toContain('refuses user operator the privilege level administrator');
  expect(bmc.sessions).toBe(0);
  const client = await rack.connect(bmc, { ...asOperator, privilege: 'operator' });
  await client.chassisControl('off');
});

it('gives a session back that gets no level', async () => {
  const bmc = await rack.bmc();
  bmc.faults.add({ command: 'Set Session Privilege Level', fault: { kind: 'code', code: 0x81 } });
  expect(await failure(rack.connect(bmc))).toBeInstanceOf(IpmiPrivilegeError);
  while (bmc.sessions > 0) await new Promise((later) => setTimeout(later, 2));
  expect(bmc.commands.at(-1)).toBe('Close Session');
});

it('says that a command needs more privilege', async () => {
  const client = await rack.connect(await rack.bmc(), { privilege: 'user' });
  const error = await failure(client.chassisControl('off'));
  expect(error).toBeInstanceOf(IpmiPrivilegeError);
  expect(error.message).toContain('Chassis Control (off): insufficient privilege level (D4h)');
});

it('names completion codes', async () => {
  rack = new Rack({ power: 'off' });
  const client = await rack.connect(await rack.bmc());
  const error = await failure(client.chassisControl('cycle'));
  expect(error).toBeInstanceOf(IpmiCompletionError);
  expect(error).toMatchObject({ code: 0xd5, codeName: 'command not supported in present state' });
});

it('says that an answer is too short to be one', async () => {
  const bmc = await rack.bmc();
  const client = await rack.connect(bmc);
  bmc.faults.add({ command: 'Get Chassis Status', fault: { kind: 'lies' } });
  const error = await failure(client.chassisStatus());
  expect(error).toBeInstanceOf(IpmiProtocolError);
  expect(error).toMatchObject({ problem: 'protocol', message: 'a chassis status of 0 bytes' });
});

it('asks a busy BMC again', async () => {
  const bmc = await rack.bmc();
  const client = await rack.connect(bmc);
  bmc.faults.add({ command: 'Get Chassis Status', times: 1, fault: { kind: 'code', code: 0xc0 } });
  expect((await client.chassisStatus()).power).toBe('on');
});

it('refuses a BMC without a cipher suite in common, or without a place for a session', async () => {
  const bmc = await rack.bmc({ cipherSuites: [3], maxSessions: 1 });
  const error = await failure(rack.connect(bmc, { cipherSuites: [17] }));
  expect(error).toBeInstanceOf(IpmiRefusedError);
  expect(error.message).toContain('opens no session with cipher suite 17');
  expect((await rack.connect(bmc)).cipherSuite).toBe(3);
  expect(await failure(rack.connect(bmc))).toMatchObject({ problem: 'refused', status: 1 });
});

it('tells a lost session from a BMC that is gone', async () => {
  const bmc = await rack.bmc();
  const client = await rack.connect(bmc, { timeoutMs: 200 });
  bmc.forgetSessions();
  expect(await failure(client.chassisStatus())).toBeInstanceOf(IpmiSessionLostError);
  expect(await failure(client.chassisStatus())).toBeInstanceOf(IpmiSessionLostError);
  const other = await rack.connect(bmc, { timeoutMs: 200 });
  bmc.faults.add({ fault: { kind: 'mute' } });
  expect(await failure(other.chassisStatus())).toMatchObject({ problem: 'time-out' });
  bmc.faults.clear();
  expect((await other.chassisStatus()).power).toBe('on');
});

it('keeps a silent session alive', async () => {
  // Asked in one of two intervals only, this BMC would have dropped it.
  const bmc = await rack.bmc({ sessionTimeoutMs: 400 });
  const client = await rack.connect(bmc, { keepAliveMs: 250 });
  const pings = () => bmc.commands.filter((command) => command === 'Get Device ID').length;
  while (pings() < 3) await new Promise((later) => setTimeout(later, 10));
  expect((await client.chassisStatus()).power).toBe('on');
});

it('drops a session at the BMC when it is closed, and nothing goes on in it', async () => {
  const bmc = await rack.bmc();
  const client = await rack.connect(bmc);
  expect(bmc.sessions).toBe(1);
  await client.close();
  await client.close();
  expect(bmc.sessions).toBe(0);
  expect(await failure(client.chassisStatus())).toMatchObject({ problem: 'session-lost' });
});

it('fails what waits when it is closed', async () => {
  const bmc = await rack.bmc();
  const client = await rack.connect(bmc, { timeoutMs: 10 * MINUTE });
  bmc.faults.add({ command: 'Get Chassis Status', fault: { kind: 'mute' } });
  const waiting = [failure(client.chassisStatus()), failure(client.deviceId())];
  await client.close();
  expect(await Promise.all(waiting)).toMatchObject([{ problem: 'session-lost' }, { problem: 'session-lost' }]);
});

it.each([
  { device: 'pxe', persistent: false, uefi: false },
  { device: 'pxe', persistent: true, uefi: true },
  { device: 'disk', persistent: true, uefi: false },
  { device: 'disk', persistent: false, uefi: true },
] as const)('sets %j for longer than a minute', async (options) => {
  const bmc = await rack.bmc();
  const client = await rack.connect(bmc);
  await client.setBootOptions(options);
  rack.clock.advance(10_000);
  expect(await client.bootOptions()).toEqual({ ...options, valid: true });
  await client.chassisStatus();
  for (let minutes = 0; minutes < 3; minutes += 1) {
    rack.clock.advance(MINUTE / 2);
    expect(await client.bootOptions()).toMatchObject({ valid: true });
  }
  await client.setBootOptions({ device: 'none', persistent: false, uefi: false });
  expect(await client.bootOptions()).toMatchObject({ device: 'none', valid: false });
});

it('sets boot flags on a BMC that has no parameter but those', async () => {
  const bmc = await rack.bmc();
  const client = await rack.connect(bmc);
  bmc.faults.add({ command: 'Set System Boot Options', times: 3, fault: { kind: 'code', code: 0x80 } });
  await client.setBootOptions({ device: 'pxe', persistent: false, uefi: true });
  expect(rack.machine.bootOverride).toEqual({ device: 'pxe', persistence: 'once', firmware: 'uefi' });
});
