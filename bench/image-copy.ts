/**
 * How fast an image goes from cloud to cloud, and with how much memory: streamed and checked as `copyImage` does, beside
 * openstacksdk, which goes through a file. Both in processes of their own.
 * `npm run build && node dist/bench/image-copy.js simulator|lab [MIB]`. The lab's clouds are `source` and `target` of
 * OS_CLIENT_CONFIG_FILE. PYTHON names a Python that has openstacksdk.
 */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type CloudSettings, cloudFromEnvironment, DEFAULT_REQUEST_LIMITS, Secret } from '../config/index.ts';
import { copyBytes } from '../resources/image/copy-bytes.ts';
import { image } from '../resources/image/image.ts';
import { Pace } from '../resources/image/pace.ts';
import { Reader } from '../resources/reader.ts';
import { Cloud, type NewGlanceImage } from '../services/openstack/index.ts';
import { startSimulator } from '../simulator/index.ts';

const MIB = 2 ** 20;
const [where = 'simulator', size = '256'] = process.argv.slice(2);
const sizeBytes = Number(size) * MIB;
const RECORD: NewGlanceImage = {
  name: 'moving-test-bench',
  disk_format: 'raw',
  container_format: 'bare',
  visibility: 'private',
  min_disk: 0,
  min_ram: 0,
  tags: [],
};

interface Login {
  readonly name: string;
  readonly authUrl: string;
  readonly username: string;
  readonly password: string;
  readonly project: string;
}

interface Task {
  readonly source: Login;
  readonly target: Login;
  readonly imageId: string;
}

interface Measured {
  readonly seconds: number;
  /** Of the processor, in all. */
  readonly busySeconds: number;
  /** Largest resident set of the process. */
  readonly peakMib: number;
  /** The copy. */
  readonly id: string;
}

const domain = { id: 'default' };

function settings({ name, authUrl, username, password, project }: Login): CloudSettings {
  return {
    ...{ name, role: 'source', authUrl, interface: 'public', tls: { verify: true }, limits: DEFAULT_REQUEST_LIMITS },
    credentials: { kind: 'password', user: { name: username, domain }, password: new Secret(password) },
    scope: { kind: 'project', project: { name: project, domain } },
    endpointOverrides: {},
  };
}

/** In a process of its own: two clouds. */
async function simulate(): Promise<void> {
  const simulator = await startSimulator({ clouds: [{ name: 'source' }, { name: 'target' }] });
  process.send?.(simulator.clouds.map(({ name, authUrl, credentials }) => ({ name, authUrl, ...credentials })));
}

/** In a process of its own: what is measured. */
async function copy({ source: from, target: to, imageId }: Task): Promise<void> {
  const [source, target] = [new Cloud(settings(from)), new Cloud(settings(to))];
  const { attributes } = await image.get(new Reader(source), imageId);
  const { id } = await target.image.create(RECORD);
  const startedAt = performance.now();
  const passed = await copyBytes({
    from: { glance: source.image, imageId },
    to: { glance: target.image, imageId: id },
    sizeBytes,
    expected: attributes,
    signal: new AbortController().signal,
    sent: () => undefined,
    pace: new Pace(),
  });
  passed.compare((await image.get(new Reader(target), id)).attributes);
  const seconds = (performance.now() - startedAt) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const measured: Measured = { seconds, busySeconds: (userCPUTime + systemCPUTime) / 1e6, peakMib: maxRSS / 1024, id };
  process.send?.(measured);
  source.close();
  target.close();
}

async function streamed(task: Task): Promise<Measured> {
  const child = forked('copy');
  child.send(task);
  return told<Measured>(child);
}

async function rival({ source, target, imageId }: Task): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'image-copy-'));
  const login = ({ authUrl, username, password, project }: Login) => ({
    ...{ auth_url: authUrl, username, password, project_name: project },
    ...{ user_domain_id: 'default', project_domain_id: 'default', identity_api_version: '3' },
  });
  // Built code stands below the project: the program is where it was written.
  const program = fileURLToPath(new URL('../../bench/image-copy.py', import.meta.url));
  const child = spawn(process.env.PYTHON ?? 'python3', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ source: login(source), target: login(target), image: imageId, directory }));
  try {
    return JSON.parse(Buffer.concat(await child.stdout.toArray()).toString()) as Measured;
  } finally {
    await rm(directory, { recursive: true });
  }
}

function forked(role: string): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [role, size]);
}

function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((ready, failed) => {
    child.once('message', (message) => ready(message as T));
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`a process of the bench ended with ${code}`)));
  });
}

function labLogin(name: string): Login {
  const { authUrl, credentials, scope } = cloudFromEnvironment({ ...process.env, OS_CLOUD: name });
  if (credentials.kind !== 'password' || !('name' in credentials.user)) throw new Error(`${name}: needs a user's name`);
  if (scope.kind !== 'project' || !('name' in scope.project)) throw new Error(`${name}: needs a project's name`);
  const { user, password } = credentials;
  return { name, authUrl, username: user.name, password: password.reveal(), project: scope.project.name };
}

async function measure(source: Login, target: Login): Promise<void> {
  const [from, to] = [new Cloud(settings(source)), new Cloud(settings(target))];
  const chunk = randomBytes(MIB);
  const { id: imageId } = await from.image.create(RECORD);
  const made = [imageId];
  try {
    const bytes = Readable.from(Array.from({ length: Number(size) }, () => chunk));
    await from.image.data.upload(imageId, bytes, sizeBytes, new AbortController().signal);
    for (const [name, run] of [
      ['streamed and checked', streamed],
      ['openstacksdk, through a file', rival],
    ] as const) {
      const { seconds, busySeconds, peakMib, id } = await run({ source, target, imageId });
      await to.image.delete(id);
      const rate = (sizeBytes / MIB / seconds).toFixed(0);
      console.log(
        `${name}: ${rate} MiB/s (${size} MiB in ${seconds.toFixed(1)} s, ${busySeconds.toFixed(1)} s of processor), ` +
          `${peakMib.toFixed(0)} MiB at most`,
      );
    }
  } finally {
    for (const id of made) await from.image.delete(id);
    from.close();
    to.close();
  }
}

async function main(): Promise<void> {
  if (where === 'simulate') return simulate();
  if (where === 'copy') {
    process.once('message', (task) => void copy(task as Task).finally(() => process.disconnect()));
    return;
  }
  if (where === 'lab') return measure(labLogin('source'), labLogin('target'));
  const simulator = forked('simulate');
  try {
    const [source, target] = await told<readonly [Login, Login]>(simulator);
    await measure(source, target);
  } finally {
    simulator.kill();
  }
}

await main();
