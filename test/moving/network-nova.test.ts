import { expect, test } from '@jest/globals';
import { Reader } from '../../resources/reader.ts';
import type { Resource, ResourceTypeName } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { populate, startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { onEach, type Pair } from './stage.ts';

const SERVER = { flavor: 'small', image: 'debian', networks: [{ name: 'acme-net' }] };

const fromNovaNetwork: Pair = {
  title: 'from nova-network to Zed, simulated',
  async open() {
    const simulator = await startSimulator({
      clouds: [
        { name: 'source', release: 'pike', identity: 'v2.0', network: 'nova-network' },
        { name: 'target', adminProject: 'acme' },
      ],
      fill: (cloud) =>
        populate(
          cloud,
          cloud.settings.name === 'target'
            ? { publicNetwork: {} }
            : {
                flavors: [{ name: 'small' }],
                images: [{ name: 'debian', visibility: 'public' }],
                publicNetwork: {},
                tenants: [
                  {
                    name: 'acme',
                    securityGroups: [
                      { name: 'db', rules: [{ protocol: 'tcp', ports: [5432, 5432], group: 'default' }] },
                    ],
                    networks: [{ name: 'acme-net', cidr: '10.20.0.0/24' }],
                    servers: [{ ...SERVER, name: 'acme-1', floatingIp: true, securityGroups: ['db'] }],
                  },
                ],
              },
        ),
    });
    return {
      source: simulatedSettings(simulator.cloud('source')),
      target: simulatedSettings(simulator.cloud('target')),
      close: () => simulator.close(),
    };
  },
};

onEach([fromNovaNetwork], 'what nova-network has', (stage) => {
  const mover = () => stage.mover({ mappings: { 'physical-network': { lo: 'physnet1' } } });

  async function only(type: ResourceTypeName): Promise<Resource> {
    const found: Resource[] = [];
    for await (const page of resourceTypes[type].list(new Reader(stage.source()), {})) found.push(...page);
    return found.find(({ name }) => name !== 'default')!;
  }

  test('becomes Neutron’s: groups, networks, subnets, a server’s interface as a port, addresses of a pool', async () => {
    const made: [Resource, string][] = [];
    // The default group of the target's project stands for the source's.
    for (const type of ['security-group', 'network', 'subnet', 'port', 'floating-ip'] as const) {
      const resource = await only(type);
      const { targetId } = await mover().make(resource);
      const second = mover();
      expect(await second.make(resource)).toEqual({ targetId, made: true });
      expect([type, await second.differences(resource, targetId)]).toEqual([type, []]);
      made.push([resource, targetId]);
    }
    const port = await mover().readMade('port', made[3]![1]);
    expect(port).toMatchObject({ origin: { id: made[3]![0].id }, attributes: { deviceId: '' } });
    expect(port.origin!.id).toMatch(/^[0-9a-f-]{36}\/([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    const group = await mover().readMade('security-group', made[0]![1]);
    expect(group.attributes).toMatchObject({ rules: [{ direction: 'egress' }, { direction: 'egress' }, {}] });
    const address = await mover().readMade('floating-ip', made[4]![1]);
    expect(address.name).toBe(made[4]![0].name);
    for (const [resource, id] of made.reverse()) await mover().unmake(resource, id);
  });
});
