import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bmc } from '../../simulator/hardware/bmc/bmc.ts';
import { Rack } from '../simulator/hardware/rack.ts';

const PROGRAM = new URL('../../ipmi-ts/bin/ipmi-ts', import.meta.url).pathname;

let folder: string;
let passwordFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ipmi-ts-'));
  passwordFile = join(folder, 'password');
  await writeFile(passwordFile, 'admin\n', { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true }));

let rack: Rack;
let bmc: Bmc;
beforeEach(async () => {
  rack = new Rack();
  bmc = await rack.bmc();
});
afterEach(() => rack.close());

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...environment }, stdio: 'pipe' });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, ...said };
}
const ask = (...words: readonly string[]) =>
  run(['-H', '127.0.0.1', '-p', String(bmc.port), '-U', 'admin', '-f', passwordFile, ...words]);

it('says whether the power is on, and switches it', async () => {
  expect(await ask('power', 'status')).toEqual({ exitCode: 0, stdout: 'power: on\n', stderr: '' });
  expect(await ask('power', 'off')).toMatchObject({ exitCode: 0, stderr: '' });
  rack.clock.advance(10_000);
  expect(await ask('power', 'status', '--json')).toMatchObject({ stdout: '{"power":"off"}\n' });
  expect(await ask('power', 'cycle')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('command not supported in present state (D5h)'),
  });
});

it('sets the boot device', async () => {
  const set = await ask('bootdev', 'pxe', '--persistent', '--uefi');
  expect(set).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('device: pxe\npersistent: true\nuefi: true'),
  });
  expect(rack.machine.bootOverride).toEqual({ device: 'pxe', persistence: 'always', firmware: 'uefi' });
  expect(await ask('bootdev', 'none')).toMatchObject({ exitCode: 0 });
  expect(rack.machine.bootOverride.device).toBe('none');
});

it('tells what the BMC and its event log are', async () => {
  const { stdout } = await ask('mc', 'info');
  expect(stdout).toContain('firmware: 3.45\nipmiVersion: 2.0\n');
  expect(stdout).toMatch(/^guid: [\da-f-]{36}$/m);
  expect((await ask('sel', 'info')).stdout).toContain('entries: 0\n');
  expect((await ask('chassis', 'status')).stdout).toContain('restorePolicy: as-it-was\n');
});

it('takes the password from the environment', async () => {
  const args = ['-H', '127.0.0.1', '-p', String(bmc.port), '-U', 'admin', 'power', 'status'];
  expect(await run(args, { IPMI_PASSWORD: 'admin' })).toMatchObject({ exitCode: 0 });
  expect(await run(args, { IPMI_PASSWORD: 'guess' })).toEqual({
    ...{ exitCode: 1, stdout: '' },
    stderr: `ipmi-ts: BMC 127.0.0.1:${bmc.port} has another password for user admin\n`,
  });
});

it('says that nobody listens', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  const args = ['-H', '127.0.0.1', '-p', String(port), '-U', 'admin', '--timeout', '1', 'power', 'status'];
  expect(await run(args, { IPMI_PASSWORD: 'admin' })).toMatchObject({
    ...{ exitCode: 1, stdout: '' },
    stderr: expect.stringMatching(/^ipmi-ts: BMC 127\.0\.0\.1:\d+: .* nothing there for 1 s \(ECONNREFUSED\)\n$/),
  });
});

it('helps', async () => {
  expect(await run(['--help'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^usage: ipmi-ts /) });
});

describe('refuses with one line and exit code 2', () => {
  const to = ['-H', '127.0.0.1', '-U', 'admin'];
  it.each([
    [[...to, '--frob', 'power', 'status'], "Unknown option '--frob'; see --help"],
    [[...to, '-P', 'secret', 'power', 'status'], "Unknown option '-P'; see --help"],
    [[...to, 'power', 'status'], 'no password: say -f FILE, or set IPMI_PASSWORD'],
    [[...to, '-f', '/nonexistent', 'power', 'status'], 'the password file cannot be read'],
    [['-U', 'admin', 'power', 'status'], 'say -H HOST'],
    [['-H', '127.0.0.1', 'power', 'status'], 'say -U USER'],
    [[...to, 'power', 'explode'], 'power explode: no such command'],
    [[...to], 'what is to be done?'],
    [[...to, 'power', 'off', '--uefi'], '--persistent and --uefi go with bootdev'],
    [[...to, '-C', '0', 'power', 'status'], '-C 0: 3 or 17, which encrypt'],
    [[...to, '-L', 'root', 'power', 'status'], '-L root: one of user, operator, administrator'],
    [[...to, '-p', '0', 'power', 'status'], '-p 0: a whole number from 1 to 65535'],
  ])('%j', async (args, words) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^ipmi-ts: [^\n]+\n$/);
  });

  it('a password that is too long', async () => {
    const { exitCode, stderr } = await run([...to, 'power', 'status'], { IPMI_PASSWORD: 'x'.repeat(21) });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'ipmi-ts: the IPMI password has 21 bytes, 20 are the most (IPMI v2.0 section 22.30)\n',
    });
  });
});
