import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startCompute, stopCompute } from '../../simulator/nova/compute-host.ts';
import { CLOUD, EMPTY, FULL, type HostStage, hostStage, OTHER, RELEASES } from './host-stage.ts';

const request = { cloud: CLOUD, host: EMPTY };
const refused = { type: 'not-empty', nonRetryable: true };

describe.each(RELEASES)('A host that leaves a cloud of $title', ({ options, isNew }) => {
  let stage: HostStage;
  beforeEach(async () => {
    stage = await hostStage(options);
    const { nova, clock, random } = stage.state;
    const common = { availabilityZone: null, metadata: {}, createdAt: clock.now() };
    nova.aggregates.add({ id: '1', uuid: random.uuid(), name: 'ssd', hosts: [EMPTY, OTHER], ...common });
    stopCompute(stage.state, EMPTY);
  });
  afterEach(() => stage.close());

  const provider = (host = EMPTY) => stage.state.placement.providers.where('name', host)[0];
  const everything = () => ({
    service: stage.service(EMPTY),
    hypervisors: stage.state.nova.hypervisors.where('host', EMPTY),
    provider: provider(),
    agents: stage.state.neutron.agents.where('host', EMPTY),
    aggregates: stage.state.nova.aggregates.filter(({ hosts }) => hosts.includes(EMPTY)),
  });
  const NOTHING = { service: undefined, hypervisors: [], provider: undefined, agents: [], aggregates: [] };
  const IN_ORDER = [
    'its place in aggregate ssd',
    'Open vSwitch agent',
    'nova-compute',
    ...(isNew ? [] : [`resource provider ${EMPTY}`]),
  ];

  test('keeps an agent that reports: its name may be another machine of which Nova knows nothing', async () => {
    const { agents } = stage.state.neutron;
    for (const agent of agents.where('host', EMPTY)) agents.change(agent, { alive: true });
    const { removed, left } = await stage.activities.removeHost(request);
    expect(removed).not.toContain('Open vSwitch agent');
    expect(left).toEqual([expect.stringContaining(`Open vSwitch agent reports from ${EMPTY}: stop it there`)]);
    expect(agents.where('host', EMPTY)).toHaveLength(1);
  });

  test('is taken out of aggregates, agents, services and providers, in this order, and nobody else is', async () => {
    const others = () => [stage.service(OTHER), provider(OTHER), stage.state.neutron.agents.where('host', OTHER)];
    startCompute(stage.state, { host: `${EMPTY}.example.org` });
    const before = others();
    expect(await stage.activities.removeHost(request)).toEqual({ removed: IN_ORDER, left: [] });
    expect(everything()).toEqual(NOTHING);
    expect(others()).toEqual(before);
    expect(provider(`${EMPTY}.example.org`)).toBeDefined();
    expect(await stage.activities.removeHost(request)).toEqual({ removed: [], left: [] });
  });

  const calls: readonly (readonly [string, string])[] = [
    ['POST', '/os-aggregates/1/action'],
    ['DELETE', '/agents/'],
    ['DELETE', '/os-services/'],
    ...(isNew ? [] : [['DELETE', '/resource_providers/'] as const]),
  ];
  test.each(calls)(
    'is gone all the same when a worker dies after %s %s, and what was removed is told by the next',
    async (method, path) => {
      stage.dieAfter(method, path);
      await expect(stage.activities.removeHost(request)).rejects.toMatchObject({ type: 'network' });
      const told = stage.heartbeats.at(-1);
      const { removed, left } = await stage.afterTry(told).removeHost(request);
      expect(everything()).toEqual(NOTHING);
      expect(left).toEqual([]);
      // What the worker did last it could not tell any more.
      expect(IN_ORDER.filter((what) => !removed.includes(what)).length).toBeLessThanOrEqual(1);
    },
  );

  test('stays when an instance is on it, also one that was moved and left', async () => {
    const before = JSON.stringify(stage.service(FULL));
    const result = stage.activities.removeHost({ cloud: CLOUD, host: FULL });
    await expect(result).rejects.toMatchObject({ ...refused, message: expect.stringMatching(/4 instances are on it/) });
    expect(JSON.stringify(stage.service(FULL))).toBe(before);
    expect(provider(FULL)).toBeDefined();
  });

  test('stays while a migration from it waits to be confirmed', async () => {
    const { id } = stage.server('web');
    stage.migration({ serverId: id, type: 'resize', status: 'finished', source: EMPTY, target: FULL });
    await expect(stage.activities.removeHost(request)).rejects.toMatchObject(refused);
    expect(everything()).toMatchObject({ service: { host: EMPTY }, aggregates: [{ name: 'ssd' }] });
  });

  test('stays while somebody has an allocation that Nova does not give back, who is named', async () => {
    const { id, flavor } = stage.server('web');
    stage.state.placement.left.add({ id: 'left', providerId: provider()!.id, consumerId: id, size: flavor });
    const message = expect.stringContaining(`${id} (server web, which is on ${FULL}) still has an allocation`);
    await expect(stage.activities.removeHost(request)).rejects.toMatchObject({ ...refused, message });
    expect(everything()).toMatchObject({ service: { host: EMPTY }, provider: { name: EMPTY } });
  });

  test('takes the allocations of what was evacuated along where Nova does it; elsewhere they are named, and left', async () => {
    const { id } = stage.server('web');
    stage.migration({ serverId: id, type: 'evacuation', status: 'done', source: EMPTY, target: FULL });
    const { left } = await stage.activities.removeHost(request);
    expect(stage.service(EMPTY)).toBeUndefined();
    expect(left).toEqual(isNew ? [] : [expect.stringMatching(`${id} \\(server web, which is on ${FULL}\\)`)]);
    expect(provider() === undefined).toBe(isNew);
  });

  test('leaves an aggregate that Nova will not take it out of, and its volume services, and says so', async () => {
    const { cinder, nova } = stage.state;
    cinder.services.add({ ...cinder.services.all()[0]!, id: 'v', binary: 'cinder-volume', host: `${EMPTY}@lvm` });
    await stage.activities.removeHost(request);
    nova.aggregates.change(nova.aggregates.get('1')!, { hosts: [EMPTY] });
    expect(await stage.activities.removeHost(request)).toEqual({
      removed: [],
      left: [
        expect.stringMatching(/^aggregate ssd still lists source-c2/),
        expect.stringMatching(/cinder-manage service remove cinder-volume source-c2@lvm/),
      ],
    });
  });

  test('is noticed when it registers again', async () => {
    const { removeHost, returnedServices } = stage.activities;
    await removeHost(request);
    expect(await returnedServices(request)).toEqual([]);
    startCompute(stage.state, { host: EMPTY });
    const own = ['nova-compute, up', 'Open vSwitch agent, up', `resource provider ${EMPTY}`];
    expect(await returnedServices(request)).toEqual(own);
  });

  test('is not removed while its nova-compute reports, which passes', async () => {
    startCompute(stage.state, { host: EMPTY });
    const stillUp = { type: 'still-up', nonRetryable: false };
    await expect(stage.activities.removeHost(request)).rejects.toMatchObject(stillUp);
    expect(everything()).toMatchObject({ aggregates: [{ name: 'ssd' }], agents: [{ alive: true }] });
  });

  test('is noticed when it was taken for down and still runs', async () => {
    startCompute(stage.state, { host: EMPTY });
    stage.state.nova.services.change(stage.service(EMPTY)!, { forcedDown: true });
    await stage.activities.removeHost(request);
    stage.simulator.clock.advance(120_000);
    const own = ['Open vSwitch agent, up', `resource provider ${EMPTY}`];
    expect(await stage.activities.returnedServices(request)).toEqual(own);
  });
});

test('Of a controller, what is down goes and what is up stays', async () => {
  const stage = await hostStage({});
  try {
    const host = 'source-ctl2';
    stopCompute(stage.state, host);
    stage.state.nova.services.change(stage.service(host, 'nova-scheduler')!, { up: true });
    const { removed, left } = await stage.activities.removeHost({ cloud: CLOUD, host });
    expect([...removed].sort()).toEqual([
      'DHCP agent',
      'L3 agent',
      'Metadata agent',
      'Open vSwitch agent',
      'nova-conductor',
    ]);
    expect(left).toEqual([expect.stringMatching(/^nova-scheduler is up on source-ctl2/)]);
  } finally {
    await stage.close();
  }
});
