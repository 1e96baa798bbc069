import { afterEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../config/secret.ts';
import type { SwitchOptions } from '../../../simulator/hardware/switch/index.ts';
import { type SimulatedStage, simulatedStage } from './simulated-stage.ts';
import { driverFor, failure } from './switch-cases.ts';

const ADMIN = { pvid: 100, untagged: [100], tagged: [] };
const stages: SimulatedStage[] = [];

async function stageWith(options: Partial<SwitchOptions> = {}): Promise<SimulatedStage> {
  const stage = await simulatedStage(options);
  stages.push(stage);
  return stage;
}

afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.close()));
});

describe('switches that differ from the plain one', () => {
  it.each(['absent', 'broken', 'kept'] as const)('a port moves where the lock of RFC 3418 is %s', async (lock) => {
    const stage = await stageWith({ behaviour: { lock } });
    await driverFor(stage).setPortVlans('Gi1/0/2', ADMIN);
    expect(await stage.vlansOf('Gi1/0/2')).toEqual(ADMIN);
  });

  it('keeps what somebody changed after the first look', async () => {
    const stage = await stageWith();
    let hasChanged = false;
    stage.simulated.before = ({ kind }) => {
      if (kind !== 'write' || hasChanged) return;
      hasChanged = true;
      stage.simulated.setPort('Gi1/0/3', { pvid: 20, untagged: [20], tagged: [1] });
    };
    await driverFor(stage).setPortVlans('Gi1/0/2', { pvid: 100, untagged: [100], tagged: [20] });
    expect(await stage.vlansOf('Gi1/0/3')).toEqual({ pvid: 20, untagged: [20], tagged: [1] });
  });

  it.each(['kept', 'absent'] as const)(
    'is not undone by another program that has read the ports before us and writes after us, where the lock is %s',
    async (lock) => {
      const stage = await stageWith({ behaviour: { lock, tiesPvidToVlan: false } });
      const asItWas = await stage.vlansOf('Gi1/0/2');
      let writes = 0;
      stage.simulated.before = ({ kind }) => {
        if (kind === 'write') writes += 1;
        if (kind !== 'read' || writes !== 1) return;
        writes += 1;
        // It had read our port as it was.
        stage.simulated.setPort('Gi1/0/2', asItWas);
        stage.simulated.setPort('Gi1/0/3', { pvid: 100, untagged: [100], tagged: [] });
      };
      await driverFor(stage).setPortVlans('Gi1/0/2', ADMIN);
      expect(await stage.vlansOf('Gi1/0/2')).toEqual(ADMIN);
      expect(await stage.vlansOf('Gi1/0/3')).toEqual(ADMIN);
    },
  );

  it('says that others write all the time, and leaves the port to them', async () => {
    const stage = await stageWith({ behaviour: { lock: 'absent', tiesPvidToVlan: false } });
    let turn = 0;
    stage.simulated.before = (event) => {
      if (event.kind !== 'write') return;
      turn += 1;
      const tagged = turn % 2 === 0 ? [] : [100];
      setImmediate(() => {
        stage.simulated.setPort('Gi1/0/2', { pvid: 1, untagged: [1], tagged: [] });
        stage.simulated.setPort('Gi1/0/3', { pvid: 1, untagged: [1], tagged });
      });
    };
    const error = await failure(driverFor(stage).setPortVlans('Gi1/0/2', ADMIN));
    expect([error.kind, error.retry.when]).toEqual(['busy', 'back-off']);
  });

  it('waits for a switch that answers before it acts', async () => {
    const stage = await stageWith({ behaviour: { appliesAfterMs: 50 } });
    await driverFor(stage).setPortVlans('Gi1/0/2', ADMIN);
    expect(await stage.vlansOf('Gi1/0/2')).toEqual(ADMIN);
  });

  it('comes to the same where a port has only one untagged VLAN', async () => {
    const stage = await stageWith({ behaviour: { hasOneUntaggedVlan: true } });
    await driverFor(stage).setPortVlans('Gi1/0/2', ADMIN);
    expect(await stage.vlansOf('Gi1/0/2')).toEqual(ADMIN);
  });

  it.each(['dot1qPvid', 'dot1qVlanStaticEgressPorts'] as const)(
    'tells of a switch that says yes and keeps its %s',
    async (column) => {
      const stage = await stageWith({ behaviour: { loses: [column], tiesPvidToVlan: false } });
      const error = await failure(driverFor(stage).setPortVlans('Gi1/0/2', ADMIN));
      expect([error.kind, error.retry.when]).toEqual(['protocol', 'never']);
      expect(error.message).toContain('the switch said yes, but');
    },
  );

  it('tells of a switch that changes the next port as well', async () => {
    const stage = await stageWith({ behaviour: { clearsNeighbour: true, tiesPvidToVlan: false } });
    const error = await failure(driverFor(stage).setPortVlans('Gi1/0/2', { pvid: 10, untagged: [10], tagged: [] }));
    expect(error.kind).toBe('conflict');
    expect(error.message).toContain('bridge ports 3');
  });

  it('says which right is missing: to see a table, to write one, to write at all', async () => {
    const blind = await stageWith({ access: { dot1qVlanStaticTable: 'none' } });
    expect((await failure(driverFor(blind).portVlans('Gi1/0/2'))).message).toContain('dot1qVlanStaticEgressPorts');
    const bound = await stageWith({ access: { dot1qPortVlanTable: 'read' } });
    const error = await failure(driverFor(bound).setPortVlans('Gi1/0/2', ADMIN));
    expect([error.kind, error.details.path]).toEqual(['forbidden', 'dot1qPvid.2']);
    const reader = driverFor(bound, { version: '2c', community: new Secret('public') });
    expect((await failure(reader.setPortVlans('Gi1/0/3', ADMIN))).message).toContain('noAccess');
  });

  it('goes by ifDescr where the names of ports are hidden', async () => {
    const stage = await stageWith({ access: { ifXTable: 'none' } });
    expect(await driverFor(stage).portVlans('12')).toEqual({ pvid: 100, untagged: [100], tagged: [] });
  });
});
