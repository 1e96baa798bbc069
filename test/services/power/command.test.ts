import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openPower } from '../../../services/power/index.ts';
import { program, scratchFolder } from '../../workers/fake-programs.ts';
import { hostWith } from './machine-room.ts';
import { powerCases } from './power-cases.ts';

/** An operator's program that keeps power and boot device in files. */
const OPERATORS_OWN = `state=$1; shift
echo "$PUMPHOUSE_HOST $*" >>"$state/calls"
case $1 in
  status) cat "$state/power" ;;
  on) echo on >"$state/power" ;;
  off|soft) echo off >"$state/power" ;;
  boot-get) cat "$state/boot" ;;
  boot-set) shift; if [ "$1" = none ]; then echo none >"$state/boot"; else echo "$*" >"$state/boot"; fi ;;
  *) echo "unknown verb $1" >&2; exit 2 ;;
esac`;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function scratch(): Promise<string> {
  const folder = await scratchFolder();
  folders.push(folder);
  return folder;
}

async function operatorsOwn(power: 'on' | 'off') {
  const state = await scratch();
  writeFileSync(join(state, 'power'), `${power}\n`);
  writeFileSync(join(state, 'boot'), 'none\n');
  const path = await program(state, 'power.sh', OPERATORS_OWN);
  return { state, host: hostWith({ driver: 'command', command: [path, state] }) };
}

async function saying(script: string, ...args: readonly string[]) {
  const path = await program(await scratch(), 'power.sh', script);
  return openPower(hostWith({ driver: 'command', command: [path, ...args] }), { timeLimitMs: 5_000 });
}

describe("by the operator's own program", () => {
  powerCases(
    async (power) => {
      const { host } = await operatorsOwn(power);
      const away = await program(await scratch(), 'away.sh', 'echo "no route to the controller" >&2; exit 1');
      return {
        host,
        unreachable: hostWith({ driver: 'command', command: [away] }),
        obeysSoft: true,
        close: async () => undefined,
      };
    },
    { timeLimitMs: 5_000, unreachableMs: 5_000, pollMs: 50 },
  );
});

describe("an operator's program", () => {
  test('is told which host it is for', async () => {
    const { state, host } = await operatorsOwn('on');
    const driver = openPower(host);
    await driver.powerOff('soft');
    await driver.setBootOverride({ source: 'pxe', persistence: 'once', firmware: 'uefi' });
    const calls = readFileSync(join(state, 'calls'), 'utf8').trim().split('\n');
    expect(calls).toEqual([
      'old-1 status',
      'old-1 soft',
      'old-1 boot-get',
      'old-1 boot-set pxe once uefi',
      'old-1 boot-get',
    ]);
  });

  test('that fails is quoted, without the arguments that it was configured with', async () => {
    const driver = await saying('echo "breaker is open" >&2; exit 7', '--key', 'k3y');
    const error = String(await driver.powerState().catch((reason: unknown) => reason));
    expect(error).toContain('power.sh status: exit code 7: breaker is open');
    expect(error).not.toContain('k3y');
  });

  test('that ends with 2 knows that trying again does not help', async () => {
    const driver = await saying('echo "no such machine" >&2; exit 2');
    await expect(driver.powerState()).rejects.toMatchObject({ kind: 'invalid', retry: { when: 'never' } });
  });

  test('that answers something else is not guessed at', async () => {
    const driver = await saying('echo maybe');
    await expect(driver.powerState()).rejects.toThrow('answered "maybe", and not on or off');
    await expect(driver.bootOverride()).rejects.toMatchObject({ kind: 'protocol', retry: { when: 'never' } });
  });

  test('that takes too long is ended, and what it has started too', async () => {
    const path = await program(await scratch(), 'power.sh', 'sleep 600 & sleep 600');
    const driver = openPower(hostWith({ driver: 'command', command: [path] }), { timeLimitMs: 200 });
    await expect(driver.powerState()).rejects.toMatchObject({ kind: 'timeout', retry: { when: 'back-off' } });
  });

  test('that is not there, or may not be run, is an error of the configuration', async () => {
    const missing = openPower(hostWith({ driver: 'command', command: ['/nowhere/power.sh'] }));
    await expect(missing.powerState()).rejects.toThrow('/nowhere/power.sh is not installed here; check bmc.command');
    const plain = join(await scratch(), 'power.sh');
    writeFileSync(plain, '#!/bin/sh\n', { mode: 0o600 });
    const driver = openPower(hostWith({ driver: 'command', command: [plain] }));
    await expect(driver.powerState()).rejects.toMatchObject({ kind: 'configuration', retry: { when: 'never' } });
  });

  test('that accepts a boot device and keeps another is not believed', async () => {
    const driver = await saying('case $1 in boot-get) echo "disk always" ;; esac');
    const setting = driver.setBootOverride({ source: 'pxe', persistence: 'once' });
    await expect(setting).rejects.toThrow('has accepted pxe once and keeps disk always');
  });
});
