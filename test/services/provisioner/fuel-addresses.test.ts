import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { ENVIRONMENT, type FuelStage, fuelStage, VERSIONS } from './fuel-stage.ts';
import { NETWORK, COMPUTE as NODE, nailgun } from './scripted-nailgun.ts';

describe.each(VERSIONS)('an environment of Fuel %s', (version) => {
  let stage: FuelStage;
  beforeEach(async () => {
    stage = await fuelStage(version);
  });
  afterEach(() => stage.close());

  /** Leaves the network with `count` addresses: two nodes and, where there is one, the virtual address have the first three. */
  const narrow = (name: string, count: number) => {
    const network = stage.fuel.state.clusters[0]!.networks.find((each) => each.name === name)!;
    const [[first]] = network.ranges as [[string, string]];
    network.ranges = [[first, first.replace(/\d+$/, String(count))]];
  };
  const obstacles = async (roles: readonly string[], except?: string) =>
    (await stage.driver.readiness(ENVIRONMENT, roles, except === undefined ? {} : { except })).obstacles;

  it.each([
    ['management', 3, 4],
    ['storage', 2, 3],
  ])(
    'is not ready for one node more where network %s has no address left, as Fuel itself finds',
    async (name, full, enough) => {
      narrow(name, full);
      expect(await obstacles(['compute'])).toEqual([
        `no address is free in network ${name} (${full} of ${full} are taken): widen its range in Fuel`,
      ]);
      const id = await stage.assigned();
      await expect(stage.driver.deploy(ENVIRONMENT, id)).rejects.toThrow(`of '${name}' network`);
      narrow(name, enough);
      expect(await obstacles(['compute'], id)).toEqual([]);
      await stage.deployed(await stage.driver.deploy(ENVIRONMENT, id));
    },
  );

  it('counts an address for each node that waits to be deployed', async () => {
    narrow('storage', 3);
    const id = await stage.assigned();
    expect(await obstacles(['compute'])).toHaveLength(1);
    expect(await obstacles(['compute'], id)).toEqual([]);
  });

  it('needs public addresses for controllers, and for others only where all have them', async () => {
    narrow('public', 2);
    expect(await obstacles(['controller'])).toEqual([expect.stringContaining('network public (2 of 2 are taken)')]);
    expect(await obstacles(['compute'])).toEqual([]);
    const { attributes } = stage.fuel.state.clusters[0]!;
    attributes.public_network_assignment = { assign_to_all_nodes: { value: true } };
    expect(await obstacles(['compute'])).toEqual([expect.stringContaining('in network public')]);
  });
});

test.each([
  ['vlan', []],
  ['tun', ['no address is free in network private (1 of 1 are taken): widen its range in Fuel']],
])('with tenants in %s the private network needs addresses of nodes or does not', async (segmentation, expected) => {
  const networks = [NETWORK, { id: 5, name: 'private', vlan_start: 104, ip_ranges: [['192.168.2.1', '192.168.2.1']] }];
  const controller = { ...NODE, id: 1, roles: ['controller'] };
  const driver = await nailgun({
    'GET nodes': { body: [{ ...controller, network_data: [{ name: 'private', ip: '192.168.2.1/24' }] }] },
    'GET releases/2': { body: { roles_metadata: { compute: {} } } },
    'GET clusters/1/network_configuration/neutron': {
      body: { networks, networking_parameters: { segmentation_type: segmentation } },
    },
  });
  await expect(driver.readiness('1', ['compute'])).resolves.toMatchObject({ obstacles: expected });
});
