import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ENVIRONMENT, type FuelStage, fuelStage, VERSIONS } from './fuel-stage.ts';

const TEMPLATE = { adv_net_template: { default: { network_scheme: {}, templates_for_node_role: {} } } };
const FIXED = {
  kind: 'fixed',
  interfaces: { eth0: ['fuelweb_admin', 'management', 'storage'], eth1: ['public', 'private'] },
  disks: { sda: { os: 70_000, vm: 'rest' }, sdb: { vm: 'rest' } },
} as const;

describe('an environment of Fuel 9.2 with a network template', () => {
  let stage: FuelStage;
  beforeEach(async () => {
    stage = await fuelStage('9.2');
    const { status } = await stage.call('PUT', `clusters/${ENVIRONMENT}/network_configuration/template`, TEMPLATE);
    expect(status).toBe(200);
  });
  afterEach(() => stage.close());

  const networks = (id: string) => stage.node(id).nics.map((nic) => nic.networks);

  test('keeps its own interfaces, and gets the disks of the node that is copied', async () => {
    const id = await stage.assigned();
    const before = networks(id);
    stage.node('2').nics[0]!.networks = [1, 3, 5];
    stage.node('2').nics[1]!.networks = [2, 4];
    stage.node('2').disks[0]!.volumes = [
      { name: 'os', size: 70_000 },
      { name: 'vm', size: 883_177 },
    ];
    await stage.driver.layOut(ENVIRONMENT, id, { kind: 'copied' });
    expect(networks(id)).toEqual(before);
    expect(stage.node(id).disks[0]!.volumes[0]).toEqual({ name: 'os', size: 70_000 });
  });

  test('is not given interfaces that are written down: that is told before, and nothing is written', async () => {
    const id = await stage.assigned();
    const before = { networks: networks(id), disks: structuredClone(stage.node(id).disks) };
    await expect(stage.driver.layOut(ENVIRONMENT, id, FIXED)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('has a network template, which lays out interfaces'),
    });
    expect({ networks: networks(id), disks: stage.node(id).disks }).toEqual(before);
    await expect(
      stage.driver.readiness(ENVIRONMENT, ['compute'], { layout: FIXED, except: id }),
    ).resolves.toMatchObject({
      obstacles: [
        'environment mos has a network template, which lays out interfaces: write interfaces: {}, or delete the template in Fuel',
      ],
    });
  });

  test('takes disks that are written down without interfaces', async () => {
    const id = await stage.assigned();
    const layout = { ...FIXED, interfaces: {} };
    await expect(stage.driver.readiness(ENVIRONMENT, ['compute'], { layout, except: id })).resolves.toMatchObject({
      obstacles: [],
    });
    await stage.driver.layOut(ENVIRONMENT, id, layout);
    expect(stage.node(id).disks[0]!.volumes[0]).toEqual({ name: 'os', size: 70_000 });
  });

  test('has addresses only where the template says: those of the others are not missed', async () => {
    const storage = stage.fuel.state.clusters[0]!.networks.find(({ name }) => name === 'storage')!;
    const [[first]] = storage.ranges as [[string, string]];
    storage.ranges = [[first, first]];
    await expect(stage.driver.readiness(ENVIRONMENT, ['compute'])).resolves.toMatchObject({ obstacles: [] });
  });
});

test.each(VERSIONS)('without a template Fuel %s takes interfaces that are written down', async (version) => {
  const stage = await fuelStage(version);
  try {
    const id = await stage.assigned();
    await expect(
      stage.driver.readiness(ENVIRONMENT, ['compute'], { layout: FIXED, except: id }),
    ).resolves.toMatchObject({
      obstacles: [],
    });
    await stage.driver.layOut(ENVIRONMENT, id, FIXED);
    expect(stage.node(id).nics[1]!.networks).toHaveLength(2);
  } finally {
    await stage.close();
  }
});
