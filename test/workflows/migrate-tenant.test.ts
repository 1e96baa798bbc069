import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generate } from '../../simulator/index.ts';
import type { RunReport, RunResult } from '../../workflows/run-report.ts';
import { type MovingRun, movingRun, portrait, servers } from './moving-run.ts';
import { expectReplays } from './simulated-run.ts';

const PAYLOAD_LIMIT_BYTES = 256 * 1024;

describe('A tenant that is moved', () => {
  let run: MovingRun;
  let before: readonly string[];
  let result: RunResult;
  let report: RunReport;
  let workflowId: string;

  beforeAll(async () => {
    run = await movingRun(generate({ instances: 10, tenants: 2, seed: 'story' }));
    before = await portrait(run.sourceCloud);
    await run.working(async () => {
      const handle = await run.migrate('t0001');
      workflowId = handle.workflowId;
      result = await handle.result();
      report = await handle.query<RunReport, []>('report');
    });
  }, 240_000);
  afterAll(() => run.close());

  test('has all of its resources in the target, and nothing that matters is lost', () => {
    expect(report.outcomes.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    expect(result).toMatchObject({ kind: 'migrate-tenant', outcome: 'done', what: 'tenant t0001' });
    const lost = report.outcomes.flatMap(({ fidelity }) => fidelity?.lost ?? []);
    expect(lost).toEqual([]);
  });

  test('has its instances stopped and locked in the source, and as they were in the target', async () => {
    const moved = report.outcomes.filter(({ type }) => type === 'server').map(({ id, targetId }) => ({ id, targetId }));
    expect(moved.length).toBeGreaterThan(2);
    const [inSource, inTarget] = [await servers(run.sourceCloud), await servers(run.targetCloud)];
    for (const { id, targetId } of moved) {
      const source = inSource.find((server) => server.id === id);
      const target = inTarget.find((server) => server.id === targetId);
      expect(source?.attributes).toMatchObject({ vmState: 'stopped', powerState: 'shutdown', locked: true });
      expect(before.join('\n')).toContain(`${target?.attributes.vmState} ${target?.attributes.powerState}`);
      expect(target?.attributes.interfaces.map(({ macAddress }) => macAddress)).toEqual(
        source?.attributes.interfaces.map(({ macAddress }) => macAddress),
      );
      expect(target?.origin).toMatchObject({ id, cloud: run.source.name });
    }
  });

  test('tells the downtime of those that ran, and only of those', () => {
    for (const { type, instance, name } of report.outcomes.filter((outcome) => outcome.type === 'server')) {
      const ran = before.find((line) => line.startsWith(`${type} ${name} `))?.includes(' active ') === true;
      expect([name, instance?.downtimeMs !== undefined]).toEqual([name, ran]);
    }
  });

  test('is moved by a run of small payloads whose history replays', async () => {
    const history = await run.temporal.client.workflow.getHandle(workflowId).fetchHistory();
    for (const event of history.events ?? []) expect(JSON.stringify(event).length).toBeLessThan(PAYLOAD_LIMIT_BYTES);
    await expectReplays(run.temporal, workflowId);
  }, 180_000);

  test('is not moved again by the same command, which says so', async () => {
    const again = await run.working(async () => (await run.migrate('t0001')).result());
    expect(again.outcome).toBe('nothing-to-do');
    expect(again.sourcesKept).toBe(report.outcomes.filter(({ type }) => type === 'server').length);
    expect(again.notes.join('\n')).toContain('finalize deletes them, rollback brings them back');
  }, 240_000);

  test('comes back by a rollback: the source is as it was', async () => {
    const back = await run.working(async () => (await run.rollback('t0001')).result());
    expect(back.outcome).toBe('done');
    expect(await portrait(run.sourceCloud)).toEqual(before);
    expect(await servers(run.targetCloud)).toEqual([]);
  }, 240_000);
});
