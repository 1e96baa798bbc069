import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Secret } from '../../../config/index.ts';
import { openPower, settlePowerOff } from '../../../services/power/index.ts';
import type { RedfishOptions } from '../../../simulator/hardware/redfish/options.ts';
import type { Rack } from '../../simulator/hardware/rack.ts';
import { nobodyOverRedfish, overRedfish, PASSWORD, quickRack, startRedfish } from './machine-room.ts';
import { powerCases } from './power-cases.ts';

const KINDS: readonly (readonly [string, RedfishOptions])[] = [
  ['with sessions', { authentication: 'session', requiresIfMatch: true }],
  ['with user and password in every request', { authentication: 'basic' }],
];

describe.each(KINDS)('over Redfish, %s', (_name, options) => {
  powerCases(async (power) => {
    const rack = quickRack({ power });
    const { url } = await startRedfish(rack, options);
    return {
      host: overRedfish(url),
      withPassword: (password) => overRedfish(url, { password: new Secret(password) }),
      password: PASSWORD,
      unreachable: nobodyOverRedfish(),
      obeysSoft: true,
      close: () => rack.close(),
    };
  });
});

describe('a Redfish controller that', () => {
  let rack: Rack;
  let server: Server | undefined;
  afterEach(async () => {
    await rack?.close();
    server?.closeAllConnections();
    await new Promise((closed) => (server === undefined ? closed(undefined) : server.close(closed)));
    server = undefined;
  });

  const begin = async (options: RedfishOptions = {}, changes: Parameters<typeof overRedfish>[1] = {}) => {
    rack = quickRack();
    const redfish = await startRedfish(rack, options);
    return { redfish, driver: openPower(overRedfish(redfish.url, changes), { timeLimitMs: 1_000 }) };
  };

  test('has few places for sessions gets each back', async () => {
    const { driver, redfish } = await begin({ authentication: 'session', maxSessions: 1 });
    for (let times = 3; times > 0; times -= 1) await driver.powerState();
    const [opened, ended] = ['POST', 'DELETE'].map(
      (method) =>
        redfish.requests.filter((request) => request.startsWith(`${method} /redfish/v1/SessionService/`)).length,
    );
    expect([opened, ended]).toEqual([3, 3]);
  });

  test('forgets our session between two requests is logged in to again', async () => {
    const { driver, redfish } = await begin({ authentication: 'session', maxSessions: 1 });
    redfish.faults.add({ method: 'POST', path: '/Actions/', times: 1, fault: { kind: 'forgets-sessions' } });
    await driver.powerOff('hard');
    rack.clock.advance(1_000);
    expect(rack.machine.power).toBe('off');
    await driver.powerState();
  });

  test.each([
    ['both', 'asked by user and password'],
    ['session', 'asked again later'],
  ] as const)('has no place for a session left (%s) is %s', async (authentication, outcome) => {
    const { driver, redfish } = await begin({ authentication, maxSessions: 1 });
    redfish.sessions.open('admin', PASSWORD);
    const state = driver.powerState();
    if (outcome === 'asked again later')
      await expect(state).rejects.toMatchObject({ kind: 'busy', retry: { when: 'back-off' } });
    else expect(await state).toBe('on');
  });

  describe('has a certificate of an authority of its own', () => {
    // Made by test/services/openstack/certificates/make.sh.
    const file = (name: string) => fileURLToPath(new URL(`../openstack/certificates/${name}`, import.meta.url));
    const tls = { cert: readFileSync(file('server.pem'), 'utf8'), key: readFileSync(file('server-key.pem'), 'utf8') };

    test.each([
      ['that is given', { verify: true, cacert: file('ca.pem') }],
      ['that nobody asks for', { verify: false }],
    ])('%s: it is told', async (_name, trusted) => {
      const { driver, redfish } = await begin({ tls }, { tls: trusted });
      expect(redfish.url).toMatch(/^https:/);
      await driver.setBootOverride({ source: 'pxe', persistence: 'once' });
      expect(rack.machine.bootOverride.device).toBe('pxe');
    });

    test('that is not given: it is told nothing, not even a password, and the operator what to set', async () => {
      const { driver, redfish } = await begin({ tls });
      const failure = driver.powerState();
      await expect(failure).rejects.toMatchObject({ kind: 'configuration', retry: { when: 'never' } });
      await expect(failure).rejects.toThrow('set cacert to the authority that signed it, or verify: false');
      expect(redfish.requests).toEqual([]);
    });
  });

  test('was changed by somebody else meanwhile is told again, with the ETag that it has now', async () => {
    const { driver, redfish } = await begin({ requiresIfMatch: true });
    const fault = redfish.faults.add({ method: 'PATCH', times: 1, fault: { kind: 'status', status: 412 } });
    await driver.setBootOverride({ source: 'pxe', persistence: 'once' });
    expect([fault.hits(), rack.machine.bootOverride.device]).toEqual([1, 'pxe']);
  });

  test('keeps refusing a change is asked again later', async () => {
    const { driver, redfish } = await begin();
    redfish.faults.add({ method: 'PATCH', fault: { kind: 'status', status: 412 } });
    const setting = driver.setBootOverride({ source: 'pxe', persistence: 'once' });
    await expect(setting).rejects.toMatchObject({ kind: 'busy', retry: { when: 'back-off' } });
  });

  test('has no graceful shutdown has its power button pressed', async () => {
    const { driver } = await begin({ resetTypes: ['On', 'ForceOff', 'PushPowerButton'] });
    const signal = new AbortController().signal;
    expect(await settlePowerOff(driver, { softTimeoutMs: 20_000, signal, pollMs: 50 })).toBe('soft');
  });

  test('has no soft way off at all cuts the power at once', async () => {
    const { driver } = await begin({ resetTypes: ['On', 'ForceOff'] });
    const signal = new AbortController().signal;
    expect(await settlePowerOff(driver, { softTimeoutMs: 600_000, signal, pollMs: 50 })).toBe('hard');
  });

  test('cannot start from PXE says from what it can', async () => {
    const { driver } = await begin({ bootTargets: ['None', 'Hdd'] });
    const setting = driver.setBootOverride({ source: 'pxe', persistence: 'once' });
    await expect(setting).rejects.toMatchObject({ kind: 'invalid', retry: { when: 'never' } });
    await expect(setting).rejects.toThrow('to start from Pxe, but from None, Hdd');
  });

  test('lets its user only look says so', async () => {
    const { driver } = await begin({}, { username: 'watcher' });
    expect(await driver.powerState()).toBe('on');
    await expect(driver.powerOff('hard')).rejects.toMatchObject({ kind: 'forbidden', retry: { when: 'never' } });
  });

  test('starts its machine by UEFI goes on doing so when only the device is set', async () => {
    const { driver } = await begin();
    await driver.setBootOverride({ source: 'pxe', persistence: 'once', firmware: 'uefi' });
    await driver.setBootOverride({ source: 'disk', persistence: 'once' });
    expect(await driver.bootOverride()).toMatchObject({ source: 'disk', firmware: 'uefi' });
  });

  test('does not answer is asked again later', async () => {
    const { driver, redfish } = await begin();
    redfish.faults.add({ path: '/Systems', fault: { kind: 'mute' } });
    await expect(driver.powerState()).rejects.toMatchObject({ kind: 'timeout', retry: { when: 'back-off' } });
    driver.close();
  });

  test('stands for several machines lists them, and takes the one that the address names', async () => {
    rack = quickRack();
    const members = ['blade-1', 'blade-2'].map((id) => ({ '@odata.id': `/redfish/v1/Systems/${id}` }));
    const answers: Readonly<Record<string, unknown>> = {
      '/redfish/v1/': { Systems: { '@odata.id': '/redfish/v1/Systems' } },
      '/redfish/v1/Systems': { Members: members },
      '/redfish/v1/Systems/blade-2': { PowerState: 'Off' },
    };
    server = createServer(({ url = '' }, response) => response.end(JSON.stringify(answers[url])));
    await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const all = openPower(overRedfish(origin));
    await expect(all.powerState()).rejects.toMatchObject({ kind: 'configuration', retry: { when: 'never' } });
    await expect(all.powerState()).rejects.toThrow('/redfish/v1/Systems/blade-1, /redfish/v1/Systems/blade-2');
    const one = openPower(overRedfish(`${origin}/redfish/v1/Systems/blade-2`));
    expect(await one.powerState()).toBe('off');
    all.close();
    one.close();
  });
});
