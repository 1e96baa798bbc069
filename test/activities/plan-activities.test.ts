import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { OpenClouds } from '../../activities/open-clouds.ts';
import { OpenMoves } from '../../activities/open-moves.ts';
import { type PlanActivities, planActivities } from '../../activities/plan-activities.ts';
import { PLACE_WIDTH, type PlanEntry } from '../../planning/plan.ts';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { ResourceTypeName } from '../../resources/resource-type.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { fillFrom, plainScenario, type Simulator, startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';

const SERVERS = 60;

let simulator: Simulator;
let clouds: OpenClouds;
let tenantId: string;
beforeAll(async () => {
  const scenario = plainScenario({
    names: ['source', 'target'],
    instances: SERVERS,
    tenants: 1,
    identity: 'v3',
    network: 'neutron',
    seed: 'plan',
  });
  simulator = await startSimulator({
    clouds: scenario.clouds.map(({ options }) => options),
    fill: (cloud) => fillFrom(scenario, cloud),
  });
  const settings = ['source', 'target'].map((name) => simulatedSettings(simulator.cloud(name)));
  clouds = new OpenClouds(settings);
  const source = new Cloud(settings[0]!);
  for await (const page of (await source.identity()).projects())
    tenantId = page.find(({ name }) => !['admin', 'service', 'demo'].includes(name))?.id ?? tenantId;
  source.close();
});
afterAll(() => simulator.close());

/** As one worker; a new one remembers nothing. */
function worker(): PlanActivities {
  const activities = planActivities(new OpenMoves(clouds, {}, () => ({ kind: 'none' })));
  const within = <A, R>(activity: (argument: A) => Promise<R>) => {
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    return (argument: A): Promise<R> => environment.run(activity, argument);
  };
  return {
    makePlan: within(activities.makePlan),
    outlinePlan: within(activities.outlinePlan),
    planPage: within(activities.planPage),
    newcomers: within(activities.newcomers),
  };
}

const request = () => ({
  source: 'source',
  target: 'target',
  run: '0123456789abcdef',
  selection: { kind: 'tenant', projectId: tenantId, name: 'the tenant' } as const,
  policy: movePolicy({}),
});

/** Page by page, as a run asks for what was approved. */
async function allOf(activities: PlanActivities, type: ResourceTypeName, limit: number): Promise<readonly PlanEntry[]> {
  const { outline, summary } = await activities.outlinePlan(request());
  const { digest } = summary;
  const all: PlanEntry[] = [];
  for (let places = outline[type] ?? ''; places !== ''; ) {
    const page = await activities.planPage({
      ...request(),
      type,
      digest,
      outline: places.slice(0, limit * PLACE_WIDTH),
    });
    all.push(...page.entries.map(({ entry }) => entry));
    places = places.slice(page.covered * PLACE_WIDTH);
  }
  return all;
}

describe('the plan of a run', () => {
  test('is summed up, and handed out in pages in the order of making', async () => {
    const activities = worker();
    const summary = await activities.makePlan(request());
    expect(summary.counts.server).toEqual({ create: SERVERS });
    expect(summary.conflicts).toEqual([]);
    const servers = await allOf(activities, 'server', 25);
    expect(servers).toHaveLength(SERVERS);
    expect(servers.map(({ name }) => name)).toEqual([...servers.map(({ name }) => name)].sort());
    expect(servers.every(({ host }) => host !== undefined)).toBe(true);
  });

  test('is read once a worker, and again when it is asked for afresh', async () => {
    const activities = worker();
    await activities.makePlan(request());
    const calls = () => simulator.requests.count('');
    const before = calls();
    await Promise.all([activities.makePlan(request()), allOf(activities, 'port', 10)]);
    expect(calls()).toBe(before);
    await activities.makePlan({ ...request(), afresh: true });
    expect(calls()).toBeGreaterThan(before);
  });

  test('is the same on another worker', async () => {
    const [first, second] = [await worker().makePlan(request()), await worker().makePlan(request())];
    expect(second).toEqual(first);
  });

  test('is what was approved on every worker, whatever has come or gone since', async () => {
    const { outline, summary } = await worker().outlinePlan(request());
    const { digest } = summary;
    const { servers } = simulator.cloud('source').state.nova;
    const [gone, copied] = servers.where('project', tenantId).sort((a, b) => (a.name < b.name ? -1 : 1));
    const newcomer = servers.add({ ...copied!, id: '00000000-0000-4000-8000-000000000001', name: 'aaa-first' });
    servers.remove(gone!.id);
    try {
      const page = await worker().planPage({ ...request(), type: 'server', digest, outline: outline.server! });
      expect(page.covered).toBe(SERVERS);
      expect(page.entries.map(({ place }) => place)).toEqual(Array.from({ length: SERVERS - 1 }, (_, i) => i + 1));
      expect(page.entries.map(({ entry }) => entry.id)).not.toContain(newcomer.id);
      expect(await worker().newcomers({ ...request(), digest: 'of now', outline })).toEqual({
        count: 1,
        names: ['server aaa-first'],
      });
    } finally {
      servers.add(gone!);
      servers.remove(newcomer.id);
    }
  });

  test('does nothing to what was not to be touched when it was approved', async () => {
    const policy = movePolicy({});
    const none = { ...policy, image: { ...policy.image, select: 'none' as const } };
    const { outline, summary } = await worker().outlinePlan({ ...request(), policy: none });
    const { digest } = summary;
    expect(outline.image).toMatch(/^s/);
    const { entries } = await worker().planPage({ ...request(), type: 'image', digest, outline: outline.image! });
    expect(entries[0]?.entry).toMatchObject({ action: 'skip', reason: expect.stringContaining('was approved') });
    expect((await worker().newcomers({ ...request(), digest, outline })).names[0]).toMatch(/^image /);
  });

  test('is not what a worker remembers of an earlier round', async () => {
    const [one, other] = [worker(), worker()];
    await other.makePlan(request());
    const { servers } = simulator.cloud('source').state.nova;
    const [copied] = servers.where('project', tenantId);
    const newcomer = servers.add({
      ...copied!,
      id: '00000000-0000-4000-8000-000000000002',
      name: 'of-the-second-round',
    });
    try {
      const { outline, summary } = await one.outlinePlan({ ...request(), afresh: true });
      const wanted = { ...request(), type: 'server' as const, digest: summary.digest, outline: outline.server! };
      const { entries } = await other.planPage(wanted);
      expect(entries.map(({ entry }) => entry.id)).toContain(newcomer.id);
    } finally {
      servers.remove(newcomer.id);
    }
  });
});
