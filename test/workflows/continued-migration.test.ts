import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { MigrationReport } from '../../client/merged-report.ts';
import { PumphouseClient } from '../../client/pumphouse-client.ts';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { MigrateRequest } from '../../workflows/move-requests.ts';
import type { GateName } from '../../workflows/run-messages.ts';
import type { RunProgress } from '../../workflows/run-report.ts';
import {
  type Interference,
  lentRoles,
  type MigrationHandle,
  type MovingRun,
  movingRun,
  portrait,
} from './moving-run.ts';
import { addGroups, smallCloud, smallTenant } from './small-tenant.ts';

const INSTANCES = 10;
const PAGE = 4;
/** Two images of 4 KiB, and a volume of 1 GiB that no instance has. */
const IMAGES_AND_VOLUME_BYTES = 2 * 4_096 + 1024 ** 3;
const RING = ['g1', 'g2', 'g3', 'g4', 'g5', 'g6', 'g7'] as const;

/** Groups each of which lets in the next, the last the first: none is complete before all of them are there. */
const securityGroups = RING.map((name, index) => ({
  name,
  rules: [{ protocol: 'tcp', ports: [80, 80] as [number, number], group: RING[(index + 1) % RING.length]! }],
}));

/** A new execution before almost every page. */
const CONTINUING: Partial<MigrateRequest> = { eventsARun: 80, entriesAPage: PAGE, keepSource: false, approved: {} };

describe('A migration that continues as new again and again', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);

  const executionsOf = async ({ workflowId }: MigrationHandle) => {
    const ids: string[] = [];
    const query = `WorkflowId = '${workflowId}'`;
    for await (const { runId } of run.temporal.client.workflow.list({ query })) ids.push(runId);
    return ids;
  };
  const started = ({ workflowId }: MigrationHandle) => new PumphouseClient(run.temporal.client).run(workflowId);
  /** The first look at which it is so, over all continuations. */
  const until = async (handle: MigrationHandle, isSo: (seen: RunProgress) => boolean) => {
    for await (const { progress } of (await started(handle)).follow({ everyMs: 50 }))
      if (progress !== undefined && isSo(progress)) return progress;
    throw new Error('it has ended before');
  };
  const answer = async (handle: MigrationHandle, verdict: string, gate: GateName, by: string) => {
    await until(handle, (seen) => seen.gate?.name === gate);
    await handle.signal(verdict, { gate, by, comment: `${verdict} it` });
  };
  /** Nothing twice, nothing missing: every entry of the plan once, and the counts are those of the outcomes. */
  const requireWhole = async ({ outcomes, notes, progress: { counts } }: MigrationReport, handle: MigrationHandle) => {
    expect(notes).toEqual([]);
    const plan = await handle.query<{ counts: Record<string, Record<string, number>> }, []>('plan');
    for (const [type, planned] of Object.entries(plan.counts)) {
      const told = outcomes.filter((outcome) => outcome.type === type);
      const total = Object.values(planned).reduce((sum, count) => sum + count, 0);
      expect([type, told.length]).toEqual([type, total]);
      expect([type, counts[type as 'server']]).toEqual([type, { total, done: total, failed: 0, skipped: 0 }]);
    }
    expect(new Set(outcomes.map(({ type, id }) => `${type}/${id}`)).size).toBe(outcomes.length);
  };

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', INSTANCES, { securityGroups })));
    addGroups(run.source, 'acme');
    before = await look();
  }, 180_000);
  afterAll(() => run.close());

  test('asks each gate once, tells all that it has done, and takes all of it back when it is rejected', async () => {
    await run.working(async () => {
      const handle = await run.migrate('acme', CONTINUING);
      const gates: string[] = [];
      const executions = new Set<string>();
      let sawGate = () => {};
      const firstGate = new Promise<void>((resolve) => {
        sawGate = resolve;
      });
      const watching = (async () => {
        for await (const { progress } of (await started(handle)).follow({ everyMs: 50 })) {
          const name = progress?.gate?.name;
          if (name !== undefined && gates.at(-1) !== name) gates.push(name);
          if (gates.length > 0) sawGate();
        }
      })();
      // Who watches sees the plan's gate before it is answered.
      await firstGate;
      await answer(handle, 'approve', 'plan', 'ann');
      await until(handle, (seen) => seen.gate?.name === 'delete-source');
      for (const id of await executionsOf(handle)) executions.add(id);
      expect(executions.size).toBeGreaterThan(6);

      const report = await (await started(handle)).report();
      await requireWhole(report, handle);
      const instances = report.outcomes.filter(({ type }) => type === 'server');
      for (const { action, instance, fidelity, durationMs } of instances) {
        expect(action).toBe('create');
        expect(instance?.downtimeMs).toBeGreaterThan(0);
        expect(fidelity?.kept).toBeGreaterThan(0);
        expect(durationMs).toBeGreaterThan(0);
      }
      const ofInstances = instances.reduce((sum, { instance }) => sum + (instance?.copiedBytes ?? 0), 0);
      expect(report.progress.copiedBytes).toBe(ofInstances + IMAGES_AND_VOLUME_BYTES);

      await answer(handle, 'reject', 'delete-source', 'bob');
      const result = await handle.result();
      expect(result).toMatchObject({
        outcome: 'compensated',
        gates: [
          { gate: 'plan', verdict: 'approve', by: 'ann', comment: 'approve it' },
          { gate: 'delete-source', verdict: 'reject', by: 'bob', comment: 'reject it' },
        ],
      });
      expect(result.notes).toEqual([
        'a plan made afresh finds nothing left to do',
        'undone: the move was rejected at delete-source',
      ]);
      await watching;
      expect(gates).toEqual(['plan', 'delete-source']);
    });
    expect(await look()).toEqual(before);
    expect(lentRoles(run)).toEqual([]);
  }, 180_000);

  test('stays paused over a continuation, and goes on with a worker that knows nothing of it', async () => {
    const begun = new Set<string>();
    const refused = new Map<string, string>();
    /** Of these activities the first call is refused. */
    const refusing = (activity: string, what: string, id: unknown): boolean => {
      const known = refused.get(`${activity} ${what}`);
      if (known === undefined) refused.set(`${activity} ${what}`, String(id));
      return known === undefined;
    };
    let handle: MigrationHandle | undefined;
    const interfering: Interference = (activity, { type, id }) => {
      const isRefused =
        (activity === 'makeResource' && type === 'port' && refusing(activity, type, id)) ||
        (activity === 'stopServer' && refusing(activity, '', id));
      if (isRefused) throw ApplicationFailure.nonRetryable('refused by the test', 'forbidden');
      if (activity !== 'lockServer') return undefined;
      begun.add(String(id));
      // All of the first page are under way: the next page is another execution's.
      if (begun.size === PAGE) void handle?.signal('pause');
      return undefined;
    };
    const policy = movePolicy({ server: { perHost: PAGE }, port: { onError: 'retry' } });
    await run.working(async () => {
      handle = await run.migrate('acme', { ...CONTINUING, policy, approved: { plan: { by: 'the test' } } });
      await until(handle, ({ stage, running }) => stage === 'instances' && running.length > 0);
      const { runId } = await handle.describe();
      await until(handle, ({ paused, running }) => paused && running.length === 0);
      while ((await handle.describe()).runId === runId) await until(handle, ({ paused }) => paused);
    }, interfering);
    expect(begun.size).toBe(PAGE);

    await run.working(async () => {
      if (handle === undefined) throw new Error('not started');
      await until(handle, ({ paused, stage }) => paused && stage === 'instances');
      expect(begun.size).toBe(PAGE);
      await handle.signal('resume');
      const waiting = await until(handle, ({ gate }) => gate?.name === 'delete-source');
      // One instance was refused, and is as it was; one port was refused, and then made.
      expect(waiting.counts.server).toEqual({ total: INSTANCES, done: INSTANCES - 1, failed: 1, skipped: 0 });
      expect(waiting.counts.port).toEqual({ total: INSTANCES, done: INSTANCES, failed: 0, skipped: 0 });
      await answer(handle, 'retry', 'delete-source', 'ann');
      // What was approved beforehand was the first plan: what is left to do is asked.
      await answer(handle, 'approve', 'plan', 'ann');
      const again = await until(handle, ({ gate, failures: { length }, counts: { server } }) => {
        return gate?.name === 'delete-source' && length > 0 && server?.failed === 0;
      });
      expect(again.counts.server).toEqual({ total: INSTANCES, done: INSTANCES, failed: 0, skipped: 0 });
      await answer(handle, 'approve', 'delete-source', 'ann');
      expect(await handle.result()).toMatchObject({
        ...{ outcome: 'done', sourcesKept: 0 },
        gates: [
          { gate: 'plan', verdict: 'approve', by: 'the test', beforehand: true },
          { gate: 'delete-source', verdict: 'retry', by: 'ann', comment: 'retry it' },
          { gate: 'plan', verdict: 'approve', by: 'ann', comment: 'approve it' },
          { gate: 'delete-source', verdict: 'approve', by: 'ann', comment: 'approve it' },
        ],
      });

      const { outcomes } = await (await started(handle)).report();
      const instances = outcomes.filter(({ type }) => type === 'server');
      expect(instances).toHaveLength(INSTANCES);
      for (const { action, outcome, instance, fidelity } of instances) {
        expect([action, outcome]).toEqual(['create', 'deleted']);
        expect(instance?.downtimeMs).toBeGreaterThan(0);
        expect(fidelity?.kept).toBeGreaterThan(0);
      }
      const ports = outcomes.filter(({ type }) => type === 'port');
      expect(ports.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(ports.map(() => 'create done'));
    });
    expect(lentRoles(run)).toEqual([]);
  }, 180_000);
});
