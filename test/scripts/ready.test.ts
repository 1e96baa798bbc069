import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { scratchFolder } from '../workers/fake-programs.ts';

let checkout: string;

/** A checkout in small: no dependencies, and a build that counts itself. */
beforeEach(async () => {
  checkout = await scratchFolder();
  const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
  await cp(scripts, join(checkout, 'scripts'), { recursive: true });
  const packaging = { name: 'small', version: '1.0.0', type: 'module' };
  const lock = { ...packaging, lockfileVersion: 3, requires: true, packages: { '': packaging } };
  await mkdir(join(checkout, 'src'));
  const build = `require('fs').appendFileSync('builds','x');require('fs').mkdirSync('dist',{recursive:true});require('fs').writeFileSync('dist/workflow-bundle.js','')`;
  await writeJson('package.json', {
    ...packaging,
    engines: { node: '>=20.3' },
    scripts: { build: `node --input-type=commonjs -e "${build}"` },
  });
  await writeJson('package-lock.json', lock);
  await writeJson('tsconfig.json', { include: ['src'] });
  await writeFile(join(checkout, 'src', 'a.ts'), 'export const a = 1;\n');
});

afterEach(() => rm(checkout, { recursive: true, force: true }));

const writeJson = (name: string, value: object): Promise<void> =>
  writeFile(join(checkout, name), JSON.stringify(value, undefined, 2));

const builds = async (): Promise<number> => (await readFile(join(checkout, 'builds'), 'utf8').catch(() => '')).length;

async function ready(): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['scripts/ready.js'], { cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code]: unknown[] = await once(child, 'close');
  return { code, stdout, stderr };
}

it('installs and builds a fresh clone, says why, and has nothing to do or say the second time', async () => {
  const first = await ready();
  expect(first).toMatchObject({ code: 0, stdout: '' });
  expect(first.stderr).toContain('pumphouse: installing packages (no node_modules yet)\n');
  expect(first.stderr).toContain('pumphouse: building (no finished build yet)\n');
  expect(await ready()).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await builds()).toBe(1);
}, 60_000);

it('builds again when a source has changed, and removes what it built of one that is gone', async () => {
  await ready();
  await mkdir(join(checkout, 'dist', 'src'));
  await writeFile(join(checkout, 'dist', 'src', 'gone.js'), '');
  await writeFile(join(checkout, 'src', 'a.ts'), 'export const a = 2;\n');
  expect((await ready()).stderr).toBe('pumphouse: building (sources changed since the last build)\n');
  expect(await builds()).toBe(2);
  await expect(readFile(join(checkout, 'dist', 'src', 'gone.js'))).rejects.toThrow('ENOENT');
}, 60_000);

it('builds once when two start at the same time', async () => {
  const both = await Promise.all([ready(), ready()]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await builds()).toBe(1);
}, 60_000);

it('fails when the build fails, and tries again the next time', async () => {
  await ready();
  const broken = {
    name: 'small',
    version: '1.0.0',
    type: 'module',
    engines: { node: '>=20.3' },
    scripts: { build: 'false' },
  };
  await writeJson('package.json', broken);
  for (const attempt of [1, 2]) {
    const { code, stderr } = await ready();
    expect({ attempt, code }).toEqual({ attempt, code: 1 });
    expect(stderr).toContain('pumphouse: the build failed; the reason is above\n');
  }
}, 60_000);

it('says in one line that Node is too old', async () => {
  const future = { name: 'small', version: '1.0.0', type: 'module', engines: { node: '>=99.1' } };
  await writeJson('package.json', future);
  const { code, stderr } = await ready();
  expect(code).toBe(1);
  expect(stderr).toBe(`pumphouse: needs Node 99.1 or newer, this is ${process.versions.node} (${process.execPath})\n`);
});
