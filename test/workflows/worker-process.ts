import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testTarget } from '../temporal.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/pump-worker', import.meta.url));
const SHOWN_OF_A_LOG = 2_000;

/** `pump-worker` as an operator starts it: a process of its own, with nothing but a configuration and the way to Temporal. */
export interface WorkerProcess {
  /** As `kill -9`: nothing is finished, nothing is said. Again does nothing. */
  kill(): Promise<void>;
}

/** Resolves when it takes work. `configuration`: what is in its `pumphouse.yaml`. */
export async function startWorkerProcess(configuration: string): Promise<WorkerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'pumphouse-worker-'));
  const file = join(folder, 'pumphouse.yaml');
  await writeFile(file, configuration, { mode: 0o600 });
  const child = spawn(process.execPath, [PROGRAM, '-c', file, '--queue', 'main'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TEMPORAL_ADDRESS: testTarget().address },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilRunning(child);
  } catch (error) {
    await kill();
    throw error;
  }
  return { kill };
}

async function untilRunning(child: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = `${log}${text}`.slice(-SHOWN_OF_A_LOG);
      if (log.includes('"state":"RUNNING"')) resolve();
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the worker ended: ${log}`)));
  });
}
