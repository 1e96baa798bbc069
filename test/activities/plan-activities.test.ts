import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { OpenClouds } from '../../activities/open-clouds.ts';
import { OpenMoves } from '../../activities/open-moves.ts';
import { type PlanActivities, planActivities } from '../../activities/plan-activities.ts';
import type { PlanEntry } from '../../planning/plan.ts';
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
  return { makePlan: within(activities.makePlan), planPage: within(activities.planPage) };
}

const request = () => ({
  source: 'source',
  target: 'target',
  run: '0123456789abcdef',
  selection: { kind: 'tenant', projectId: tenantId, name: 'the tenant' } as const,
  policy: movePolicy({}),
});

async function allOf(activities: PlanActivities, type: ResourceTypeName, limit: number): Promise<readonly PlanEntry[]> {
  const all: PlanEntry[] = [];
  for (let isLast = false; !isLast; ) {
    const page = await activities.planPage({ ...request(), type, offset: all.length, limit });
    all.push(...page.entries);
    isLast = page.isLast;
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
    const page = await worker().planPage({ ...request(), type: 'network', offset: 0, limit: 10 });
    expect(page.digest).toBe(first.digest);
  });

  test('ends with an empty last page for a type that has none', async () => {
    const page = await worker().planPage({ ...request(), type: 'server-group', offset: 0, limit: 10 });
    expect(page).toMatchObject({ entries: [], isLast: true });
  });
});
