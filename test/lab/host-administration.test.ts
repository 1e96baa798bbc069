import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OpenClouds } from '../../activities/open-clouds.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { NovaHosts } from '../../services/openstack/nova-hosts.ts';
import { hostTries } from '../activities/host-tries.ts';
import { labCloud, withZed } from './lab-clouds.ts';
import { startWhatIsMissing, stopProcess } from './lab-processes.ts';

const AGGREGATE = 'host-administration-test';
const reason = 'pumphouse: host-administration-test';
const ENABLED = { status: 'enabled', isForcedDown: false } as const;

await withZed(() => {
  const settings = ['source', 'target'].map((name) => labCloud('zed', name));
  const [source, target] = settings.map((cloud) => new Cloud(cloud)) as [Cloud, Cloud];
  const { activities } = hostTries(new OpenClouds(settings));
  const nova = new NovaHosts(target.compute.client);
  const computes = (cloud: Cloud) => new NovaHosts(cloud.compute.client).services({ binary: 'nova-compute' });
  /** An empty host of the target. */
  let host = '';
  const service = async () => (await nova.services({ binary: 'nova-compute', host }))[0];
  const provider = async () => (await target.placement.resourceProviders()).find(({ name }) => name === host);

  beforeAll(async () => {
    for (const candidate of (await computes(target)).map((row) => row.host).reverse()) {
      const { instanceCount, service: now } = await activities.inspectHost({ cloud: 'target', host: candidate });
      if (host === '' && instanceCount === 0 && now.status === 'enabled') host = candidate;
    }
    if (host === '') throw new Error('the lab’s target has no empty compute host: run lab/lab sweep');
  }, 60_000);
  afterAll(async () => {
    source.close();
    target.close();
  });

  describe('A host of the lab', () => {
    test('has the instances and the open migrations that the cloud has on it, and nothing else in Placement', async () => {
      const counts = new Map<string, number>();
      for await (const page of source.compute.servers({}, true))
        for (const server of page) {
          const on = server['OS-EXT-SRV-ATTR:host'] ?? '';
          counts.set(on, (counts.get(on) ?? 0) + 1);
        }
      for (const { host: name } of await computes(source)) {
        const facts = await activities.inspectHost({ cloud: 'source', host: name });
        expect(facts).toMatchObject({ hypervisor: name, instanceCount: counts.get(name) ?? 0, agents: [] });
        const leaving: string[] = [];
        for await (const page of new NovaHosts(source.compute.client).migrations(name))
          for (const row of page)
            if (row.status === 'finished') {
              expect(facts.migrations).toContain(
                `${row.migration_type} of ${row.instance_uuid}: finished, waits to be confirmed`,
              );
              if (row.source_compute === name) leaving.push(row.uuid ?? '');
            }
        expect(facts.allocations.map((text) => text.slice(0, 36)).sort()).toEqual(leaving.sort());
      }
    });

    test('with instances is not removed', async () => {
      for (const { host: name } of await computes(source)) {
        const { instanceCount } = await activities.inspectHost({ cloud: 'source', host: name });
        if (instanceCount === 0) continue;
        const result = activities.removeHost({ cloud: 'source', host: name });
        await expect(result).rejects.toMatchObject({ type: 'not-empty', nonRetryable: true });
      }
      expect((await computes(source)).map(({ state }) => state)).not.toContain('down');
    });

    test('is disabled with the run’s reason and enabled again, and keeps what somebody else disabled it for', async () => {
      const request = { cloud: 'target', host };
      expect(await activities.disableHost({ ...request, reason })).toEqual(ENABLED);
      expect(await activities.disableHost({ ...request, reason })).toEqual(ENABLED);
      expect(await service()).toMatchObject({ status: 'disabled', disabled_reason: reason });
      await activities.restoreHost({ ...request, reason, former: ENABLED });
      await activities.restoreHost({ ...request, reason, former: ENABLED });
      expect(await service()).toMatchObject({ status: 'enabled', disabled_reason: null });
      await nova.disable((await service())!, 'broken fan');
      const former = { status: 'disabled', disabledReason: 'broken fan', isForcedDown: false } as const;
      expect(await activities.disableHost({ ...request, reason })).toEqual(former);
      await activities.restoreHost({ ...request, reason, former: ENABLED });
      expect(await service()).toMatchObject({ disabled_reason: 'broken fan' });
      await nova.enable((await service())!);
    });

    test('is disabled and enabled by its name where Nova is too old for ids', async () => {
      const old = new NovaHosts({ ...target.compute.client, maxMicroversion: async () => '2.52' });
      await old.disable((await service())!, reason);
      expect(await service()).toMatchObject({ status: 'disabled', disabled_reason: reason });
      await old.enable((await service())!);
      expect(await service()).toMatchObject({ status: 'enabled', disabled_reason: null });
    });

    test('is not removed while it reports, nor while somebody has an allocation there, who is named', async () => {
      const request = { cloud: 'target', host };
      await expect(activities.removeHost(request)).rejects.toMatchObject({ type: 'still-up', nonRetryable: false });
      const consumer = randomUUID();
      const { client } = target.placement;
      const project = { project_id: randomUUID().replaceAll('-', ''), user_id: randomUUID().replaceAll('-', '') };
      const allocations = { [(await provider())!.uuid]: { resources: { VCPU: 1 } } };
      const microversion = { atLeast: '1.28' } as const;
      await client.put(
        `allocations/${consumer}`,
        { allocations, ...project, consumer_generation: null },
        { microversion },
      );
      try {
        const named = expect.stringContaining(`${consumer} (nobody that Nova knows) still has an allocation`);
        expect((await activities.inspectHost(request)).allocations).toEqual([named]);
        const result = activities.removeHost(request);
        await expect(result).rejects.toMatchObject({ type: 'not-empty', message: named });
      } finally {
        await client.delete(`allocations/${consumer}`);
      }
      expect((await service())?.state).toBe('up');
    });

    test('that was stopped is removed with all that belongs to it, and noticed when it is there again', async () => {
      const request = { cloud: 'target', host };
      const { client } = target.compute;
      const { aggregate } = await client.post<{ aggregate: { id: number } }>('os-aggregates', {
        aggregate: { name: AGGREGATE },
      });
      try {
        await client.post(`os-aggregates/${aggregate.id}/action`, { add_host: { host } });
        expect(await activities.inspectHost(request)).toMatchObject({ aggregates: [AGGREGATE] });
        await stopProcess('target', `nova-compute-${host}`);
        while ((await service())?.state === 'up') await new Promise((resolve) => setTimeout(resolve, 500));
        expect(await activities.removeHost(request)).toEqual({
          removed: [`its place in aggregate ${AGGREGATE}`, 'nova-compute'],
          left: [],
        });
        expect([await service(), await provider()]).toEqual([undefined, undefined]);
        expect((await nova.aggregates()).find(({ name }) => name === AGGREGATE)?.hosts).toEqual([]);
        expect(await activities.removeHost(request)).toEqual({ removed: [], left: [] });
        expect(await activities.returnedServices(request)).toEqual([]);
        await expect(activities.inspectHost(request)).rejects.toMatchObject({ type: 'UnknownName' });
      } finally {
        await client.delete(`os-aggregates/${aggregate.id}`);
        await startWhatIsMissing('target');
      }
      const names = [`${host}.example.org`];
      const found = await activities.awaitHypervisor({ cloud: 'target', names, timeLimitMs: 90_000 });
      expect(found).toEqual({ host, hypervisor: host });
      expect(await activities.returnedServices(request)).toEqual(['nova-compute, up', `resource provider ${host}`]);
    }, 240_000);
  });

  test('A controller of the lab is told with what it runs, and that nobody else does', async () => {
    const [scheduler] = await nova.services({ binary: 'nova-scheduler' });
    const facts = await activities.inspectController({ cloud: 'target', host: scheduler?.host ?? '' });
    expect(facts.services).toEqual(expect.arrayContaining(['nova-scheduler', 'nova-conductor']));
    expect(facts.remaining).toMatchObject({ 'nova-scheduler': 0, 'nova-conductor': 0 });
    expect([...facts.computes].sort()).toEqual((await computes(target)).map((row) => row.host).sort());
  });
});
