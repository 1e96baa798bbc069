import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, type Site, startSimulator, startSite } from '../../../simulator/index.ts';
import type { CarriedVlans, SiteMachineOptions } from '../../../simulator/site.ts';
import { FuelListener } from './fuel-listener.ts';

const ADMIN = 100;
const MINUTE = 60_000;
const PXE_ONCE = { device: 'pxe', persistence: 'once', firmware: 'bios' } as const;
const access = (vlan: number): CarriedVlans => ({ pvid: vlan, untagged: [vlan], tagged: [] });

let simulator: Simulator;
let site: Site;
let fuel: FuelListener;
let ports: Record<string, CarriedVlans>;

beforeEach(async () => {
  const clouds = [{ name: 'old' }, { name: 'new', computeHosts: 1 }];
  simulator = await startSimulator({ clouds, controlPort: 0 });
  fuel = new FuelListener();
  ports = { p1: access(10), p2: access(10) };
  await rack([
    { name: 'old-c1', interfaces: { eth0: '52:54:00:0A:00:01', eth1: '52:54:00:0a:00:02' }, switchPort: 'p1' },
    { name: 'old-ctl', interfaces: { eth0: '52:54:00:0b:00:01' }, switchPort: 'p2' },
  ]);
});
afterEach(async () => {
  await site.close();
  await simulator.close();
  await fuel.close();
});

async function rack(machines: readonly SiteMachineOptions[]): Promise<void> {
  const vlansOf = (port: string): CarriedVlans => ports[port] ?? access(1);
  site = await startSite(simulator, { source: 'old', target: 'new', adminVlan: ADMIN, machines, vlansOf });
  site.connectFuel(await fuel.start());
}

const machine = (name = 'old-c1') => site.machine(name).machine;
const services = (cloud: string, host: string) => simulator.cloud(cloud).state.nova.services.where('host', host);
const node = { macs: ['52:54:00:0a:00:02'], fqdn: 'node-3.domain.tld', roles: ['compute'] };

function off(name = 'old-c1'): void {
  machine(name).powerOff('hard');
  simulator.clock.advance(10_000);
}
function on(name = 'old-c1'): void {
  machine(name).powerOn();
  simulator.clock.advance(10_000);
}
function discovered(): void {
  off();
  ports.p1 = access(ADMIN);
  machine().setBootOverride(PXE_ONCE);
  on();
}

describe('a machine with PXE on the Admin VLAN', () => {
  it('runs the bootstrap and tells Fuel what it is, then once a minute', async () => {
    discovered();
    expect(machine().bootedInto).toBe('bootstrap');
    expect(await fuel.calls(1)).toEqual(['POST /api/v1/nodes/ 201']);
    const { meta, ...top } = fuel.heard[0]?.body ?? {};
    expect(top).toMatchObject({ mac: '52:54:00:0A:00:01', ip: '10.20.0.129', status: 'discover', is_agent: true });
    expect(meta).toMatchObject({
      interfaces: [
        { name: 'eth0', pxe: true },
        { name: 'eth1', pxe: false },
      ],
    });
    simulator.clock.advance(MINUTE);
    expect(await fuel.calls(3)).toEqual([
      'POST /api/v1/nodes/ 201',
      'POST /api/v1/nodes/ 409',
      'PUT /api/v1/nodes/agent/ 200',
    ]);
  });

  it('is silent again when it is off', async () => {
    discovered();
    await fuel.calls(1);
    off();
    simulator.clock.advance(10 * MINUTE);
    expect(fuel.heard).toHaveLength(1);
  });
});

describe('Fuel never hears of a machine', () => {
  afterEach(() => expect(fuel.heard).toEqual([]));

  it('on another VLAN, which starts its old system again', () => {
    off();
    machine().setBootOverride(PXE_ONCE);
    on();
    expect(machine()).toMatchObject({ bootedInto: 'disk', installed: 'old cloud' });
  });

  it('whose port sends the Admin VLAN with a tag', () => {
    off();
    ports.p1 = { pvid: ADMIN, untagged: [], tagged: [ADMIN] };
    machine().setBootOverride(PXE_ONCE);
    on();
    expect(machine().bootedInto).toBe('disk');
  });

  it('that boots from its disk', () => {
    off();
    ports.p1 = access(ADMIN);
    on();
    expect(machine().bootedInto).toBe('disk');
  });
});

describe('the old cloud', () => {
  it('sees the compute service go down a while after the machine, and up again with it', () => {
    machine().powerOff('hard');
    simulator.clock.advance(400);
    expect(services('old', 'old-c1')).toMatchObject([{ up: true }]);
    simulator.clock.advance(MINUTE);
    expect(services('old', 'old-c1')).toMatchObject([{ up: false }]);
    on();
    expect(services('old', 'old-c1')).toMatchObject([{ up: true }]);
  });

  it('has a host that it had forgotten again when the old system starts', () => {
    off();
    const { nova } = simulator.cloud('old').state;
    for (const { id } of services('old', 'old-c1')) nova.services.remove(id);
    for (const { id } of nova.hypervisors.where('host', 'old-c1')) nova.hypervisors.remove(id);
    on();
    expect(services('old', 'old-c1')).toMatchObject([{ binary: 'nova-compute', up: true, disabled: false }]);
    expect(nova.hypervisors.where('host', 'old-c1')).toHaveLength(1);
  });

  it('loses and regains the programs of a controller, which does not become a hypervisor', () => {
    off('old-ctl');
    expect(services('old', 'old-ctl').every(({ up }) => !up)).toBe(true);
    on('old-ctl');
    expect(services('old', 'old-ctl').map(({ binary, up }) => [binary, up])).toEqual([
      ['nova-conductor', true],
      ['nova-scheduler', true],
    ]);
  });
});

describe('what Fuel does to a machine', () => {
  it('it can do only to one that runs the bootstrap or its own system, and is reached', () => {
    const { fuelLink } = site;
    expect(fuelLink.systemOf(node.macs)).toBe('nothing');
    discovered();
    expect(fuelLink.systemOf(['52-54'])).toBe('nothing');
    expect(fuelLink.systemOf(node.macs)).toBe('bootstrap');
    fuelLink.onProvisioned(node);
    expect(fuelLink.systemOf(node.macs)).toBe('nothing');
    simulator.clock.advance(10_000);
    expect(fuelLink.systemOf(node.macs)).toBe('fuel node');
    ports.p1 = access(10);
    expect(fuelLink.systemOf(node.macs)).toBe('nothing');
  });

  it('makes it a compute node of the new cloud, and never again one of the old', () => {
    discovered();
    site.fuelLink.onProvisioned(node);
    simulator.clock.advance(10_000);
    expect(services('new', node.fqdn)).toEqual([]);
    site.fuelLink.onDeployed(node);
    expect(services('new', node.fqdn)).toMatchObject([{ binary: 'nova-compute', up: true, disabled: false }]);
    expect(simulator.cloud('new').state.nova.hypervisors.where('host', node.fqdn)).toHaveLength(1);
    off();
    expect(services('new', node.fqdn)).toMatchObject([{ up: false }]);
    on();
    expect(services('new', node.fqdn)).toMatchObject([{ up: true }]);
    expect(services('old', 'old-c1')).toMatchObject([{ up: false }]);
  });

  it('leaves its boot to its disk, though PXE comes first', () => {
    discovered();
    site.fuelLink.onProvisioned(node);
    machine().setBootOverride({ ...PXE_ONCE, persistence: 'always' });
    simulator.clock.advance(10_000);
    expect(machine().bootedInto).toBe('disk');
  });

  it('goes on being told by the installed system, which says no status', async () => {
    discovered();
    await fuel.calls(1);
    site.fuelLink.onProvisioned(node);
    simulator.clock.advance(10_000);
    expect((await fuel.calls(2)).at(-1)).toBe('PUT /api/v1/nodes/agent/ 200');
    expect(fuel.heard[1]?.body).not.toHaveProperty('status');
  });

  it('wipes it, and it is discovered anew', async () => {
    discovered();
    await fuel.calls(1);
    site.fuelLink.onProvisioned(node);
    simulator.clock.advance(10_000);
    site.fuelLink.onDeployed(node);
    await fuel.calls(2);
    fuel.forget();
    site.fuelLink.onRemoved(node);
    simulator.clock.advance(10_000);
    expect((await fuel.calls(3)).at(-1)).toBe('POST /api/v1/nodes/ 201');
    expect(services('new', node.fqdn)).toMatchObject([{ up: false }]);
  });

  it('is told which VLANs reach it', () => {
    ports.p1 = { pvid: ADMIN, untagged: [ADMIN], tagged: [101] };
    const { fuelLink } = site;
    expect(fuelLink.hasVlan('52:54:00:0a:00:01', 'untagged')).toBe(true);
    expect(fuelLink.hasVlan('52:54:00:0a:00:01', 101)).toBe(true);
    expect(fuelLink.hasVlan('52:54:00:0a:00:01', 102)).toBe(false);
    expect(fuelLink.hasVlan('52:54:00:ff:00:01', 101)).toBe(false);
  });
});

it('shows its machines at the control port', async () => {
  discovered();
  const answer = await fetch(`${simulator.controlUrl}/_sim/machines`);
  expect(await answer.json()).toMatchObject([
    { name: 'old-c1', power: 'on', bootedInto: 'bootstrap', bootOverride: { device: 'none' }, switchPort: 'p1' },
    { name: 'old-ctl', power: 'on', bootedInto: 'disk', installed: 'old cloud' },
  ]);
});
