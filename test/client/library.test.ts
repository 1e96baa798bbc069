import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PumphouseClient } from '../../client/pumphouse-client.ts';
import type { RunError } from '../../client/run-error.ts';
import { generate } from '../../simulator/index.ts';
import { eventually } from '../moving/copy-stage.ts';
import { testTarget, unique } from '../temporal.ts';
import { type MovingRun, movingRun } from '../workflows/moving-run.ts';
import { folderWith } from './cli/command-line.ts';

const MOVE_MS = 180_000;
const home = process.cwd();

let moving: MovingRun;
let pumphouse: PumphouseClient;

beforeAll(async () => {
  moving = await movingRun(generate({ instances: 2, tenants: 2, seed: 'library' }));
  const { taskQueue } = moving;
  pumphouse = new PumphouseClient(moving.temporal.client, { taskQueue, dataTaskQueue: taskQueue });
}, MOVE_MS);
afterAll(() => moving.close());

const clouds = () => ({ source: moving.source.name, target: moving.target.name });

describe('the library', () => {
  test(
    'moves a tenant as its documentation shows',
    async () => {
      const text = await readFile(join(home, 'docs/library.md'), 'utf8');
      const { source, target } = clouds();
      const example = /```js\n(.*?)```/s
        .exec(text)![1]!
        .replace("source: 'old', target: 'new'", `source: '${source}', target: '${target}'`);
      // Within the package, which may import itself by its name.
      const place = join(home, 'dist', unique('library-example'));
      await mkdir(place);
      await writeFile(join(place, 'example.js'), example);
      const cloud = ({ name, authUrl, credentials: { username, password, project } }: MovingRun['source']) =>
        `{ name: ${name}, auth_url: "${authUrl}", username: ${username}, password: ${password}, project: ${project} }`;
      const queues = `{ task_queue: ${moving.taskQueue}, data_task_queue: ${moving.taskQueue} }`;
      const folder = folderWith({
        'pumphouse.yaml': `source: [${cloud(moving.source)}]\ntarget: [${cloud(moving.target)}]\ntemporal: ${queues}\n`,
      });
      try {
        const { stdout } = await moving.working(async () =>
          promisify(execFile)('node', [join(place, 'example.js'), 't0001', await moving.tenant('t0001')], {
            env: {
              PATH: process.env.PATH,
              TEMPORAL_ADDRESS: testTarget().address,
              PUMPHOUSE_CONFIG: join(folder.path, 'pumphouse.yaml'),
            },
          }),
        );
        expect(stdout).toMatch(/^\d+ to create\n/);
        expect(stdout).toContain(`\nstarted migrate-tenant/${source}/${target}/`);
        expect(stdout).toMatch(/\ndone: \d+ resources\n$/);
      } finally {
        folder.remove();
        await rm(place, { recursive: true });
      }
    },
    MOVE_MS,
  );

  test(
    'finds a run by a part of its id, joins it, and refuses answers that it does not wait for',
    async () => {
      const projectId = await moving.tenant('t0002');
      const wish = { ...clouds(), selection: { kind: 'tenant', projectId, name: 't0002' }, keepSource: true } as const;
      await moving.working(async () => {
        const run = await pumphouse.migrate(wish);
        expect(run.joined).toBe(false);
        const again = await pumphouse.migrate(wish);
        expect([again.joined, again.runId]).toEqual([true, run.runId]);
        for await (const { progress } of run.follow({ everyMs: 100 })) if (progress?.gate !== undefined) break;
        await expect(run.approve({ by: 'ann' }, 'delete-source')).rejects.toThrow(
          'waits at gate plan, not delete-source',
        );
        await expect(run.skip({ by: 'ann' })).rejects.toThrow('cannot be skipped: it takes approve, reject');
        expect(await run.summary()).toMatchObject({ kind: 'migrate-tenant', status: 'running', gate: 'plan' });
        const found = await pumphouse.run(`${clouds().source}/${clouds().target}/${projectId.slice(0, 8)}`);
        expect(found.workflowId).toBe(run.workflowId);
        await expect(pumphouse.run('no-such-run')).rejects.toMatchObject({ problem: 'unknown' });
        // The move of the other tenant has ended: it takes no answers.
        expect((await pumphouse.run(clouds().source)).workflowId).toBe(run.workflowId);
        await found.reject({ by: 'ann', comment: 'not today' }, 'plan');
        const { outcome, gates } = await run.result();
        expect(outcome).toBe('compensated');
        expect(gates).toMatchObject([{ gate: 'plan', verdict: 'reject', by: 'ann', comment: 'not today' }]);
        await expect(run.approve({ by: 'ann' })).rejects.toMatchObject({ problem: 'ended' });
        // The index behind this lags.
        const problem = () => pumphouse.run(clouds().source).catch((error: RunError) => error.problem);
        expect(await eventually(problem, (found) => typeof found === 'string')).toBe('ambiguous');
      });
    },
    MOVE_MS,
  );
});
