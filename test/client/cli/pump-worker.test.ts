import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../workers/server-ports.ts';
import { testTarget } from '../../temporal.ts';
import { scratchFolder } from '../../workers/fake-programs.ts';

const SEED_EXAMPLE = `source:
  - { name: good_old_openstack, auth_url: "http://127.0.0.1:1/v2.0/", username: admin, password: not-for-logs, tenant: admin }
target:
  - { name: mira-os-1, auth_url: "http://127.0.0.1:1/v2.0/", username: admin, password: not-for-logs }
`;

let folder: string;
let config: string;

beforeAll(async () => {
  folder = await scratchFolder();
  config = join(folder, 'pumphouse.yaml');
  await writeFile(config, SEED_EXAMPLE, { mode: 0o600 });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

type Command = 'pump-worker' | 'pump-dev';

/** Starts the built command as a person would, with the test server in the environment. */
function run(command: Command, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const path = fileURLToPath(new URL(`../../../bin/${command}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TEMPORAL_ADDRESS: testTarget().address, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return { child, output, ended: once(child, 'close').then(([code]: unknown[]) => ({ code, ...output })) };
}

/** Settles when the process has printed `text`; fails with all it printed when it ends without. */
function printed(child: ChildProcess, output: { stdout: string; stderr: string }, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => `${output.stdout}${output.stderr}`.includes(text) && resolve();
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', () => reject(new Error(`it ended without "${text}": ${output.stdout}${output.stderr}`)));
    look();
  });
}

const USAGE_ERRORS: readonly (readonly [Command, string, string])[] = [
  ['pump-worker', '--nope', 'pump-worker: unknown option --nope'],
  ['pump-worker', '--config missing.yaml', 'missing.yaml: no such file'],
  [
    'pump-dev',
    'demonstrate',
    'pump-dev: unknown command "demonstrate"; it is one of server, demo, completion, or left out',
  ],
];

it.each(USAGE_ERRORS)('%s %s: exit code 2 and one line', async (command, args, message) => {
  const { code, stdout, stderr } = await run(command, args.split(' ')).ended;
  expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
  expect(stderr).toContain(message);
});

it('pump-worker says where Temporal should be when it is not there', async () => {
  const address = `127.0.0.1:${await freePort(0)}`;
  const { code, stderr } = await run('pump-worker', ['-c', config, '--log-level', 'error'], {
    TEMPORAL_ADDRESS: address,
  }).ended;
  expect(code).toBe(1);
  expect(stderr).toBe(
    `pump-worker: cannot reach Temporal at ${address} (nothing listens there): start one here with "pump-dev", or set TEMPORAL_ADDRESS=HOST:PORT\n`,
  );
});

describe('a running pump-worker', () => {
  it('serves metrics and health, logs JSON without secrets, and ends with 0 on SIGTERM', async () => {
    const metrics = `127.0.0.1:${await freePort(0)}`;
    const health = `127.0.0.1:${await freePort(0)}`;
    const { child, output, ended } = run('pump-worker', ['-c', config, '--metrics', metrics, '--health', health]);
    await printed(child, output, '"state":"RUNNING"');

    expect(await (await fetch(`http://${metrics}/metrics`)).text()).toContain('temporal_');
    expect((await fetch(`http://${health}/live`)).status).toBe(200);
    const ready = await (await fetch(`http://${health}/ready`)).json();
    expect(ready).toMatchObject({ workers: { pumphouse: expect.any(String), 'pumphouse-data': expect.any(String) } });

    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const lines = stderr
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'worker runs', queues: ['pumphouse', 'pumphouse-data'] }),
    );
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped' });
    expect(stderr).not.toContain('not-for-logs');
  }, 180_000);

  it('refuses a metrics port that is taken', async () => {
    const taken = testTarget().address;
    const { code, stderr } = await run('pump-worker', ['-c', config, '--metrics', taken, '--log-level', 'error']).ended;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(`^pump-worker: cannot serve metrics at ${taken}: Address already in use.*\n$`),
      ),
    });
  });
});

it('pump-dev prints where things are, runs a worker, and ends with 0 on Ctrl-C', async () => {
  const { child, output, ended } = run('pump-dev', ['-c', config]);
  await printed(child, output, 'Ctrl-C ends it.');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      `Temporal  ${testTarget().address}  namespace default`,
      'Worker    takes pumphouse and pumphouse-data',
      'Ctrl-C ends it.\n',
    ].join('\n'),
  );
}, 180_000);
