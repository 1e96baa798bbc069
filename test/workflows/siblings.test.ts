import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { ResourceOutcome, RunReport, RunResult } from '../../workflows/run-report.ts';
import { everything, type Interference, type MovingRun, movingRun, servers } from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

const CHANGING: ReadonlySet<string> = new Set(['makeResource', 'updateResource', 'copyImage', 'bootServer']);
const MISSING = /the target has nothing that stands for (network|subnet|port|flavor)/;

const population = smallCloud(
  smallTenant('acme', 0, {
    networks: [{ name: 'acme-net' }, { name: 'side', cidr: '10.1.0.0/24', router: false }],
    servers: [
      smallServer('acme', 0),
      { ...smallServer('acme', 1), name: 'unlucky' },
      { ...smallServer('acme', 2), name: 'large', flavor: 'm1.large' },
      { ...smallServer('acme', 3), name: 'aside', networks: [{ name: 'side' }] },
    ],
  }),
);

describe('A run in which an image, a flavor, a network and an instance fail', () => {
  let run: MovingRun;
  const broken = new Set<string>();
  const stopped: unknown[] = [];
  const changed: string[] = [];
  let result: RunResult;
  let outcomes: readonly ResourceOutcome[];
  const named = (name: string) => outcomes.find((outcome) => outcome.name === name);
  const watching: Interference = (activity, { type, id }) => {
    if (activity === 'stopServer') stopped.push(id);
    if (!CHANGING.has(activity)) return undefined;
    if (broken.has(`${activity} ${id}`)) throw ApplicationFailure.nonRetryable('refused by the test', 'forbidden');
    changed.push(`${type} ${id}`);
    return undefined;
  };
  const move = async () => {
    changed.splice(0);
    const handle = await run.migrate('acme');
    result = await handle.result();
    ({ outcomes } = await handle.query<RunReport, []>('report'));
  };

  beforeAll(async () => {
    const flavors = [...(population.flavors ?? []), { name: 'm1.large', ram: 128 }];
    run = await movingRun({ ...population, flavors });
    const all = await everything(run.sourceCloud);
    for (const [activity, type, name] of [
      ['copyImage', 'image', 'acme-golden'],
      ['makeResource', 'flavor', 'm1.large'],
      ['makeResource', 'network', 'side'],
      ['bootServer', 'server', 'unlucky'],
    ] as const)
      broken.add(`${activity} ${all.find((item) => item.type === type && item.name === name)?.id}`);
    await run.working(move, watching);
  }, 240_000);
  afterAll(() => run.close());

  test('moves everything else, and says that it was moved in part', () => {
    expect(result.outcome).toBe('partly');
    const failed = outcomes.filter(({ outcome }) => outcome === 'failed').map(({ type, name }) => `${type} ${name}`);
    expect(failed.sort()).toEqual(['flavor m1.large', 'image acme-golden', 'network side']);
    expect(named('acme-1')?.outcome).toBe('done');
    expect(named('unlucky')).toMatchObject({ outcome: 'compensated' });
    expect(named('unlucky')?.error).toContain('refused by the test');
  });

  test('skips what needs one that failed, with the reason', () => {
    const skipped = outcomes.filter(({ outcome }) => outcome === 'skipped');
    expect(skipped.map(({ type }) => type)).toEqual(expect.arrayContaining(['subnet', 'port', 'server']));
    for (const { error } of skipped) expect(error).toMatch(MISSING);
    expect(named('large')).toMatchObject({ outcome: 'skipped' });
    expect(named('aside')).toMatchObject({ outcome: 'skipped' });
  });

  test('does not stop an instance for which something is missing', async () => {
    const inSource = await servers(run.sourceCloud);
    for (const { id, name, attributes } of inSource) {
      expect([name, stopped.includes(id)]).toEqual([name, name === 'acme-1' || name === 'unlucky']);
      expect([name, attributes.vmState]).toEqual([name, name === 'acme-1' ? 'stopped' : 'active']);
    }
  });

  test('moves only the rest when it is started again after the faults are gone', async () => {
    const done = outcomes.filter(({ outcome }) => outcome === 'done').map(({ type, id }) => `${type} ${id}`);
    broken.clear();
    run.simulator.requests.reset();
    await run.working(move, watching);
    expect(outcomes.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    expect(result.outcome).toBe('done');
    // Ports of instances that were not moved are looked up; those are made that could not be, or were taken back with their instance.
    expect(changed.filter((item) => done.includes(item) && !item.startsWith('port'))).toEqual([]);
    const created = (path: string) => run.simulator.requests.count(`${run.target.name} POST ${path}`);
    expect([created('/networking/v2.0/ports'), created('/networking/v2.0/networks')]).toEqual([2, 1]);
    expect(created('/compute/v2.1/servers')).toBeGreaterThanOrEqual(3);
    expect(await servers(run.targetCloud)).toHaveLength(4);
  }, 240_000);
});
