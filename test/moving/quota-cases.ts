import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type QuotaAttributes, quota } from '../../resources/compute/quota.ts';
import { compare } from '../../resources/moving/compare.ts';
import type { Undo } from '../../resources/moving/making.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { createServiceClient } from '../../services/openstack/create-service-client.ts';
import { PREFIX, writing } from './compute-cases.ts';
import type { Stage } from './stage.ts';
import { type TwinProject, twinProject } from './twin-projects.ts';

/** How quotas move, on any two clouds. */
export function quotaCases(stage: Stage): void {
  const { source, target, mover } = stage;
  let tenant: TwinProject;

  beforeAll(async () => {
    tenant = await twinProject(source(), target(), `${PREFIX}quotas`);
    await source().compute.setQuotas(tenant.id, { cores: 33, instances: 3 });
    await source().network.setQuotas(tenant.id, { port: 777, router: -1 });
    await source().volume.setQuotas(tenant.id, { gigabytes: 4321 });
  }, 60_000);
  afterAll(async () => {
    for (const [cloud, id] of [
      [source(), tenant.id],
      [target(), tenant.targetId],
    ] as const)
      await cloud.network.client.delete(`quotas/${id}`).catch(() => undefined);
  }, 60_000);

  const wanted = async () => (await mover().read('quota', tenant.id)) as Resource<QuotaAttributes>;
  const there = async () => (await mover().readMade('quota', tenant.targetId)) as Resource<QuotaAttributes>;
  const differing = async () => {
    const inItsTerms = await mover().correspondence.wanted(await wanted());
    return compare(inItsTerms, await there()).map(({ attribute }) => attribute);
  };
  const update = async (): Promise<Undo> => {
    const run = mover();
    const match = await run.correspondence.match(await wanted());
    expect(match?.id).toBe(tenant.targetId);
    const inItsTerms = (await run.correspondence.wanted(await wanted())) as Resource<QuotaAttributes>;
    return (await quota.moving?.update?.(run.making(tenant.id), await there(), inItsTerms)) ?? {};
  };
  const revert = (undo: Undo) => quota.moving?.revert?.(mover().making(tenant.id), tenant.targetId, undo);

  it('limits that differ from the defaults are brought over, those of all three services, and taken back', async () => {
    const before = (await there()).attributes;
    expect(await differing()).toEqual(['compute', 'network', 'volume']);
    const undo = await update();
    expect(await differing()).toEqual([]);
    const { compute, network, volume } = (await there()).attributes;
    expect(compute).toEqual({ ...before.compute, cores: 33, instances: 3 });
    expect(network).toEqual({ ...before.network, port: 777, router: -1 });
    expect(volume).toEqual({ ...before.volume, gigabytes: 4321 });
    expect(await update()).toEqual({});
    await revert(undo);
    await revert(undo);
    const { changed: _, ...after } = (await there()).attributes;
    expect(after).toEqual({ compute: before.compute, network: before.network, volume: before.volume });
  });

  it('a limit that somebody raised in the target stays, and one that was changed since is not taken back', async () => {
    await target().compute.setQuotas(tenant.targetId, { cores: 50 });
    const undo = await update();
    expect((await there()).attributes.compute).toMatchObject({ cores: 50, instances: 3 });
    expect(await differing()).toEqual([]);
    await target().compute.setQuotas(tenant.targetId, { instances: 7 });
    await revert(undo);
    expect((await there()).attributes.compute).toMatchObject({ cores: 50, instances: 7 });
  });

  it('no limit is set below what is used in the target', async () => {
    const groups = [1, 2, 3].map((number) => ({ name: `${PREFIX}used-${number}`, policy: 'affinity', rules: {} }));
    const mine = writing(target().inProject(tenant.targetId));
    const ids: string[] = [];
    for (const group of groups) ids.push(await mine.createServerGroup(group));
    await source().compute.setQuotas(tenant.id, { server_groups: 1 });
    await source().network.setQuotas(tenant.id, { security_group: 0 });
    const used = (await target().network.quotaUse(tenant.targetId)).security_group;
    await update();
    const { compute, network } = (await there()).attributes;
    const counted = (await target().compute.quotaUse(tenant.targetId)).server_groups;
    expect(compute.server_groups).toBe(Math.max(1, counted ?? 0));
    expect(network.security_group).toBe(used);
    expect(await differing()).toEqual([]);
    for (const id of ids) await mine.deleteServerGroup(id);
  });

  it('what a killed try has set in a project of this run is taken back to the defaults', async () => {
    const name = `${PREFIX}quota-of-the-run`;
    const run = mover();
    const identity = createServiceClient(target().session, 'identity');
    const fresh = await twinProject(source(), target(), name);
    await identity.put(`projects/${fresh.targetId}/tags`, {
      tags: [`pumphouse_from=${fresh.id}`, 'pumphouse_cloud=source', `pumphouse_run=${run.making('').origin.run}`],
    });
    await source().compute.setQuotas(fresh.id, { cores: 34 });
    const before = (await mover().readMade('quota', fresh.targetId)) as Resource<QuotaAttributes>;
    await target().compute.setQuotas(fresh.targetId, { cores: 34 });
    const present = (await mover().readMade('quota', fresh.targetId)) as Resource<QuotaAttributes>;
    const inItsTerms = await run.correspondence.wanted(await run.read('quota', fresh.id));
    const undo = await quota.moving?.update?.(run.making(fresh.id), present, inItsTerms as Resource<QuotaAttributes>);
    await quota.moving?.revert?.(run.making(fresh.id), fresh.targetId, undo ?? {});
    const after = (await mover().readMade('quota', fresh.targetId)) as Resource<QuotaAttributes>;
    expect(after.attributes.compute).toEqual(before.attributes.compute);
  });
}
