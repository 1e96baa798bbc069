import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { ResourceOutcome, RunReport, RunResult } from '../../workflows/run-report.ts';
import {
  atGate,
  everything,
  type Interference,
  lentRoles,
  type MigrationHandle,
  type MovingRun,
  movingRun,
  portrait,
  servers,
  until,
} from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

const INSTANCES = 5;
const AT_ONCE = 2;

/** Calls `then` when an activity is asked for the `nth` time. */
function onThe(nth: number, activity: string, then: () => void): Interference {
  let count = 0;
  return (name) => {
    if (name === activity && ++count === nth) then();
    return undefined;
  };
}

describe('A run that is cancelled', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);
  const policy = movePolicy({ server: { concurrency: AT_ONCE, strategy: 'image' } });
  const start = () => run.migrate('acme', { policy, keepSource: false });
  const reportOf = async (handle: Pick<MigrationHandle, 'query'>) => {
    const { outcomes, result } = await handle.query<RunReport, []>('report');
    return { instances: outcomes.filter(({ type }) => type === 'server'), result };
  };
  const names = (items: readonly ResourceOutcome[], outcome: string) =>
    items.filter((item) => item.outcome === outcome).map(({ name }) => name);

  beforeAll(async () => {
    const own = Array.from({ length: INSTANCES }, (_, index) => smallServer('acme', index));
    run = await movingRun(smallCloud(smallTenant('acme', 0, { servers: own })));
    before = await look();
  }, 180_000);
  afterAll(() => run.close());

  test('twice, and rejected, while some instances are moved, some are at it and some wait, leaves both clouds as they were', async () => {
    let cancel: () => void = () => undefined;
    const locked: unknown[] = [];
    const third = onThe(3, 'bootServer', () => cancel());
    await run.working(
      async () => {
        const handle = await start();
        cancel = () => void handle.cancel().then(() => handle.cancel());
        const ended = handle.result().catch(() => undefined);
        await until(handle, ({ stage }) => stage === 'compensate');
        await handle.signal('reject', 'delete-source');
        await handle.cancel();
        await ended;
        expect((await handle.describe()).status.name).toBe('CANCELLED');
        const { instances, result } = await reportOf(handle);
        expect(result).toMatchObject({ outcome: 'compensated', error: 'the run was cancelled' });
        for (const { name, outcome } of instances)
          expect([name, outcome]).toEqual([name, expect.stringMatching(/^(compensated|started-again)$/)]);
        expect(instances.length).toBeLessThan(INSTANCES);
      },
      (activity, request) => {
        if (activity === 'lockServer') locked.push(request.id);
        return third(activity, request);
      },
    );
    // Those that waited were not touched.
    expect(new Set(locked).size).toBeLessThan(INSTANCES);
    expect(await look()).toEqual(before);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);

  test('while a rejected move is being undone is undone to its end', async () => {
    let cancel: () => void = () => undefined;
    const result = await run.working(
      async () => {
        const handle = await start();
        await atGate(handle, 'delete-source');
        cancel = () => void handle.cancel();
        await handle.signal('reject', 'delete-source');
        return handle.result();
      },
      onThe(2, 'stopCopy', () => cancel()),
    );
    expect(result).toMatchObject({ outcome: 'compensated' });
    expect(await look()).toEqual(before);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);

  test('while sources are deleted deletes no more of them, takes nothing back, and says which is which', async () => {
    let cancel: () => void = () => undefined;
    const third = onThe(3, 'deleteSourceServer', () => cancel());
    const { instances, result } = await run.working(async () => {
      const handle = await start();
      await atGate(handle, 'delete-source');
      cancel = () => void handle.cancel();
      await handle.signal('approve', 'delete-source');
      await handle.result().catch(() => undefined);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      return reportOf(handle);
    }, third);
    const left = (await servers(run.sourceCloud)).map(({ name }) => name);
    const deleted = names(instances, 'deleted');
    expect(deleted.length).toBeGreaterThanOrEqual(AT_ONCE);
    expect(names(instances, 'done').sort()).toEqual(left.sort());
    expect(left.length + deleted.length).toBe(INSTANCES);
    for (const { attributes } of await servers(run.sourceCloud))
      expect(attributes).toMatchObject({ vmState: 'stopped', locked: true });
    const copies = await servers(run.targetCloud);
    expect(copies.map(({ attributes }) => attributes.vmState)).toEqual(Array(INSTANCES).fill('active'));
    expect(result).toMatchObject({ outcome: 'partly', sourcesKept: left.length });
    expect(result?.notes.join('\n')).toContain(`${deleted.length} are deleted in ${run.source.name}`);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);

  test('in the middle of a rollback brings back what had begun, and the same command the rest', async () => {
    const left = (await servers(run.sourceCloud)).map(({ name }) => name);
    const there = (await everything(run.targetCloud)).map(({ type, name }) => `${type} ${name}`);
    let cancel: () => void = () => undefined;
    const first = onThe(1, 'stopCopy', () => cancel());
    await run.working(async () => {
      const handle = await run.rollback('acme');
      cancel = () => void handle.cancel();
      await handle.result().catch(() => undefined);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      const active = (cloud: MovingRun['sourceCloud']) =>
        servers(cloud).then((all) => all.filter(({ attributes }) => attributes.vmState === 'active'));
      const running = [...(await active(run.sourceCloud)), ...(await active(run.targetCloud))];
      expect(running.map(({ name }) => name).sort()).toEqual(
        Array.from({ length: INSTANCES }, (_, i) => `acme-${i + 1}`),
      );
    }, first);
    const result: RunResult = await run.working(async () => (await run.rollback('acme')).result());
    expect(result.outcome).toBe('partly');
    expect(result.notes.join('\n')).toContain(`${INSTANCES - left.length} instances of tenant acme stay`);
    for (const { attributes } of await servers(run.sourceCloud))
      expect(attributes).toMatchObject({ vmState: 'active', locked: false });
    expect(await servers(run.targetCloud)).toHaveLength(INSTANCES - left.length);
    const after = new Set((await everything(run.targetCloud)).map(({ type, name }) => `${type} ${name}`));
    for (const item of there.filter((line) => /^(network|subnet|router|user|keypair|project) /.test(line)))
      expect(after).toContain(item);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);
});
