import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { movedActivities } from '../../activities/moved-activities.ts';
import { besidesActivities } from '../../activities/moved-besides.ts';
import { OpenClouds } from '../../activities/open-clouds.ts';
import { OpenMoves } from '../../activities/open-moves.ts';
import { resourceActivities } from '../../activities/resource-activities.ts';
import { Reader } from '../../resources/reader.ts';
import type { ResourceTypeName } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { populate, type Simulator, startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';

const GROUPS = Array.from({ length: 7 }, (_, index) => `group-${index}`);

let simulator: Simulator;
let clouds: OpenClouds;
let projectId = '';
const move = { source: 'source', target: 'target', run: '0123456789abcdef' };

/** As one worker; a new one remembers nothing. */
function worker() {
  const moves = new OpenMoves(clouds, {}, () => ({ kind: 'none' }));
  const within = <A, R>(activity: (argument: A) => Promise<R>) => {
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    return (argument: A): Promise<R> => environment.run(activity, argument);
  };
  return {
    makeResource: within(resourceActivities(moves).makeResource),
    movedResources: within(movedActivities(moves).movedResources),
    movedBesides: within(besidesActivities(moves).movedBesides),
  };
}

type Worker = ReturnType<typeof worker>;

beforeAll(async () => {
  const securityGroups = GROUPS.map((name) => ({ name }));
  simulator = await startSimulator({
    clouds: [{ name: 'source' }, { name: 'target' }],
    fill: (cloud) => populate(cloud, cloud.name === 'source' ? { tenants: [{ name: 'acme', securityGroups }] } : {}),
  });
  const settings = ['source', 'target'].map((name) => simulatedSettings(simulator.cloud(name)));
  clouds = new OpenClouds(settings);
  const source = new Reader(new Cloud(settings[0]!));
  const idsOf = async (type: ResourceTypeName, name?: string) => {
    const found: string[] = [];
    for await (const page of resourceTypes[type].list(source, name === undefined ? { projectId } : { name }))
      found.push(...page.filter((item) => item.name !== 'default').map(({ id }) => id));
    return found;
  };
  projectId = (await idsOf('project', 'acme'))[0] ?? '';
  const { makeResource } = worker();
  await makeResource({ ...move, type: 'project', id: projectId });
  for (const id of await idsOf('security-group')) await makeResource({ ...move, type: 'security-group', id });
  source.cloud.close();
}, 60_000);
afterAll(() => simulator.close());

/** Page by page, each by the next of the workers. */
async function found(workers: readonly Worker[], limit: number): Promise<readonly string[]> {
  const names: string[] = [];
  const selection = { kind: 'tenant', projectId, name: 'acme' } as const;
  let look: string | undefined;
  for (let offset = 0, isLast = false; !isLast; offset += limit) {
    const { movedResources } = workers[(offset / limit) % workers.length]!;
    const request = { ...move, selection, type: 'security-group', offset, limit, ofRunOnly: false } as const;
    const page = await movedResources({ ...request, ...(look === undefined ? {} : { look }) });
    names.push(...page.moved.map(({ name }) => name));
    ({ isLast, look } = page);
  }
  return names.sort();
}

const listings = () => simulator.requests.count('target GET /networking/v2.0/security-groups');

describe('what was moved, told in pages', () => {
  test('is all of it, and the target is listed once whatever the number of pages', async () => {
    const whole = listings();
    expect(await found([worker()], 100)).toEqual(GROUPS);
    const once = listings() - whole;
    expect(await found([worker()], 2)).toEqual(GROUPS);
    expect(listings() - whole).toBe(2 * once);
  });

  test('is listed by each worker that tells a page of it', async () => {
    expect(await found([worker(), worker()], 2)).toEqual(GROUPS);
  });

  test('is looked at again by the next look', async () => {
    const one = worker();
    const { securityGroups } = simulator.cloud('target').state.neutron;
    await one.movedResources({ ...first(), limit: 2 });
    const gone = securityGroups.all().find(({ name }) => name === 'group-3')!;
    securityGroups.remove(gone.id);
    expect(await found([one], 2)).toEqual(GROUPS.filter((name) => name !== 'group-3'));
  });
});

function first() {
  const selection = { kind: 'tenant', projectId, name: 'acme' } as const;
  return { ...move, selection, type: 'security-group', offset: 0, ofRunOnly: false } as const;
}
