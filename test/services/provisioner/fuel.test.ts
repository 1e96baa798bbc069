import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { COMPUTE, ENVIRONMENT, type FuelStage, fuelStage, MACS, VERSIONS } from './fuel-stage.ts';

describe.each(VERSIONS)('a node in Fuel %s', (version) => {
  let stage: FuelStage;

  beforeEach(async () => {
    stage = await fuelStage(version);
  });
  afterEach(() => stage.close());

  it('joins a deployment of its node that is under way', async () => {
    const id = await stage.assigned();
    const begun = await stage.driver.deploy(ENVIRONMENT, id);
    stage.later(5_000);
    await expect(stage.driver.deploy(ENVIRONMENT, id)).resolves.toMatchObject({ id: begun.id });
  });

  it('waits with its second step while somebody else deploys, and does not take the failure of that for its own', async () => {
    const { driver, fuel } = stage;
    const id = await stage.assigned();
    Object.assign(stage.node(id), { status: 'provisioned', pendingAddition: false });
    await stage.call('PUT', `clusters/${ENVIRONMENT}/deploy?nodes=2`);
    await expect(driver.deploy(ENVIRONMENT, id)).rejects.toMatchObject({ kind: 'busy' });
    stage.later();
    const deployment = await driver.deploy(ENVIRONMENT, id);
    await stage.deployed(deployment);
    expect(fuel.state.tasks.some(({ name }) => name === 'provision')).toBe(false);
  });

  it('deploys a node again that has failed, and does not take the old failure for a new one', async () => {
    const { driver, fuel } = stage;
    const id = await stage.assigned();
    fuel.failNext('provision', 'no boot');
    const failed = await driver.deploy(ENVIRONMENT, id);
    stage.later();
    await expect(driver.progress(failed)).resolves.toMatchObject({ state: 'failed' });
    const again = await driver.deploy(ENVIRONMENT, id);
    await expect(driver.progress(again)).resolves.not.toMatchObject({ state: 'failed' });
    await stage.deployed(again);
  });

  it('says so when its node is gone', async () => {
    const id = await stage.assigned();
    const deployment = await stage.driver.deploy(ENVIRONMENT, id);
    stage.fuel.state.nodes.splice(stage.fuel.state.nodes.indexOf(stage.node(id)), 1);
    await expect(stage.driver.progress(deployment)).resolves.toMatchObject({ state: 'lost' });
    await stage.driver.release(ENVIRONMENT, id);
  });

  it('copies by PXE and order on the bus where interfaces have other names, and gives what is left of a disk to instances', async () => {
    const id = await stage.boot({ names: ['eno1', 'eno2'], pxe: 1, diskMib: 500_000 });
    await stage.driver.assign(ENVIRONMENT, id, { roles: ['compute'] });
    stage.node('2').nics[0]!.networks = [1, 3, 5];
    stage.node('2').nics[1]!.networks = [2, 4];
    await stage.driver.layOut(ENVIRONMENT, id, { kind: 'copied', from: COMPUTE });
    const { nics, disks } = stage.node(id);
    expect(nics.map(({ networks }) => networks)).toEqual([
      [2, 4],
      [1, 3, 5],
    ]);
    expect(disks[0]!.volumes).toEqual([
      { name: 'os', size: 67_584 },
      { name: 'vm', size: disks[0]!.size - 67_584 },
    ]);
  });

  it('writes nothing where the layout does not fit', async () => {
    const id = await stage.boot({ macs: [MACS[0]] });
    await stage.driver.assign(ENVIRONMENT, id, { roles: ['compute'] });
    const before = structuredClone(stage.node(id).nics);
    await expect(stage.driver.layOut(ENVIRONMENT, id, { kind: 'copied' })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('no interface for eth1 (public)'),
    });
    expect(stage.node(id).nics).toEqual(before);
  });

  it('says which VLANs the port of an interface must carry', async () => {
    const id = await stage.assigned();
    const { driver } = stage;
    await expect(driver.portVlans(ENVIRONMENT, id, 20)).resolves.toEqual({
      pvid: 20,
      untagged: [20],
      tagged: [101, 102, 1000, 1001, 1002, 1003],
    });
    // Public has no VLAN there: on which it is, only a person knows.
    await expect(driver.portVlans(ENVIRONMENT, id, 20, MACS[1])).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('verifies the networks, and says so when there are too few nodes to', async () => {
    const { driver } = stage;
    await expect(driver.verifyNetworks(ENVIRONMENT, '1')).resolves.toEqual({ missing: [], elsewhere: [] });
    stage.node('2').online = false;
    await expect(driver.verifyNetworks(ENVIRONMENT, '1')).resolves.toMatchObject({
      missing: ['At least two online nodes are required to run network verification.'],
    });
  });

  it('is not ready without a controller that works, nor without a free address, and warns of an even number of controllers', async () => {
    const { driver } = stage;
    await expect(driver.readiness(ENVIRONMENT, ['controller'])).resolves.toMatchObject({
      warnings: [expect.stringContaining('deploys all controllers'), expect.stringContaining('2 controllers')],
    });
    stage.node('1').online = false;
    await expect(driver.readiness(ENVIRONMENT, ['compute'])).resolves.toMatchObject({
      obstacles: [expect.stringContaining('no controller that is ready')],
    });
  });

  it('logs in again when its token has expired', async () => {
    await stage.driver.nodes();
    stage.later(25 * 3600_000);
    await expect(stage.driver.nodes()).resolves.toHaveLength(2);
  });

  it('refuses to assign what is of another environment or deployed', async () => {
    await expect(stage.driver.assign('1', '2', { roles: ['controller'] })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(stage.driver.release('1', '2')).rejects.toMatchObject({ kind: 'conflict' });
    expect(stage.node('2').pendingDeletion).toBe(false);
  });

  it('names the environments there are when the one that is asked for is not', async () => {
    await expect(stage.driver.environment()).resolves.toMatchObject({ id: ENVIRONMENT, name: 'mos' });
    await expect(stage.driver.environment('ocata')).rejects.toMatchObject({
      kind: 'configuration',
      message: expect.stringContaining('there is no environment "ocata"; Fuel has mos'),
    });
  });
});
