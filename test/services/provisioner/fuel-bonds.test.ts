import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { COMPUTE, ENVIRONMENT, type FuelStage, fuelStage, VERSIONS } from './fuel-stage.ts';

const MACS = ['52:54:00:0a:00:00', '52:54:00:0a:00:01', '52:54:00:0a:00:02'];

describe.each(VERSIONS)('A node to be laid out like one with a bond (Fuel %s)', (version) => {
  let stage: FuelStage;
  const mode = version === '6.0' ? 'balance-slb' : '802.3ad';
  const like = () => stage.fuel.state.nodes.find(({ name }) => name === COMPUTE)!;

  beforeEach(async () => {
    stage = await fuelStage(version);
    const { nics } = like();
    const [first, second] = nics;
    const networks = second!.networks.length > 0 ? second!.networks : first!.networks.splice(1);
    nics.push({ ...second!, id: 77, name: 'eth2', mac: '52:54:00:ff:00:77', busInfo: '0000:09:00.0', networks: [] });
    second!.networks = [];
    const properties = version === '6.0' ? {} : { attributes: { mode: { value: { value: mode } } } };
    like().bonds = [{ name: 'bond0', mode, slaves: ['eth1', 'eth2'], networks, properties }];
  });
  afterEach(() => stage.close());

  const laidOut = async (names: readonly string[]) => {
    const id = await stage.boot({ macs: MACS.slice(0, names.length), names });
    await stage.driver.assign(ENVIRONMENT, id, { hostname: 'old-c7', roles: ['compute'] });
    await stage.driver.layOut(ENVIRONMENT, id, { kind: 'copied' });
    return stage.node(id);
  };

  test('gets the same bond of its interfaces of the same names', async () => {
    const { bonds, nics } = await laidOut(['eth0', 'eth1', 'eth2']);
    expect(bonds).toEqual(like().bonds);
    expect(nics.map(({ networks }) => networks)).toEqual(like().nics.map(({ networks }) => networks));
  });

  test('gets it of interfaces at the same places where they are called otherwise', async () => {
    const { bonds } = await laidOut(['eno1', 'eno2', 'eno3']);
    expect(bonds).toEqual([{ ...like().bonds[0], slaves: ['eno2', 'eno3'] }]);
  });

  test('is not laid out, and says what it lacks, where it has too few interfaces', async () => {
    const failure = laidOut(['eth0', 'eth1']);
    await expect(failure).rejects.toMatchObject({ kind: 'invalid' });
    await expect(failure).rejects.toThrow('it has no interface for eth2 (in bond0) of the node to copy from');
  });

  test('loses a bond of its own that the other has not', async () => {
    const id = await stage.boot({ macs: MACS, names: ['eth0', 'eth1', 'eth2'] });
    await stage.driver.assign(ENVIRONMENT, id, { hostname: 'old-c7', roles: ['compute'] });
    const [bond] = like().bonds;
    stage.node(id).bonds = [{ ...bond!, name: 'bond7', networks: [] }];
    await stage.driver.layOut(ENVIRONMENT, id, { kind: 'copied' });
    expect(stage.node(id).bonds.map(({ name }) => name)).toEqual(['bond0']);
  });
});
