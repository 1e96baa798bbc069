import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number: `started` differs. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in whatever words the system has for it; only compared. */
  readonly started: string;
}

/** proc(5): `stat` has the command in parentheses, then the state, and 19 fields later the start in ticks since boot. */
const STARTTIME_AFTER_COMMAND = 19;

function startedOnLinux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; only its parent has not looked yet.
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${fields[STARTTIME_AFTER_COMMAND]}`;
}

function startedElsewhere(pid: number): string | undefined {
  const [state, ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  return state?.startsWith('Z') ? undefined : started.join(' ') || undefined;
}

/** Who `pid` is now; `undefined` when no such process runs. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const started = process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid);
    return started === undefined ? undefined : { pid, started };
  } catch {
    // No such process: /proc has no folder for it, ps exits with 1.
    return undefined;
  }
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

export function thisProcess(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, started: 'unknown' };
}

const POLL_MS = 50;

/** Waits until the process has ended, at most `timeoutMs`. Gives whether it has. */
export async function hasEnded(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(identity)) {
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

const LOOK_EVERY_MS = 500;

/** Settles when the process has ended, however long that takes; keeps nothing alive. `stop` gives up. */
export function whenEnded(identity: ProcessIdentity): { readonly ended: Promise<void>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      if (isRunning(identity)) return;
      clearInterval(timer);
      resolve();
    }, LOOK_EVERY_MS).unref();
  });
  return { ended, stop: () => clearInterval(timer) };
}

/** Asks the process to end, and ends it when it has not after `graceMs`. Never touches a later process of its number. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isRunning(identity)) return;
    process.kill(identity.pid, signal);
    if (await hasEnded(identity, graceMs)) return;
  }
}
