import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { codeOf } from './failure-reason.ts';
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts';

const POLL_MS = 200;
const holderSchema = z.object({ pid: z.number().int().positive(), started: z.string() });

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';
const isTaken = (error: unknown): boolean => codeOf(error) === 'EEXIST';

async function holderOf(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Error(`${path} is no lock of ours; remove it when no pump command runs`, { cause: error });
  }
}

/** `link` lets the file appear with its content and fails when it is there: nobody sees a lock half written. */
async function tryTake(path: string, holder: ProcessIdentity): Promise<boolean> {
  const draft = `${path}.${holder.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves a dead holder's lock away; when two see the same dead one, the slower may have got the faster's: it goes back. */
async function clearStale(path: string, dead: ProcessIdentity): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  const moved = await holderOf(aside);
  if (moved && (moved.pid !== dead.pid || moved.started !== dead.started)) {
    await link(aside, path).catch((error: unknown) => {
      if (!isTaken(error)) throw error;
    });
  }
  await rm(aside, { force: true });
}

/**
 * Runs `body` while this process alone holds the lock file `path`. Waits for a living holder, which `onWait` hears of
 * once, and takes over from one that died.
 */
export async function withFileLock<T>(
  path: string,
  onWait: (holderPid: number) => void,
  body: () => Promise<T>,
): Promise<T> {
  const self = thisProcess();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  let told = false;
  while (!(await tryTake(path, self))) {
    const holder = await holderOf(path);
    if (holder === undefined) continue;
    if (!isRunning(holder)) await clearStale(path, holder);
    else {
      if (!told) onWait(holder.pid);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  try {
    return await body();
  } finally {
    await rm(path, { force: true });
  }
}
