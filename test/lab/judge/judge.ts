import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { cloudsYaml } from '../lab-clouds.ts';

const JUDGE = fileURLToPath(new URL('judge.py', import.meta.url));

/** A resource as the judge recorded it; references in attributes are `{ref: type, id}`. */
export interface Recorded {
  name: string;
  project: string | null;
  attributes: Record<string, unknown>;
}

/** By type, then by id. */
export interface CloudRecord {
  readonly cloud: string;
  readonly tenants: readonly string[];
  readonly resources: Readonly<Record<string, Record<string, Recorded>>>;
}

/** One attribute that is not as it was; `missing`, `extra`, `left over` and `doubled` speak of whole resources. */
export interface JudgedDifference {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly attribute: string;
  readonly wanted?: unknown;
  readonly found?: unknown;
  /** Of allowed ones: see `openstack_judge/allowed.py`. */
  readonly rule?: string;
}

export interface Verdict {
  readonly differences: readonly JudgedDifference[];
  readonly allowed: readonly JudgedDifference[];
  readonly counts: Readonly<Record<string, number>>;
}

export interface Sample {
  readonly samples: number;
  readonly missed: readonly { readonly at: string; readonly error: string }[];
  /** Servers that ran in both clouds. */
  readonly moments: readonly { readonly at: string; readonly id: string; readonly name: string }[];
  readonly changes: readonly { readonly at: string; readonly cloud: string; readonly status: string }[];
}

export interface CompareOptions {
  /** Nothing may be otherwise: the cloud as it was. */
  readonly exact?: boolean;
  /** Names of resources that are not expected to have moved. */
  readonly exclude?: readonly string[];
  /** Names of volume types in the target, by those in the source. */
  readonly volumeTypes?: Readonly<Record<string, string>>;
}

/** Debian's Python, which has openstacksdk. */
function started(args: readonly string[]): ChildProcess {
  const env = { ...process.env, OS_CLIENT_CONFIG_FILE: cloudsYaml('zed'), PYTHONDONTWRITEBYTECODE: '1' };
  return spawn('/usr/bin/python3', [JUDGE, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  if (code !== 0 && code !== 1) throw new Error(`the judge gave up (${code}): ${stderr}`);
  if (stdout === '') throw new Error(`the judge said nothing: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Tenants with all that they need, or the whole cloud. */
export function record(cloud: string, tenants: readonly string[] | 'all'): Promise<CloudRecord> {
  return answerOf(started(['record', cloud, ...(tenants === 'all' ? ['--all'] : tenants)]));
}

/** Where the cloud differs from what was recorded; `file` is where the record is put for the judge to read. */
export async function compareWith(
  recorded: CloudRecord,
  cloud: string,
  file: string,
  { exact = false, exclude = [], volumeTypes = {} }: CompareOptions = {},
): Promise<Verdict> {
  await writeFile(file, JSON.stringify(recorded), { mode: 0o600 });
  return answerOf(
    started([
      ...['compare', file, cloud, ...(exact ? ['--exact'] : [])],
      ...exclude.flatMap((name) => ['--exclude', name]),
      ...Object.entries(volumeTypes).flatMap(([source, target]) => ['--volume-type', `${source}=${target}`]),
    ]),
  );
}

/** Samples servers of these tenants in both clouds from now until `end` is called, which gives what was seen. */
export function sampling(source: string, target: string, tenants: readonly string[]): { end(): Promise<Sample> } {
  const child = started(['sample', source, target, ...tenants]);
  const answer = answerOf<Sample>(child);
  // Whoever waits for the answer gets the error; until then nobody does.
  answer.catch(() => undefined);
  return {
    async end() {
      child.kill('SIGTERM');
      return answer;
    },
  };
}

/** A difference as one line, for a test that fails to be read. */
export function lines(differences: readonly JudgedDifference[]): string[] {
  return differences.map(
    ({ type, name, id, attribute, wanted, found }) =>
      `${type} ${name || id}: ${attribute} is ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`,
  );
}

/** `lab/lab sweep`: removes what carries marks from a cloud. Gives what it says. */
export async function sweepCloud(cloud: string): Promise<string> {
  const lab = fileURLToPath(new URL('../../../lab/lab', import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(lab, ['sweep', cloud], { maxBuffer: 1 << 24 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  });
}
