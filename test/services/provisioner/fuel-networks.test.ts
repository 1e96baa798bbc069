import { describe, expect, it } from '@jest/globals';
import type { Provisioner } from '../../../services/provisioner/index.ts';
import { COMPUTE, NETWORK, NODE, nailgun, received } from './scripted-nailgun.ts';

describe('layouts', () => {
  const nic = (name: string, over = {}) => ({
    id: 1,
    name,
    type: 'ether',
    mac: NODE.mac,
    assigned_networks: [],
    ...over,
  });
  const bonded = [
    nic('eth0'),
    nic('bond0', { type: 'bond', slaves: [{ name: 'eth0' }], assigned_networks: [NETWORK] }),
  ];

  it('notices when Fuel shows something else than what was written', async () => {
    const driver = await nailgun({
      'GET nodes/3/interfaces': { body: [nic('eth0')] },
      'GET nodes/3/disks': { body: [] },
      'PUT nodes/3/interfaces': { body: [] },
    });
    const layout = { kind: 'fixed', interfaces: { eth0: ['fuelweb_admin'] }, disks: {} } as const;
    await expect(driver.layOut('1', '3', layout)).rejects.toMatchObject({ kind: 'protocol' });
  });

  it('gives the port what a bond of its interface has, and networks of tunnels like any other', async () => {
    const networks = [NETWORK, { id: 5, name: 'private', vlan_start: 104 }, { id: 2, name: 'public', vlan_start: 105 }];
    const parameters = { segmentation_type: 'tun', vlan_range: [1000, 1030] };
    const driver = await nailgun({
      'GET nodes/3/interfaces': { body: [bonded[0], { ...bonded[1], assigned_networks: networks }] },
      'GET clusters/1/network_configuration/neutron': { body: { networks, networking_parameters: parameters } },
    });
    await expect(driver.portVlans('1', '3', 20)).resolves.toEqual({ pvid: 20, untagged: [20], tagged: [104, 105] });
  });
});

it('is not ready where the Admin network has no address left: the machine would never be discovered', async () => {
  const ranges = [['10.20.0.130', '10.20.0.131']];
  const controller = { ...COMPUTE, id: 1, roles: ['controller'], ip: '10.20.0.130' };
  const elsewhere = { ...COMPUTE, cluster: 2, ip: '10.20.0.131' };
  const of = (nodes: readonly object[]): Promise<Provisioner> =>
    nailgun({
      'GET nodes': { body: nodes },
      'GET releases/2': { body: { roles_metadata: { compute: {} } } },
      'GET clusters/1/network_configuration/neutron': { body: { networks: [{ ...NETWORK, ip_ranges: ranges }] } },
    });
  await expect((await of([controller, elsewhere])).readiness('1', ['compute'])).resolves.toEqual({
    obstacles: ['no address is free in the Admin network (2 of 2 are taken): widen its range in Fuel'],
    warnings: [],
  });
  await expect((await of([controller])).readiness('1', ['compute'])).resolves.toEqual({ obstacles: [], warnings: [] });
});

describe('network verification', () => {
  const verified = (task: object) =>
    nailgun({
      'PUT clusters/1/network_configuration/neutron/verify': { body: { id: 9, name: 'verify_networks', ...task } },
    });

  it('tells what does not arrive where the message is empty, here and at other nodes apart', async () => {
    const result = [
      { uid: 3, name: 'c7', interface: 'eth0', mac: NODE.mac, absent_vlans: [0, 404] },
      { uid: 4, name: 'c8', interface: 'eth1', mac: '52:54:00:00:00:08', absent_vlans: [101] },
    ];
    const driver = await verified({ status: 'error', message: '', result });
    await expect(driver.verifyNetworks('1', '3')).resolves.toEqual({
      missing: [`c7 eth0 (${NODE.mac}): VLANs untagged, 404 do not arrive`],
      elsewhere: ['c8 eth1 (52:54:00:00:00:08): VLANs 101 do not arrive'],
    });
    expect(JSON.parse(received().at(-1)?.body ?? '')).toEqual({ networks: [NETWORK] });
  });

  it('waits for a deployment that keeps it from beginning', async () => {
    const message = "Environment mos cannot be verified because it is in 'deployment' state.";
    await expect((await verified({ status: 'error', message })).verifyNetworks('1', '3')).rejects.toMatchObject({
      kind: 'busy',
    });
  });
});
