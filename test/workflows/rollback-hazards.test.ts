import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ResourceOutcome, RunReport, RunResult } from '../../workflows/run-report.ts';
import { type Interference, lentRoles, type MovingRun, movingRun, portrait, servers } from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

/** Activities of a rollback whose first answer is lost: the work is done, and nobody knows. */
const LOST = [
  ...['claim', 'release', 'removed', 'lendRoles', 'returnRoles', 'movedServers', 'inspectReturn', 'stopCopy'],
  ...['detachTargetAddress', 'attachSourceAddress', 'restoreServer', 'removeServer', 'removeResource'],
] as const;

describe('A rollback', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  let one: { readonly id: string; readonly copy: string };
  let result: RunResult;
  let outcomes: readonly ResourceOutcome[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);
  const told = (name: string) => outcomes.find((outcome) => outcome.name === name);
  const rollBack = async (tenant: string) => {
    const handle = await run.rollback(tenant);
    result = await handle.result();
    ({ outcomes } = await handle.query<RunReport, []>('report'));
  };
  const refusing = async (faults: readonly { cloud: string; method: string; path: string }[]) => {
    const rules = faults.map((rule) => run.simulator.faults.add({ ...rule, fault: { kind: 'status', status: 403 } }));
    await run.working(() => rollBack('acme'));
    for (const rule of rules) rule.remove();
  };
  /** What `acme-1` and its copy are, and to which of them its address leads. */
  const state = async () => {
    const [source] = (await servers(run.sourceCloud)).filter(({ name }) => name === 'acme-1');
    const [copy] = (await servers(run.targetCloud)).filter(({ name }) => name === 'acme-1');
    return [source, copy].map((server) => {
      const { vmState, locked, floatingIpIds } = server?.attributes ?? {};
      return `${vmState}${locked === true ? ' locked' : ''}, ${floatingIpIds?.length ?? 0} addresses`;
    });
  };
  const inTarget = (method: string, path = '') => ({
    cloud: run.target.name,
    method,
    path: `/servers/${one.copy}${path}`,
  });

  beforeAll(async () => {
    const acme = smallTenant('acme', 0, { servers: [smallServer('acme', 0), smallServer('acme', 1)] });
    run = await movingRun(smallCloud(acme, smallTenant('beta', 1)));
    before = await look();
    await run.working(async () => {
      for (const tenant of ['beta', 'acme'])
        expect(await (await run.migrate(tenant)).result()).toMatchObject({ outcome: 'done' });
    });
    const [copy] = (await servers(run.targetCloud)).filter(({ name }) => name === 'acme-1');
    one = { id: copy?.origin?.id ?? '', copy: copy?.id ?? '' };
    expect(await state()).toEqual(['stopped locked, 0 addresses', 'active, 1 addresses']);
  }, 240_000);
  afterAll(() => run.close());

  test('of an instance whose source does not start lets its copy work again, at its address', async () => {
    await refusing([{ cloud: run.source.name, method: 'POST', path: `/servers/${one.id}/action` }]);
    expect(result.outcome).toBe('partly');
    expect(told('acme-1')).toMatchObject({ outcome: 'left', targetId: one.copy });
    expect(told('acme-1')?.error).toContain(`its copy in ${run.target.name} is at work again`);
    expect(await state()).toEqual(['stopped locked, 0 addresses', 'active, 1 addresses']);
    expect(told('acme-2')).toMatchObject({ outcome: 'started-again' });
  }, 240_000);

  test('of an instance whose copy can be neither stopped nor removed changes nothing, and says what is off', async () => {
    await refusing([inTarget('DELETE'), inTarget('POST', '/action')]);
    expect(result.outcome).toBe('partly');
    expect(told('acme-1')?.outcome).toBe('left');
    expect(told('acme-1')?.error).toContain(`it stays off in ${run.source.name}, since its copy ${one.copy}`);
    expect(told('acme-1')?.error).toContain('could be neither stopped (');
    expect(await state()).toEqual(['stopped locked, 0 addresses', 'active, 1 addresses']);
  }, 240_000);

  test('of an instance whose copy can be stopped but not removed starts the source, and names what is left', async () => {
    await refusing([inTarget('DELETE')]);
    expect(result.outcome).toBe('partly');
    expect(told('acme-1')).toMatchObject({ outcome: 'left', targetId: one.copy });
    expect(told('acme-1')?.error).toContain(`at work in ${run.source.name} again, but its copy ${one.copy}`);
    expect(told('acme-1')?.error).toContain('left there, stopped and locked');
    expect(await state()).toEqual(['active, 1 addresses', 'stopped locked, 0 addresses']);
  }, 240_000);

  test('is finished by the same command when the fault is gone', async () => {
    await run.working(() => rollBack('acme'));
    expect(result.outcome).toBe('done');
    expect(told('acme-1')?.outcome).toBe('started-again');
    expect((await look())[0].filter((line) => line.includes(' acme'))).toEqual(
      before[0]?.filter((line) => line.includes(' acme')),
    );
    expect((await servers(run.targetCloud)).map(({ name }) => name)).toEqual(['beta-1']);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);

  test('whose workers are lost in the middle, with the answers of all they did, ends as any other', async () => {
    const lost = new Set<string>();
    const losing: Interference = (activity) => {
      if (lost.has(activity) || !LOST.some((name) => name === activity)) return undefined;
      lost.add(activity);
      return () => {
        throw new Error(`lost by the test: ${activity}`);
      };
    };
    // A fault that passes, however long: nobody has to ask again.
    const { name: cloud } = run.target;
    run.simulator.faults.add({
      cloud,
      method: 'DELETE',
      path: '/servers/',
      times: 2,
      fault: { kind: 'status', status: 500 },
    });
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const first = await run.startWorker((activity, request) => {
      if (activity === 'restoreServer') stop();
      return losing(activity, request);
    });
    const handle = await run.rollback('beta');
    await stopped;
    first.worker.shutdown();
    await first.end.catch(() => undefined);
    await run.working(async () => {
      expect((await handle.result()).outcome).toBe('done');
    }, losing);
    expect(LOST.filter((name) => !lost.has(name))).toEqual([]);
    const [source, target] = await look();
    expect(source).toEqual(before[0]);
    const added = target
      ?.filter((line) => !before[1]?.includes(line))
      .map((line) => line.split(' ').slice(0, 2).join(' '));
    // What every tenant may use stays.
    expect(added).toEqual(['flavor m1.tiny', 'image cirros']);
    expect(lentRoles(run)).toEqual([]);
  }, 300_000);
});
