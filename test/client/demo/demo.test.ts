import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pumpDev } from '../../../client/cli/pump-dev.ts';
import { testTarget } from '../../temporal.ts';
import { scratchFolder } from '../../workers/fake-programs.ts';
import { commandLine } from '../cli/command-line.ts';

const DEMO_MS = 60_000;

let state: string;

beforeAll(async () => {
  state = await scratchFolder();
});

afterAll(() => rm(state, { recursive: true, force: true }));

/** What finds the Temporal binary that the other tests use, with data of the test's own. */
function environment(): Record<string, string> {
  const own = ['PATH', 'HOME', 'XDG_CACHE_HOME'].flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(own), XDG_STATE_HOME: state };
}

test(
  'where nobody is at the terminal it shows two runs and the same by hand, and ends with 0',
  async () => {
    const opened: Promise<number>[] = [];
    const argv = ['demo', '--instances', '3', '--in-memory', '--port', '0', '--ui-port', '0'];
    const { exitCode, stdout } = await commandLine(argv, {
      program: pumpDev,
      env: environment(),
      watch: (text) => {
        if (opened.length > 0 || !text.includes('$ pump-cloud services')) return;
        for (const url of text.match(/http:\S+\/workflows\/\S+/g) ?? []) {
          const [, ui, namespace, workflow, run] = /^(.*)\/namespaces\/(.*)\/workflows\/(.*)\/(.*)$/.exec(url) ?? [];
          const api = `${ui}/api/v1/namespaces/${namespace}/workflows/${workflow}?execution.runId=${run}`;
          for (const page of [url, api]) opened.push(fetch(page).then(({ status }) => status));
        }
      },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\n {2}good_old_openstack: \d+ resources of \d+ tenants, digest [0-9a-f]{16}\n/);
    expect(stdout).toMatch(/\n {2}mira-os-1: \d+ resources of \d+ tenants, digest [0-9a-f]{16}\n/);
    expect(await Promise.all(opened)).toEqual([200, 200, 200, 200]);
    expect(stdout).toMatch(/\n\$ pump-cloud services\n[^$]*\| mira-os-1 +\| compute /);
    expect(stdout).toMatch(/\n\$ pump-cloud resources --count\n[^$]*\| server +\| +3 \|/);
    expect(stdout).toMatch(/\n\$ pump-cloud tree server \S+\nserver t0001-[^$]* flavor /);
    expect(stdout).toMatch(/\n\$ pump-cloud hosts\n[^$]*\| good_old_openstack-c1 /);
    expect(stdout).not.toContain('Ctrl-C');
  },
  DEMO_MS,
);

test(
  'for a person it stays open when all was shown; Ctrl-C ends it with 0',
  async () => {
    const interrupt = new AbortController();
    const { exitCode, stdout } = await commandLine(['demo', '--instances', '2'], {
      program: pumpDev,
      env: { ...environment(), TEMPORAL_ADDRESS: testTarget().address },
      columns: 120,
      signal: interrupt.signal,
      watch: (text) => {
        if (text.includes('pump-cloud resources --tenant')) interrupt.abort('SIGINT');
      },
    });
    expect(stdout).toContain('All of this stays until Ctrl-C');
    expect(exitCode).toBe(0);
  },
  DEMO_MS,
);

test(
  'Ctrl-C before all was shown ends it with 130',
  async () => {
    const interrupt = new AbortController();
    const { exitCode, stdout, stderr } = await commandLine(['demo', '--instances', '2'], {
      program: pumpDev,
      env: { ...environment(), TEMPORAL_ADDRESS: testTarget().address },
      columns: 120,
      signal: interrupt.signal,
      watch: (text) => {
        if (text.includes('$ pump-cloud services')) interrupt.abort('SIGINT');
      },
    });
    expect(stdout).not.toContain('$ pump-cloud hosts');
    expect(stderr).toContain('pump-dev demo: interrupted\n');
    expect(exitCode).toBe(130);
  },
  DEMO_MS,
);
