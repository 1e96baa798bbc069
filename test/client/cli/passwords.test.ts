import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pumpKeystone } from '../../../client/cli/pump-keystone.ts';
import { generate } from '../../../simulator/index.ts';
import { testTarget } from '../../temporal.ts';
import { type MovingRun, movingRun } from '../../workflows/moving-run.ts';
import { commandLine, folderWith } from './command-line.ts';

/** Of the workers of these tests. */
const SECRET = 'a secret of these tests';

describe('The list of passwords', () => {
  let moving: MovingRun;
  let folder: ReturnType<typeof folderWith>;

  const configuration = (passwords: object) => {
    const cloud = ({ name, authUrl, credentials: { username, password, project } }: MovingRun['source']) => ({
      ...{ name, auth_url: authUrl, username, password, project },
    });
    const temporal = { task_queue: moving.taskQueue, data_task_queue: moving.taskQueue };
    return JSON.stringify({ source: [cloud(moving.source)], target: [cloud(moving.target)], temporal, passwords });
  };
  const place = () => ({
    program: pumpKeystone,
    cwd: folder.path,
    env: { TEMPORAL_ADDRESS: testTarget().address },
  });
  const users = (file: string) => commandLine(['users', 't0001', '--approve', 'plan', '--passwords', file], place());

  beforeAll(async () => {
    moving = await movingRun(generate({ instances: 2, tenants: 1, seed: 'passwords' }));
    folder = folderWith({ 'pumphouse.yaml': configuration({ secret: SECRET }) });
  }, 180_000);
  afterAll(async () => {
    folder.remove();
    await moving.close();
  });

  test('is refused before anything is moved where it cannot be written', async () => {
    writeFileSync(join(folder.path, 'there.csv'), 'mine');
    expect(await users('there.csv')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the file is there already; name a new one'),
    });
    expect(await users('no/such/folder.csv')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('its folder does not exist'),
    });
    expect(readFileSync(join(folder.path, 'there.csv'), 'utf8')).toBe('mine');
  });

  test('is not left behind, empty, by who leaves with Ctrl-C', async () => {
    const interrupt = new AbortController();
    const left = await moving.working(() =>
      commandLine(['users', 't0001', '--passwords', 'given-up.csv'], {
        ...place(),
        signal: interrupt.signal,
        watch: (_text, talk) => {
          if (talk.includes('waits at gate plan')) interrupt.abort('SIGINT');
        },
      }),
    );
    expect([left.exitCode, existsSync(join(folder.path, 'given-up.csv'))]).toEqual([130, false]);
  }, 240_000);

  test('has passwords that let the moved users in, and is readable by its owner only', async () => {
    const { exitCode, stdout, stderr } = await moving.working(() => users('list.csv'));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const file = join(folder.path, 'list.csv');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [heading, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
    expect(heading).toBe('domain,user,password');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const [, username = '', password = ''] = line.split(',');
      expect(stdout + stderr).not.toContain(password);
      const user = { name: username, domain: { name: 'Default' }, password };
      const answer = await fetch(`${moving.target.authUrl}/auth/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } }),
      });
      expect([username, answer.status]).toEqual([username, 201]);
    }
  }, 240_000);

  test('is not kept where no user is made', async () => {
    const { exitCode, stderr } = await moving.working(() => users('again.csv'));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('is not kept') });
    expect(existsSync(join(folder.path, 'again.csv'))).toBe(false);
  }, 240_000);

  test('is refused where users are made without passwords', async () => {
    writeFileSync(join(folder.path, 'pumphouse.yaml'), configuration({ users: 'none' }));
    expect(await users('other.csv')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'users are made without passwords (passwords.users: none); give passwords.secret',
      ),
    });
  });
});
