import { describe, expect, test } from '@jest/globals';
import { atOnce, EVACUATION_DEFAULTS, evacuationPolicy } from '../../planning/evacuation-policy.ts';
import { type HostSurvey, type InstanceOnHost, planEvacuation } from '../../planning/plan-evacuation.ts';

const SIZE = { vcpus: 1, ramMib: 1_024, diskGib: 10 };
const LARGE = { vcpus: 64, ramMib: 65_536, diskGib: 1_000 };

const instance = (name: string, more: Partial<InstanceOnHost> = {}): InstanceOnHost => {
  return { id: name, name, projectId: 'acme', status: 'ACTIVE', vmState: 'active', ...SIZE, ...more };
};
const survey = (more: Partial<HostSurvey>): HostSurvey => ({
  ...{ host: 'h1', life: 'up', migrations: [], obstacles: [], groups: [] },
  ...{ instances: [instance('web'), instance('db')], targets: [{ host: 'h2', ...LARGE }] },
  ...more,
});
const plan = (more: Partial<HostSurvey>, to?: string) => planEvacuation(survey(more), to, EVACUATION_DEFAULTS);
const apart = (hosts: readonly (readonly [string, string])[], mostPerHost = 1) => ({
  ...({ name: 'apart', policy: 'anti-affinity', mostPerHost } as const),
  members: hosts.map(([id, host]) => ({ id, name: id, host })),
});
const together = (...hosts: readonly (readonly [string, string])[]) =>
  ({ ...apart(hosts), policy: 'affinity' }) as const;

describe('The plan of an evacuation', () => {
  test('refuses to begin when the largest find no place beside each other', () => {
    const large = { vcpus: 1, ramMib: 40_000, diskGib: 10 };
    const instances = [instance('web', large), instance('db', large)];
    expect(plan({ instances }, 'h2').obstacles).toEqual([
      expect.stringMatching(/^host h2 has room for (web|db) .*beside the others$/),
    ]);
    expect(plan({ instances, targets: ['h2', 'h3'].map((host) => ({ host, ...LARGE })) }).obstacles).toEqual([]);
  });

  test('takes no room for what stays, nor for what only gives up its copy on the host', () => {
    const large = { vcpus: 99, ramMib: 99_999, diskGib: 10 };
    const instances = [
      instance('web', { ...large, vmState: 'rescued' }),
      instance('db', { ...large, vmState: 'shelved' }),
    ];
    expect(plan({ instances }).obstacles).toEqual([]);
  });

  test('keeps on the host who may not leave the others of its server group', () => {
    const { instances } = plan({ groups: [together(['web', 'h1'], ['db', 'h1'])] });
    expect(instances.map(({ way }) => way.steps)).toEqual([[], []]);
    expect(instances[0]?.way.why).toBe(
      'its server group apart (affinity) keeps it beside db on h1, and Nova moves none of them away from the others: its owner can delete the group',
    );
  });

  test('brings one to the others of its group when they are where it could go', () => {
    expect(plan({ groups: [together(['web', 'h1'], ['mail', 'h2'])] }).instances[0]?.way.steps).toEqual([
      'live',
      'cold',
    ]);
    expect(plan({ groups: [together(['web', 'h1'])] }).instances[0]?.way.steps).toEqual(['live', 'cold']);
  });

  test('lets as many of a group that is kept apart go as the hosts may take', () => {
    const pair = [
      ['web', 'h1'],
      ['db', 'h1'],
    ] as const;
    const steps = (more: Partial<HostSurvey>) => plan(more).instances.map(({ way }) => way.steps.length > 0);
    expect(steps({ groups: [apart(pair)] })).toEqual([true, false]);
    expect(steps({ groups: [apart(pair, 2)] })).toEqual([true, true]);
    expect(steps({ groups: [apart([...pair, ['mail', 'h2']])] })).toEqual([false, false]);
    expect(steps({ groups: [apart(pair)], targets: ['h2', 'h3'].map((host) => ({ host, ...LARGE })) })).toEqual([
      true,
      true,
    ]);
  });
});

describe('How many instances are under way at once', () => {
  test('is limited in all, and by how many hosts could take them', () => {
    const policy = evacuationPolicy({ concurrency: 5, perHost: 2 });
    expect([1, 2, 3, 40].map((targets) => atOnce(policy, targets))).toEqual([2, 4, 5, 5]);
    expect(atOnce(policy, 0)).toBe(2);
  });
});
