import { afterEach, expect, it } from '@jest/globals';
import type { BootDevice, BootOverride } from '../../../simulator/hardware/machine.ts';
import { MINUTE, Rack } from './rack.ts';

let rack: Rack;
afterEach(() => rack.close());

const override = (device: BootDevice, persistence: BootOverride['persistence'] = 'once'): BootOverride => {
  return { device, persistence, firmware: 'bios' };
};

function restart(): void {
  rack.machine.powerOff('hard');
  rack.clock.advance(MINUTE);
  rack.machine.powerOn();
  rack.clock.advance(MINUTE);
}

it('is still on when a button has just been pressed', () => {
  rack = new Rack();
  rack.machine.powerOff('hard');
  expect(rack.machine.power).toBe('on');
  rack.clock.advance(MINUTE);
  expect(rack.machine).toMatchObject({ power: 'off', bootedInto: 'nothing' });
});

it('starts its old system again when nobody answers PXE', () => {
  rack = new Rack();
  rack.machine.setBootOverride(override('pxe'));
  restart();
  expect(rack.machine).toMatchObject({ bootedInto: 'disk', installed: 'old cloud' });
});

it('waits for PXE for ever where its ROM does', () => {
  rack = new Rack({ pxeWithoutAnswer: 'hangs' });
  rack.machine.setBootOverride(override('pxe'));
  restart();
  expect(rack.machine.bootedInto).toBe('hung');
});

it('follows an override for once at one start only', () => {
  rack = new Rack();
  rack.pxe = 'bootstrap';
  rack.machine.setBootOverride(override('pxe'));
  restart();
  restart();
  expect(rack.machine.starts).toEqual(['bootstrap', 'disk']);
});

it('follows a persistent override at every start', () => {
  rack = new Rack();
  rack.pxe = 'bootstrap';
  rack.machine.setBootOverride(override('pxe', 'always'));
  restart();
  restart();
  expect(rack.machine.starts).toEqual(['bootstrap', 'bootstrap']);
});

it('boots from the network by itself when its firmware has that first, or has nothing else', () => {
  rack = new Rack({ firmwareOrder: ['pxe', 'disk'] });
  rack.pxe = 'bootstrap';
  restart();
  rack.machine.setBootOverride(override('disk'));
  restart();
  rack.machine.install('nothing');
  rack.machine.setBootOverride(override('disk'));
  restart();
  expect(rack.machine.starts).toEqual(['bootstrap', 'disk', 'bootstrap']);
});

it('goes on in its own order when the override is for the other kind of firmware', () => {
  rack = new Rack({ firmware: 'uefi' });
  rack.pxe = 'bootstrap';
  rack.machine.setBootOverride(override('pxe'));
  restart();
  expect(rack.machine.bootedInto).toBe('disk');
});

it('shuts down softly after a while, and loses a setup screen by force only', () => {
  rack = new Rack();
  rack.machine.powerOff('soft');
  rack.clock.advance(500);
  expect(rack.machine.power).toBe('on');
  rack.clock.advance(MINUTE);
  expect(rack.machine.power).toBe('off');
  rack.machine.setBootOverride(override('setup'));
  rack.machine.powerOn();
  rack.clock.advance(MINUTE);
  rack.machine.powerOff('soft');
  rack.clock.advance(MINUTE);
  expect(rack.machine).toMatchObject({ power: 'on', bootedInto: 'hung' });
});

it('never goes off when its system hangs, until the power is cut', () => {
  rack = new Rack({ softOff: 'hangs' });
  rack.machine.powerOff('soft');
  rack.clock.advance(60 * MINUTE);
  expect(rack.machine.power).toBe('on');
  rack.machine.powerOff('hard');
  rack.clock.advance(MINUTE);
  expect(rack.machine.power).toBe('off');
});

it('does not turn back from a shutdown when it is switched on in the middle', () => {
  rack = new Rack();
  rack.machine.powerOff('soft');
  rack.machine.powerOn();
  rack.clock.advance(MINUTE);
  expect(rack.machine.power).toBe('off');
});
