import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startCompute, stopCompute } from '../../simulator/nova/compute-host.ts';
import { CLOUD, EMPTY, FULL, type HostStage, hostStage, OTHER, RELEASES, TARGET } from './host-stage.ts';

const reason = 'pumphouse: source-c1 goes to target (transfer-source-c1)';
const request = { cloud: CLOUD, host: FULL };
const ENABLED = { status: 'enabled', isForcedDown: false } as const;

describe.each(RELEASES)('A host of $title', ({ options, isNew }) => {
  let stage: HostStage;
  beforeEach(async () => {
    stage = await hostStage(options);
  });
  afterEach(() => stage.close());

  const disabled = () => {
    const { disabled: isDisabled, disabledReason } = stage.service(FULL)!;
    return isDisabled ? (disabledReason ?? 'no reason') : false;
  };
  const disabledBySomebody = (why: string | null) =>
    stage.state.nova.services.change(stage.service(FULL)!, { disabled: true, disabledReason: why });

  describe('that a run disables', () => {
    test('says which run, and the run learns what it was before, however often it asks', async () => {
      const { disableHost } = stage.activities;
      expect(await disableHost({ ...request, reason })).toEqual(ENABLED);
      expect(await disableHost({ ...request, reason })).toEqual(ENABLED);
      expect(disabled()).toBe(reason);
    });

    test('was enabled before also for the worker that comes after one which died', async () => {
      stage.dieAfter('PUT', '/os-services/');
      await expect(stage.activities.disableHost({ ...request, reason })).rejects.toMatchObject({ type: 'network' });
      expect(disabled()).toBe(reason);
      expect(await stage.activities.disableHost({ ...request, reason })).toEqual(ENABLED);
    });

    test('is found again when the reason is longer than Nova keeps', async () => {
      const long = reason.padEnd(300, '.');
      await stage.activities.disableHost({ ...request, reason: long });
      expect(await stage.activities.disableHost({ ...request, reason: long })).toEqual(ENABLED);
      await stage.activities.restoreHost({ ...request, reason: long, former: ENABLED });
      expect(disabled()).toBe(false);
    });

    test.each(['broken fan', null])('keeps what somebody else has disabled it for: %s', async (why) => {
      disabledBySomebody(why);
      const former = await stage.activities.disableHost({ ...request, reason });
      const kept = why === null ? {} : { disabledReason: why };
      expect(former).toEqual({ status: 'disabled', ...kept, isForcedDown: false });
      await stage.activities.restoreHost({ ...request, reason, former });
      expect(disabled()).toBe(why ?? 'no reason');
    });

    test('is enabled again, once', async () => {
      const { disableHost, restoreHost } = stage.activities;
      const former = await disableHost({ ...request, reason });
      stage.dieAfter('PUT', '/os-services/');
      await expect(restoreHost({ ...request, reason, former })).rejects.toMatchObject({ type: 'network' });
      await restoreHost({ ...request, reason, former });
      expect(disabled()).toBe(false);
      disabledBySomebody('broken fan');
      await restoreHost({ ...request, reason, former });
      expect(disabled()).toBe('broken fan');
    });

    test('must be one that the cloud knows', async () => {
      const nobody = { ...request, host: 'source-c9', reason };
      await expect(stage.activities.disableHost(nobody)).rejects.toMatchObject({
        type: 'UnknownName',
        nonRetryable: true,
      });
    });
  });

  describe('as it is looked at', () => {
    test('has the instances of all tenants, agents, aggregates and what is on its way', async () => {
      const { nova, clock, random } = stage.state;
      const common = { uuid: random.uuid(), availabilityZone: null, metadata: {}, createdAt: clock.now() };
      nova.aggregates.add({ id: '1', name: 'ssd', hosts: [FULL, OTHER], ...common });
      const { id } = stage.server('web');
      const open = stage.migration({ serverId: id, type: 'live-migration', status: 'running' });
      stage.migration({ serverId: id, type: 'migration', status: 'confirmed' });
      stage.migration({ serverId: id, type: 'live-migration', status: 'running', source: EMPTY, target: OTHER });
      const facts = await stage.activities.inspectHost(request);
      expect(facts).toMatchObject({
        service: { ...ENABLED, state: 'up' },
        hypervisor: FULL,
        instanceCount: 4,
        movedCount: 0,
        migrations: [`live-migration of ${open.serverId}: running`],
        allocations: [],
        aggregates: ['ssd'],
        agents: ['Open vSwitch agent'],
      });
      expect(facts.instances.map(({ name, status }) => `${name} ${status}`).sort()).toEqual(
        ['db SHUTOFF', 'mail ACTIVE', 'shop ACTIVE', 'web ACTIVE'], //
      );
    });

    test('tells what was moved and left apart, not what failed to move nor what somebody has stopped', async () => {
      const { servers } = stage.state.nova;
      const words = 'to target, run 0123456789abcdef; was active, running';
      const lock = (name: string, what: string) => {
        const row = stage.server(name);
        servers.change(row, { vmState: 'stopped', lockedBy: 'admin', lockedReason: `pumphouse: ${what} ${words}` });
        stage.copyOf(row);
      };
      lock('web', 'moved');
      lock('mail', 'failed to move');
      if (!isNew) servers.change(stage.server('mail'), { metadata: { pumphouse_failed: `run 1, ${words}` } });
      servers.change(stage.server('shop'), { vmState: 'stopped', lockedBy: 'owner', lockedReason: null });
      const { instances, movedCount, movedTenants } = await stage.activities.inspectHost({
        ...request,
        target: TARGET,
      });
      expect(instances.filter(({ movedTo }) => movedTo !== undefined)).toEqual([instances.at(-1)]);
      expect(instances.at(-1)).toMatchObject({ name: 'web', status: 'SHUTOFF', movedTo: TARGET });
      expect(movedCount).toBe(1);
      const { projectId } = stage.server('web');
      expect(movedTenants).toEqual([stage.state.identity.projects.get(projectId)?.name]);
    });

    test('names who still has a part of it without being on it', async () => {
      const moving = stage.server('shop');
      stage.state.nova.servers.change(moving, { host: OTHER, vmState: 'resized' });
      const { uuid } = stage.migration({ serverId: moving.id, type: 'migration', status: 'finished' });
      const { allocations, migrations } = await stage.activities.inspectHost(request);
      const text = `migration of ${moving.id}: finished, waits to be confirmed`;
      expect(migrations).toEqual([text]);
      expect(allocations).toEqual([expect.stringContaining(`${isNew ? uuid : moving.id} (${text})`)]);
    });
  });

  describe('that is awaited in its new cloud', () => {
    const wait = (names: readonly string[], timeLimitMs = 60_000) =>
      stage.activities.awaitHypervisor({ cloud: CLOUD, names, timeLimitMs });
    const looks = () => stage.simulator.requests.count('os-hypervisors');
    const looked = async (times: number) => {
      while (looks() < times) await new Promise((resolve) => setImmediate(resolve));
    };

    test('is found by its short or full name, when it is up and enabled and not before', async () => {
      const found = wait(['node-5', 'c5']);
      await looked(1);
      startCompute(stage.state, { host: 'node-5.domain.tld', name: 'NODE-5.domain.tld' });
      const service = stage.service('node-5.domain.tld')!;
      stage.state.nova.services.change(service, { disabled: true });
      await looked(looks() + 2);
      stage.state.nova.services.change(service, { disabled: false });
      expect(await found).toEqual({ host: 'node-5.domain.tld', hypervisor: 'NODE-5.domain.tld' });
      expect(await wait(['node-5.domain.tld'])).toMatchObject({ host: 'node-5.domain.tld' });
    });

    test('is told as missing when its time is over, with how it was last seen', async () => {
      stopCompute(stage.state, FULL);
      const late = { type: 'no-hypervisor', nonRetryable: true };
      await expect(wait([FULL], 0)).rejects.toMatchObject({
        ...late,
        message: expect.stringMatching(/is down and enabled/),
      });
      await expect(wait(['node-6'], 0)).rejects.toMatchObject({ message: expect.stringMatching(/is called node-6/) });
    });

    test('is awaited on while the cloud does not answer', async () => {
      stage.simulator.faults.add({ path: '/os-hypervisors/', times: 2, fault: { kind: 'status', status: 503 } });
      expect(await wait([FULL])).toEqual({ host: FULL, hypervisor: FULL });
    });
  });
});

test('A controller is told with what it runs, and how many others run it too', async () => {
  const stage = await hostStage({ network: 'neutron' });
  try {
    const { services } = stage.state.cinder;
    for (const host of ['source-ctl', 'source-ctl2'])
      services.add({ ...services.all()[0]!, id: `scheduler ${host}`, binary: 'cinder-scheduler', host });
    services.add({ ...services.all()[0]!, id: 'volume', binary: 'cinder-volume', host: 'source-ctl@lvm' });
    stage.state.nova.services.change(stage.service('source-ctl3', 'nova-conductor')!, { up: false });
    stage.state.nova.services.change(stage.service(EMPTY)!, { disabled: true });
    const facts = await stage.activities.inspectController({ cloud: CLOUD, host: 'source-ctl.example.org' });
    expect([...facts.services].sort()).toEqual(Object.keys(facts.remaining).sort());
    expect(facts).toMatchObject({
      host: 'source-ctl.example.org',
      computes: [FULL, OTHER],
      instanceCount: 4,
      remaining: {
        'nova-conductor': 1,
        'nova-scheduler': 2,
        'Open vSwitch agent': 5,
        'DHCP agent': 2,
        'L3 agent': 2,
        'Metadata agent': 2,
        'cinder-scheduler': 2,
        'cinder-volume': 1,
      },
    });
  } finally {
    await stage.close();
  }
});
