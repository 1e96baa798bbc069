import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { OpenHosts } from '../../activities/open-hosts.ts';
import { switchActivities } from '../../activities/switch-activities.ts';
import { type SimulatedStage, simulatedStage } from '../services/switch/simulated-stage.ts';
import { V3 } from '../services/switch/switch-cases.ts';

const ADMIN = { pvid: 100, untagged: [100], tagged: [] };

describe('the switch port of a host', () => {
  let stage: SimulatedStage;
  beforeAll(async () => {
    stage = await simulatedStage();
  });
  afterAll(() => stage.close());

  const activities = () => {
    const { host: address, port } = stage;
    const host = (name: string, switchName: string) =>
      ({ name, role: 'compute', macs: [], switchPort: { switch: switchName, port: 'Gi1/0/2' } }) as const;
    return switchActivities(
      new OpenHosts({
        hosts: [host('compute-7', 'rack-7'), host('compute-8', 'rack-8'), { name: 'bare', role: 'compute', macs: [] }],
        switches: [
          { driver: 'snmp', name: 'rack-7', address, port, access: V3 },
          { driver: 'manual', name: 'rack-8' },
        ],
      }),
    );
  };
  const run = <A, R>(activity: (request: A) => Promise<R>, request: A): Promise<R> =>
    new MockActivityEnvironment().run(activity, request) as Promise<R>;

  it('is looked at, changed, and changed again to the same', async () => {
    const { inspectPort, setPort } = activities();
    const before = { pvid: 10, untagged: [10], tagged: [20] };
    const where = { switch: 'rack-7', port: 'Gi1/0/2', driver: 'snmp' };
    expect(await run(inspectPort, { host: 'compute-7' })).toEqual({ ...where, vlans: before });
    await run(setPort, { host: 'compute-7', vlans: ADMIN });
    await run(setPort, { host: 'compute-7', vlans: ADMIN });
    expect(await run(inspectPort, { host: 'compute-7' })).toEqual({ ...where, vlans: ADMIN });
  });

  it('is only named where a person wires it', async () => {
    const facts = await run(activities().inspectPort, { host: 'compute-8' });
    expect(facts).toEqual({ switch: 'rack-8', port: 'Gi1/0/2', driver: 'manual' });
  });

  it('is missed where the configuration has none', async () => {
    await expect(run(activities().inspectPort, { host: 'bare' })).rejects.toThrow('no switch_port for host "bare"');
  });
});
