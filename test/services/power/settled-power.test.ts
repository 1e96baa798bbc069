import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  openPower,
  type PowerDriver,
  type SeenPower,
  settlePowerOff,
  settlePowerOn,
} from '../../../services/power/index.ts';
import type { Bmc } from '../../../simulator/hardware/bmc/bmc.ts';
import type { Rack } from '../../simulator/hardware/rack.ts';
import { overIpmi, quickRack, startBmc } from './machine-room.ts';

let rack: Rack;
let bmc: Bmc;
let driver: PowerDriver;
let stop: AbortController;
beforeEach(async () => {
  rack = quickRack();
  bmc = await startBmc(rack);
  driver = openPower(overIpmi(bmc));
  stop = new AbortController();
});
afterEach(() => rack.close());

const settling = () => ({ signal: stop.signal, pollMs: 50 });
const orders = () => bmc.commands.filter((command) => command === 'Chassis Control').length;

test('a system that hangs is cut off when its time is over', async () => {
  rack.machine.setSoftOff('hangs');
  expect(await settlePowerOff(driver, { softTimeoutMs: 150, ...settling() })).toBe('hard');
  expect([rack.machine.power, orders()]).toEqual(['off', 2]);
});

test('off is said twice before it counts', async () => {
  const seen: string[] = [];
  const onState = ({ state }: SeenPower) => seen.push(state);
  await settlePowerOff(driver, { softTimeoutMs: 10_000, ...settling(), onState });
  expect(seen.slice(-2)).toEqual(['off', 'off']);
});

test('a machine that somebody switches on meanwhile is not told to be off', async () => {
  let isPressed = false;
  const onState = ({ state }: SeenPower) => {
    if (state !== 'off' || isPressed) return;
    isPressed = true;
    rack.machine.powerOn();
    rack.clock.advance(1_000);
  };
  const off = settlePowerOff(driver, { softTimeoutMs: 10_000, ...settling(), onState });
  await expect(off).rejects.toMatchObject({ kind: 'conflict', retry: { when: 'never' } });
  await expect(off).rejects.toThrow('it was off, and is on again');
});

test.each([
  ['off', () => settlePowerOff(driver, { softTimeoutMs: 0, orderLimitMs: 200, ...settling() })],
  ['on', () => settlePowerOn(driver, { orderLimitMs: 200, ...settling() })],
])('a controller that says yes to %s and does nothing is not believed', async (wanted, settle) => {
  if (wanted === 'on') await settlePowerOff(driver, { softTimeoutMs: 0, ...settling() });
  bmc.faults.add({ command: 'Chassis Control', fault: { kind: 'lies' } });
  const settled = settle();
  await expect(settled).rejects.toMatchObject({ kind: 'timeout', retry: { when: 'back-off' } });
  await expect(settled).rejects.toThrow(
    `and the controller still says ${wanted === 'on' ? 'off' : 'on'}; look at the machine`,
  );
});

test('what an earlier attempt has asked for is not asked again, and its time goes on', async () => {
  rack.machine.setSoftOff('hangs');
  const ordered = { how: 'soft', atMs: Date.now() - 60_000 } as const;
  expect(await settlePowerOff(driver, { softTimeoutMs: 30_000, ordered, ...settling() })).toBe('hard');
  expect(orders()).toBe(1);
});

test('a machine that went off between two attempts went off as it was asked to', async () => {
  await driver.powerOff('hard');
  rack.clock.advance(1_000);
  const ordered = { how: 'soft', atMs: Date.now() } as const;
  expect(await settlePowerOff(driver, { softTimeoutMs: 30_000, ordered, ...settling() })).toBe('soft');
});

test('who waits can stop waiting', async () => {
  rack.machine.setSoftOff('hangs');
  const onState = ({ ordered }: SeenPower) => {
    if (ordered !== undefined) stop.abort(new Error('called off'));
  };
  const off = settlePowerOff(driver, { softTimeoutMs: 600_000, ...settling(), onState });
  await expect(off).rejects.toThrow('called off');
  expect(rack.machine.power).toBe('on');
});

test('a machine that is on is not started anew', async () => {
  await settlePowerOn(driver, settling());
  expect([orders(), rack.machine.starts]).toEqual([0, []]);
});
