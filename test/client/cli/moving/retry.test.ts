import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { pumpCloud } from '../../../../client/cli/pump-cloud.ts';
import { pumpRuns } from '../../../../client/cli/pump-runs.ts';
import { generate } from '../../../../simulator/index.ts';
import { testTarget } from '../../../temporal.ts';
import { type Interference, type MovingRun, movingRun, servers } from '../../../workflows/moving-run.ts';
import { commandLine, folderWith } from '../command-line.ts';

const MOVE_MS = 180_000;

describe('A move of which one instance failed', () => {
  let moving: MovingRun;
  let folder: ReturnType<typeof folderWith>;
  let refused: string | undefined;
  let id = '';

  const refusing: Interference = (activity, { id }) => {
    if (activity === 'lockServer' && id === refused) throw ApplicationFailure.nonRetryable('by the test', 'forbidden');
    return undefined;
  };
  const place = () => ({ cwd: folder.path, env: { TEMPORAL_ADDRESS: testTarget().address } });
  const cloud = (line: string) => commandLine(line.split(' '), { ...place(), program: pumpCloud });
  const runs = (line: string) => commandLine(line.split(' '), { ...place(), program: pumpRuns });

  beforeAll(async () => {
    moving = await movingRun(generate({ instances: 2, tenants: 1, seed: 'retry' }));
    const login = ({ name, authUrl, credentials: { username, password, project } }: MovingRun['source']) => ({
      ...{ name, auth_url: authUrl, username, password, project },
    });
    const temporal = { task_queue: moving.taskQueue, data_task_queue: moving.taskQueue };
    folder = folderWith({
      'pumphouse.yaml': JSON.stringify({ source: [login(moving.source)], target: [login(moving.target)], temporal }),
    });
    refused = (await servers(moving.sourceCloud))[0]!.id;
  }, MOVE_MS);
  afterAll(async () => {
    folder.remove();
    await moving.close();
  });

  test(
    'is tried again by pump-runs retry at delete-source, and only there and then',
    () =>
      moving.working(async () => {
        const waiting = await cloud('migrate t0001 --no-wait');
        expect([waiting.exitCode, waiting.stderr]).toEqual([3, expect.stringContaining('waits at gate plan')]);
        // Other tests move a t0001 of their own at the same time.
        id = /migrate-tenant\/\S+/.exec(waiting.stderr)?.[0] ?? '';
        const shown = (await runs(`show ${id}`)).stdout.split('\n');
        expect(shown.filter((line) => /^[|+]/.test(line) && line.length > 100)).toEqual([]);
        expect(shown.join('\n')).toMatch(/\| state +\| waits at gate plan +\|/);
        expect(shown).toContain(`  pump-runs approve ${id} plan`);
        const early = await runs(`retry ${id}`);
        expect(early.exitCode).not.toBe(0);
        expect(early.stderr).toContain('cannot be tried again: it takes approve, reject');

        const failed = await cloud('migrate t0001 --approve plan --no-wait');
        expect([failed.exitCode, failed.stderr]).toEqual([3, expect.stringContaining('waits at gate delete-source')]);
        const command = /pump-runs (retry \S+ delete-source)/.exec(failed.stderr)?.[1];
        expect(command).toBeDefined();

        expect((await runs(command!)).exitCode).toBe(0);
        for (;;) if ((await runs(`show ${id}`)).stdout.includes('waits at gate plan')) break;
        expect((await runs(`reject ${id} plan`)).exitCode).toBe(0);
        const declined = await cloud('migrate t0001 --no-wait');
        expect([declined.exitCode, declined.stderr]).toEqual([
          3,
          expect.stringContaining('waits at gate delete-source'),
        ]);

        refused = undefined;
        const again = await runs(command!);
        expect([again.exitCode, again.stderr]).toEqual([
          0,
          expect.stringContaining('what was not moved is planned and moved again'),
        ]);
        const mended = await cloud('migrate t0001 --approve plan --no-wait');
        expect([mended.exitCode, mended.stderr]).toEqual([3, expect.stringContaining('waits at gate delete-source')]);
        const nothing = await runs(`retry ${id}`);
        expect(nothing.exitCode).not.toBe(0);
        expect(nothing.stderr).toContain('there is nothing to try again');

        expect((await runs(`skip ${id} delete-source`)).exitCode).toBe(0);
        expect((await runs(`watch ${id}`)).exitCode).toBe(0);
      }, refusing),
    MOVE_MS,
  );

  test(
    'has in its report for programs what became of each: action, target, duration, downtime, and what was kept',
    () =>
      moving.working(async () => {
        const { exitCode, stdout } = await runs(`report ${id} -f json`);
        expect(exitCode).toBe(0);
        const rows: readonly Record<string, unknown>[] = JSON.parse(stdout);
        const made = rows.filter(({ action, outcome }) => action === 'create' && outcome === 'done');
        expect(made.filter(({ type }) => type === 'server')).toHaveLength(2);
        for (const row of made)
          expect(row).toMatchObject({
            target_id: expect.any(String),
            duration_ms: expect.any(Number),
            fidelity: { kept: expect.any(Number), changed: expect.any(Array), lost: expect.any(Array) },
          });
        for (const row of made.filter(({ type }) => type === 'server')) expect(row).toHaveProperty('downtime_ms');
        expect(rows.filter(({ type }) => type === 'assignment').map(({ name }) => name)).toContainEqual(
          expect.stringMatching(/^\w+ on project \w+ for user /),
        );
      }),
    MOVE_MS,
  );

  test(
    'is verified under names that people know, of assignments too',
    async () => {
      const { exitCode, stdout } = await cloud('verify t0001 -f json');
      expect(exitCode).toBe(0);
      const rows: readonly Record<string, unknown>[] = JSON.parse(stdout);
      const names = rows.filter(({ type }) => type === 'assignment').map(({ name }) => name);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(/^\w+ on project \w+ for user \S+$/);
    },
    MOVE_MS,
  );

  test(
    'is rolled back with a report of what was started again, what was removed, and what is kept and why',
    () =>
      moving.working(async () => {
        const shown = await cloud('rollback t0001 --dry-run');
        expect([shown.exitCode, shown.stderr]).toEqual([0, '']);
        expect(shown.stdout).toMatch(
          /^roll back tenant t0001: 2 instances will be brought back in \S+, as they were before the move/,
        );
        const { exitCode, stdout, stderr } = await cloud('rollback t0001 --yes');
        expect(exitCode).toBe(0);
        expect(stdout).toMatch(/\| server +\| t0001-\S+ +\| (started again|restored) +\|/);
        expect(stdout).toMatch(/\| network +\| t0001-net +\| removed +\|/);
        expect(stdout).toMatch(/\| image +\| \S+ +\| kept +\|.*\| it does not belong to the tenant +\|/);
        expect(stderr).toMatch(/\ntenant t0001: done; \d+ taken back, \d+ kept, in /);
      }),
    MOVE_MS,
  );
});
