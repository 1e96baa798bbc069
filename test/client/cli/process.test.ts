import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { folderWith } from './command-line.ts';

const executable = fileURLToPath(new URL('../../../bin/pump-cloud', import.meta.url));

function start(
  argv: readonly string[],
  options: { readonly program?: string; readonly env?: Record<string, string> } = {},
) {
  const child = spawn(process.execPath, [options.program ?? executable, ...argv], {
    env: { PATH: process.env.PATH ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return { child, stderr: () => stderr };
}

async function exitCodeOf(child: ChildProcess): Promise<unknown> {
  const [exitCode] = await once(child, 'close');
  return exitCode;
}

describe('pump-cloud as a process', () => {
  test('writes data to stdout and ends with the exit code of the command', async () => {
    const { child, stderr } = start(['--version']);
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    expect(await exitCodeOf(child)).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(stderr()).toBe('');
    expect(await exitCodeOf(start(['frobnicate']).child)).toBe(2);
  });

  test('ends silently with 141 when its reader goes away', async () => {
    const { child, stderr } = start(['config', 'schema']);
    child.stdout.destroy();
    expect(await exitCodeOf(child)).toBe(141);
    expect(stderr()).toBe('');
  });

  test('ends with 130 on Ctrl-C while a cloud keeps it waiting', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const env = {
      OS_AUTH_URL: `http://127.0.0.1:${port}/v3`,
      OS_USERNAME: 'u',
      OS_PASSWORD: 'hush',
      OS_PROJECT_NAME: 'p',
    };
    const { child, stderr } = start(['resources', '--os-cloud', 'envvars'], { env });
    await once(silent, 'request');
    child.kill('SIGINT');
    expect(await exitCodeOf(child)).toBe(130);
    expect(stderr()).toBe('pump-cloud resources: interrupted\n');
    silent.closeAllConnections();
    silent.close();
  });
});

test.each(['pump-cloud', 'pump-worker', 'pump-dev', 'pump-sim'])(
  '%s says what to do when it has not been built',
  async (name) => {
    const folder = folderWith({ 'package.json': '{ "type": "module" }' });
    mkdirSync(join(folder.path, 'bin'));
    const program = join(folder.path, 'bin', name);
    cpSync(join(dirname(executable), name), program);
    const { child, stderr } = start(['services'], { program });
    const exitCode = await exitCodeOf(child);
    folder.remove();
    expect(stderr()).toMatch(new RegExp(`^${name}: not built yet; run "npm install && npm run build" in \\S+\n$`));
    expect(exitCode).toBe(1);
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)('pump-sim ends with 0 on %s', async (signal) => {
  const { child } = start(['--instances', '0'], { program: join(dirname(executable), 'pump-sim') });
  await once(child.stdout, 'data');
  child.kill(signal);
  expect(await exitCodeOf(child)).toBe(0);
});
