import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { z } from 'zod';
import { connectClient } from '../../client/connection.ts';
import {
  type EmbeddedTemporal,
  type EmbeddedTemporalOptions,
  startEmbeddedTemporal,
} from '../../workers/embedded-temporal.ts';
import { cacheFolder } from '../../workers/own-folders.ts';
import { hasEnded, identify, isRunning } from '../../workers/process-identity.ts';
import { findTemporalBinary } from '../../workers/temporal-binary.ts';
import { testTarget, unique } from '../temporal.ts';
import { program, scratchFolder } from './fake-programs.ts';

const START_MS = 60_000;
const END_MS = 20_000;

let state: string;
let said: string[];
let started: EmbeddedTemporal[];
let children: ChildProcess[];

beforeEach(async () => {
  state = await scratchFolder();
  said = [];
  started = [];
  children = [];
});

afterEach(async () => {
  for (const temporal of started) await temporal.close();
  for (const child of children) child.kill('SIGKILL');
  await rm(state, { recursive: true, force: true });
}, START_MS);

/** This process's environment, with data of the test's own and no other Temporal named. */
function environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return { ...Object.fromEntries(own), XDG_STATE_HOME: state, ...extra };
}

async function start(options: EmbeddedTemporalOptions = {}): Promise<EmbeddedTemporal> {
  const quiet = { env: environment(), say: (line: string) => void said.push(line) };
  const temporal = await startEmbeddedTemporal({ port: 0, uiPort: 0, ...quiet, ...options });
  started.push(temporal);
  return temporal;
}

/** Another process that starts a server on the same data, and the server's pid. */
async function startElsewhere(): Promise<{ child: ChildProcess; serverPid: number }> {
  const built = new URL('../../dist/workers/embedded-temporal.js', import.meta.url).href;
  const script = `const { startEmbeddedTemporal } = await import(${JSON.stringify(built)});
    await startEmbeddedTemporal({ port: 0, uiPort: 0, say: () => undefined });
    process.stdout.write('serving');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout!, 'data');
  const folder = join(state, 'pumphouse', 'servers');
  const [note] = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const record = z
    .object({ server: z.object({ pid: z.number() }) })
    .parse(JSON.parse(await readFile(join(folder, note!), 'utf8')));
  return { child, serverPid: record.server.pid };
}

it('uses the server of TEMPORAL_ADDRESS, leaves it running, and registers our search attributes there', async () => {
  const { address } = testTarget();
  const temporal = await start({ env: environment({ TEMPORAL_ADDRESS: address }) });
  expect(temporal).toMatchObject({ address, origin: 'TEMPORAL_ADDRESS', uiUrl: undefined });
  expect(said).toEqual([`Temporal: ${address}, as TEMPORAL_ADDRESS says`]);
  await temporal.close();
  await (await connectClient(testTarget())).close();
});

it(
  'keeps its data between runs, and serves a Web UI',
  async () => {
    const workflowId = unique('kept');
    const first = await start();
    expect((await fetch(first.uiUrl!)).status).toBe(200);
    const before = await connectClient(first.target);
    await before.client.workflow.start('anyWorkflow', { workflowId, taskQueue: 'nobody-listens' });
    await before.close();
    await first.close();

    const second = await start();
    const after = await connectClient(second.target);
    expect((await after.client.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING');
    await after.close();
  },
  START_MS,
);

it(
  'uses the server that another process runs on the same data',
  async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ address: first.address, origin: 'running' });
    await second.close();
    await (await connectClient(first.target)).close();
  },
  START_MS,
);

it(
  'tells when the server of another process ends',
  async () => {
    const first = await start();
    const second = await start();
    await first.close();
    expect(await second.ended).toBe(`process ${process.pid}, which ran it, is done with it`);
  },
  START_MS,
);

it(
  'chooses other ports when the usual ones are taken, and says so',
  async () => {
    const taken = createServer();
    // When somebody else has it already, it is taken all the same.
    await new Promise<void>((resolve) => taken.once('error', () => resolve()).listen(7233, '127.0.0.1', resolve));
    try {
      const temporal = await startEmbeddedTemporal({
        inMemory: true,
        uiPort: 0,
        env: environment(),
        say: (line) => void said.push(line),
      });
      started.push(temporal);
      expect(temporal.address).not.toBe('127.0.0.1:7233');
      expect(said).toContainEqual(expect.stringMatching(/^Temporal: port 7233 is taken, Temporal gets \d+$/));
    } finally {
      taken.close();
    }
  },
  START_MS,
);

it('does not choose another port than the one that was asked for', async () => {
  const port = Number(testTarget().address.split(':')[1]);
  await expect(start({ port })).rejects.toMatchObject({
    exitCode: 2,
    message: `port ${port} for Temporal is taken: name another, or 0 for any free one`,
  });
});

it(
  'tries other ports when one that was free is taken before the server uses it',
  async () => {
    const { path } = await findTemporalBinary({
      env: environment(),
      cacheFolder: cacheFolder(process.env),
      say: () => {},
    });
    const calls = join(state, 'calls');
    const unlucky = `[ "$1" = server ] && [ "$2" = start-dev ] && [ "$3" != --help ] && echo "$*" >>'${calls}' &&
      [ "$(wc -l <'${calls}')" = 1 ] && echo 'Error: listen tcp 127.0.0.1:1: bind: address already in use' && exit 1
      exec '${path}' "$@"`;
    await program(join(state, 'bin'), 'temporal', unlucky);
    const temporal = await start({
      inMemory: true,
      env: environment({ PATH: `${join(state, 'bin')}:${process.env.PATH}` }),
    });
    expect((await readFile(calls, 'utf8')).trim().split('\n')).toHaveLength(2);
    await (await connectClient(temporal.target)).close();
  },
  START_MS,
);

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'leaves no server behind when %s ends its process',
  async (signal) => {
    const { child, serverPid } = await startElsewhere();
    const server = identify(serverPid)!;
    child.kill(signal);
    await once(child, 'exit');
    expect(await hasEnded(server, END_MS)).toBe(true);
  },
  START_MS,
);

it(
  'ends the server that a killed process left, and takes over its data',
  async () => {
    const { child, serverPid } = await startElsewhere();
    const server = identify(serverPid)!;
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning(server)).toBe(true);

    const next = await start();
    expect(next.origin).not.toBe('running');
    expect(isRunning(server)).toBe(false);
    expect(said[0]).toMatch(new RegExp(`^ending the Temporal server ${serverPid} that a killed process left at `));
  },
  START_MS,
);

it(
  'does not end a process that only got the pid of a server that is gone',
  async () => {
    const innocent = spawn('sleep', ['60']);
    children.push(innocent);
    const note = {
      server: { pid: innocent.pid, started: 'long ago' },
      owner: { pid: innocent.pid, started: 'long ago' },
      address: '127.0.0.1:1',
      uiUrl: 'http://127.0.0.1:2',
      namespace: 'default',
    };
    const folder = join(state, 'pumphouse', 'servers');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${innocent.pid}.json`), JSON.stringify(note));
    await start({ inMemory: true });
    expect(identify(innocent.pid!)).toBeDefined();
    expect(await readdir(folder)).not.toContain(`${innocent.pid}.json`);
  },
  START_MS,
);
