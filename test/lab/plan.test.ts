import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nodeKey } from '../../planning/graph.ts';
import { addTotals, type InventoryTotals, NOTHING_FOUND, withResource } from '../../planning/inventory-totals.ts';
import { makePlan, type Plan } from '../../planning/make-plan.ts';
import { movePolicy } from '../../planning/policy-defaults.ts';
import { readingFor } from '../../planning/selection.ts';
import { summarize } from '../../planning/summarize.ts';
import { digestOf } from '../../resources/digest.ts';
import { find } from '../../resources/find.ts';
import { inventory } from '../../resources/inventory.ts';
import { Correspondence } from '../../resources/moving/correspondence.ts';
import { Reader } from '../../resources/reader.ts';
import { survey } from '../../resources/selecting/survey.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import type { ObservedCall } from '../../services/openstack/observer.ts';
import { requireLab, withZed } from './lab-clouds.ts';

const TENANTS = ['acme-t000', 'acme-t001', 'acme-t002'];

/** Of the seed, on purpose: broken, half resized, failed, given away. */
const CANNOT_MOVE = /-(broken|no-host|resizing|failed|leaving)$/;
const PLAN_TIMEOUT_MS = 400_000;

let source: Cloud;
let target: Cloud;
const calls: ObservedCall[] = [];

async function planOf(name: string): Promise<Plan> {
  const clouds = { source: new Reader(source), target: new Reader(target) };
  const { id } = await find(clouds.source, 'project', name);
  const correspondence = new Correspondence(clouds.source, clouds.target, {});
  const selection = { kind: 'tenant', projectId: id, name } as const;
  return makePlan(await survey({ ...clouds, correspondence }, readingFor(selection)), movePolicy({}));
}

/** What a cloud has of what a plan speaks of; what other tests make beside us does not count. */
async function totalsOf(cloud: Cloud, tenant: string, { entries }: Plan): Promise<InventoryTotals> {
  const planned = new Set(entries.map(nodeKey));
  const reader = new Reader(cloud);
  const { id: projectId } = await find(reader, 'project', tenant);
  let totals = NOTHING_FOUND;
  for await (const page of inventory(reader, { projectId }))
    for (const resource of page)
      if (planned.has(nodeKey(resource)))
        totals = addTotals(totals, withResource(NOTHING_FOUND, resource.type, digestOf(resource)));
  return totals;
}

await withZed(() => {
  beforeAll(async () => {
    const options = { observers: [{ finished: (call: ObservedCall) => calls.push(call) }] };
    source = new Cloud(await requireLab('zed', 'source'), options);
    target = new Cloud(await requireLab('zed', 'target'), options);
  });
  afterAll(() => {
    source.close();
    target.close();
  });

  describe.each(TENANTS)('the plan of %s', (tenant) => {
    test(
      'is made twice with the same digest, has no conflict but the seed’s own, and changes nothing',
      async () => {
        const plan = await planOf(tenant);
        const before = await totalsOf(source, tenant, plan);
        const conflicts = plan.entries.filter(({ action }) => action === 'conflict');
        expect(conflicts.filter(({ name }) => !CANNOT_MOVE.test(name))).toEqual([]);
        // Where other tests have moved it before, nothing is left to do.
        const servers = plan.entries.filter(
          ({ type, action, isDone }) => type === 'server' && (action === 'create' || isDone),
        );
        expect(servers.length).toBeGreaterThan(1);
        expect(summarize(await planOf(tenant)).digest).toBe(summarize(plan).digest);
        expect(await totalsOf(source, tenant, plan)).toEqual(before);
      },
      PLAN_TIMEOUT_MS,
    );
  });

  test('what a plan needs of the target is read: rooms of hosts, zones, types of volumes, limits', async () => {
    const clouds = { source: new Reader(source), target: new Reader(target) };
    const correspondence = new Correspondence(clouds.source, clouds.target, {});
    const reading = readingFor({ kind: 'resources', type: 'role', ids: [] });
    const { target: facts } = await survey({ ...clouds, correspondence }, reading);
    expect(facts.hosts?.length).toBeGreaterThan(0);
    expect(facts.hosts?.every(({ whole }) => whole.vcpus > 0 && whole.ramMib > 0)).toBe(true);
    expect(facts.zones?.length).toBeGreaterThan(0);
    expect(facts.volumeTypes).toContain('__DEFAULT__');
    expect(facts.defaultLimits['compute.instances']).toBeGreaterThan(0);
    expect(facts).toMatchObject({ missingTypes: [], notAdminIn: [], computeMicroversion: '2.93' });
  });

  test('all of this only reads: nothing but logins is sent', () => {
    const changing = calls.filter(({ method, url }) => method !== 'GET' && !url.endsWith('/auth/tokens'));
    expect(changing.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
    expect(calls.length).toBeGreaterThan(100);
  });
});
