import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testTarget } from '../../temporal.ts';
import { type Interference, type MovingRun, movingRun } from '../../workflows/moving-run.ts';
import { smallCloud, smallServer, smallTenant } from '../../workflows/small-tenant.ts';
import { commandLine, folderWith, type Outcome } from './command-line.ts';

const SECRET = 'hunter2-secret';
const USER_DATA = `#cloud-config\npassword: ${SECRET}\n`;
/** What somebody writes into the copies of the instance and of its volume, before they are compared. */
const LATER = 'hunter3-secret';
const HIDDEN = [SECRET, LATER, USER_DATA, LATER.repeat(2)].flatMap((text) => [text, inBase64(text)]);
const DIGEST = /sha256 [\da-f]{12}…, \d+ bytes/;

describe('User data and metadata, where people put passwords', () => {
  let run: MovingRun;
  let folder: ReturnType<typeof folderWith>;
  const pumpCloud = (argv: readonly string[], interfere?: Interference) =>
    run.working(
      () => commandLine(argv, { cwd: folder.path, env: { TEMPORAL_ADDRESS: testTarget().address } }),
      interfere,
    );
  const migrate = ['migrate', 'acme', '--approve', 'plan', '--keep-source'];

  const changeCopies = (marks: 'kept' | 'taken off') => {
    const { nova, cinder } = run.target.state;
    const userData = inBase64(LATER.repeat(2));
    for (const row of nova.servers.all()) nova.servers.change(row, { metadata: later(row.metadata, marks), userData });
    for (const row of cinder.volumes.all()) cinder.volumes.change(row, { metadata: later(row.metadata, marks) });
  };
  const later = (metadata: Readonly<Record<string, string>>, marks: 'kept' | 'taken off') => ({
    ...(marks === 'kept' ? metadata : { tier: 'web' }),
    db_password: LATER,
  });

  beforeAll(async () => {
    const metadata = { db_password: SECRET, tier: 'web' };
    const tenant = smallTenant('acme', 0, {
      volumes: [{ name: 'data', metadata }],
      servers: [{ ...smallServer('acme', 0), metadata, userData: USER_DATA }],
    });
    run = await movingRun(smallCloud(tenant));
    const cloud = ({ name, authUrl, credentials: { username, password, project } }: MovingRun['source']) => ({
      ...{ name, auth_url: authUrl, username, password, project },
    });
    folder = folderWith({
      'pumphouse.yaml': JSON.stringify({
        source: [cloud(run.source)],
        target: [cloud(run.target)],
        temporal: { task_queue: run.taskQueue, data_task_queue: run.taskQueue },
        passwords: { secret: 'a secret of these tests' },
      }),
    });
  }, 180_000);
  afterAll(async () => {
    folder.remove();
    await run.close();
  });

  test('are told by digest and by the names that differ when a copy is not as it should be', async () => {
    const failed = await pumpCloud(migrate, (activity, { type }) => {
      if (activity === 'verifyResource' && type === 'server') changeCopies('kept');
      return undefined;
    });
    expect(failed.stdout).toContain('the copy is not as it should be: metadata');
    const told = await histories();
    expect(DIGEST.exec(told)).toHaveLength(1);
    expect(told.split('"db_password":"(another value)"').length).toBeGreaterThan(1);
    nothingTold(failed, told);
  }, 240_000);

  test('are told so when what was moved is compared later', async () => {
    const moved = await pumpCloud(migrate);
    expect(moved.exitCode).toBe(0);
    changeCopies('kept');
    const [table, asData] = [await pumpCloud(['verify', 'acme']), await pumpCloud(['verify', 'acme', '-f', 'json'])];
    expect(table.stdout).toMatch(DIGEST);
    expect(table.stdout).toContain('db_password (another value), was (a value)');
    expect(asData.stdout).toContain('"db_password": "(another value)"');
    expect(asData.stdout).not.toContain('"tier"');
    nothingTold(moved, table, asData);
  }, 240_000);

  test('are told so in the plan when a like one is in the way', async () => {
    changeCopies('taken off');
    const [table, asData] = [
      await pumpCloud(['plan', 'acme']),
      await pumpCloud(['plan', 'acme', '-f', 'json', '--long']),
    ];
    expect(table.stdout + table.stderr).toMatch(DIGEST);
    expect(asData.stdout).toContain('"db_password": "(another value)"');
    const again = await pumpCloud(migrate);
    const told = await histories();
    expect(/the target has one like it, and Pumphouse did not make it/.exec(told)).toHaveLength(1);
    nothingTold(table, asData, again, told);
  }, 240_000);

  function nothingTold(...told: readonly (Outcome | string)[]): void {
    const text = told.map((item) => (typeof item === 'string' ? item : item.stdout + item.stderr)).join('\n');
    for (const hidden of HIDDEN) expect(text.includes(hidden) ? hidden : 'nothing').toBe('nothing');
  }

  /** Every run on this queue, with its children: their histories, payloads decoded. */
  async function histories(): Promise<string> {
    const { workflow } = run.temporal.client;
    const texts: string[] = [];
    const executions: { readonly workflowId: string; readonly runId: string }[] = [];
    while (executions.length === 0)
      for await (const execution of workflow.list({ query: `TaskQueue = '${run.taskQueue}'` }))
        executions.push(execution);
    for (const { workflowId, runId } of executions)
      texts.push(inWords(await workflow.getHandle(workflowId, runId).fetchHistory()));
    return texts.join('\n');
  }
});

/** A history is JSON with the data of its payloads in base64. */
function inWords(history: object): string {
  return JSON.stringify(history, (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  ).replaceAll('\\', '');
}

function inBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
