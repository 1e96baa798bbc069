import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { testTarget } from '../../temporal.ts';
import { cloudsYaml } from '../lab-clouds.ts';

/** How a command ended, with all that it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Pumphouse as an operator has it: a configuration, a worker process, commands. */
export interface Installation {
  /** Of its own, for what tests write. */
  readonly folder: string;
  /** Starts a worker and waits until it takes work. */
  startWorker(): Promise<void>;
  /** As `kill -9`: nothing is finished, nothing is said. */
  killWorker(): Promise<void>;
  /** Runs a command to its end. */
  command(program: 'pump-cloud' | 'pump-host' | 'pump-runs', args: readonly string[]): Promise<Ended>;
  /** The log of all workers so far. */
  log(): string;
  close(): Promise<void>;
}

/** As the new cloud calls what the seed made: lab/population.md. */
export const VOLUME_TYPES = { 'acme.fast': 'ssd', 'acme.shared': 'multi', 'acme-t000-type': 'standard' } as const;

/** More of `pumphouse.yaml`, as `{ policy: { quota: { select: 'none' } } }`. */
export async function install(more: object = {}): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'pumphouse-lab-'));
  const config = join(folder, 'pumphouse.yaml');
  const content = {
    source: [{ cloud: 'source' }],
    target: [{ cloud: 'target' }],
    mappings: { 'volume-type': VOLUME_TYPES },
    // Without it users would be made disabled, and servers could not be booted as their owners.
    passwords: { users: 'generate', secret: randomBytes(24).toString('base64') },
  };
  await writeFile(config, stringify({ ...content, ...more }), { mode: 0o600 });

  const children = new Set<ChildProcess>();
  let worker: ChildProcess | undefined;
  let log = '';
  const start = (program: string, args: readonly string[]) => {
    const path = fileURLToPath(new URL(`../../../bin/${program}`, import.meta.url));
    const child = spawn(process.execPath, [path, ...args], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        TEMPORAL_ADDRESS: testTarget().address,
        OS_CLIENT_CONFIG_FILE: cloudsYaml('zed'),
        PUMPHOUSE_CONFIG: config,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    child.once('close', () => children.delete(child));
    return child;
  };
  const killWorker = async () => {
    if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
    const gone = once(worker, 'close');
    worker.kill('SIGKILL');
    await gone;
  };
  return {
    folder,
    killWorker,
    log: () => log,
    async startWorker() {
      const child = start('pump-worker', ['--log-level', 'info']);
      worker = child;
      const begin = log.length;
      await new Promise<void>((resolve, reject) => {
        child.stdout?.resume();
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          log += text;
          if (log.slice(begin).includes('"state":"RUNNING"')) resolve();
        });
        child.once('close', () => reject(new Error(`the worker ended: ${log.slice(-2000)}`)));
      });
    },
    async command(program, args) {
      const child = start(program, args);
      const said = { stdout: '', stderr: '' };
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said.stdout += text;
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said.stderr += text;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, ...said };
    },
    async close() {
      await killWorker();
      const ends = [...children].map((child) => once(child, 'close'));
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ends);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
