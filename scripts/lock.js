import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock or says why not. `link` makes the file appear with its content: nobody sees it half written. */
function tryLock(path) {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Waits until this process alone holds `path`; a lock whose holder died is taken over. Returns what releases it.
 * `onWait` is told once whom we wait for.
 */
export async function heldLock(path, onWait) {
  let told = false;
  while (!tryLock(path)) {
    const holder = holderOf(path);
    if (holder !== undefined && !isAlive(holder)) rmSync(path, { force: true });
    else {
      if (!told && holder !== undefined) onWait(holder);
      told = holder !== undefined;
      await delay(POLL_MS);
    }
  }
  const release = () => {
    if (holderOf(path) === process.pid) rmSync(path, { force: true });
  };
  process.once('exit', release);
  return release;
}
