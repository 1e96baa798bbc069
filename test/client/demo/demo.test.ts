import { rm } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pumpDev } from '../../../client/cli/pump-dev.ts';
import { scratchFolder } from '../../workers/fake-programs.ts';
import { commandLine } from '../cli/command-line.ts';

const DEMO_MS = 180_000;

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

const OWN_SERVER = ['--in-memory', '--port', '0', '--ui-port', '0'];

test(
  'where nobody is at the terminal a tenant moves, its gate is answered and shown, and it ends with 0',
  async () => {
    const opened: Promise<number>[] = [];
    const argv = ['demo', '--instances', '3', ...OWN_SERVER];
    const { exitCode, stdout, stderr } = await commandLine(argv, {
      program: pumpDev,
      env: environment(),
      watch: (text, talk) => {
        if (opened.length > 0 || !text.includes('$ pump-runs watch')) return;
        for (const url of new Set(`${text} ${talk}`.match(/http:\S+\/workflows\/\S+/g) ?? []))
          opened.push(fetch(url).then(({ status }) => status));
      },
    });
    expect(stderr).not.toContain('unexpected');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\n {2}good_old_openstack: \d+ resources of \d+ tenants, digest [0-9a-f]{16}\n/);
    expect(await Promise.all(opened)).toEqual([200, 200, 200]);
    expect(stdout).toContain('\n$ pump-cloud migrate t0001 --keep-source --no-wait\n');
    expect(stderr).toMatch(/\nwaits at gate plan: Plan `[0-9a-f]{16}`/);
    expect(stdout).toMatch(/\n\$ pump-runs watch t0001\n[^$]*\| server +\| t0001-/);
    expect(stderr).toMatch(/\ntenant t0001: done; \d+ done, /);
    expect(stderr).toContain('\ngate plan: approved by the demo at ');
    expect(stderr).toContain('\n3 instances are still in good_old_openstack, stopped and locked\n');
    expect(stdout).toMatch(/\n\$ pump-cloud verify t0001\n[^$]*\| server +\| t0001-/);
    expect(stderr).toMatch(/\ntenant t0001: \d+ compared, 0 wrong/);
    expect(stdout).toContain('\n$ pump-host good_old_openstack-c1 --dry-run\n');
    expect(stderr).toContain('\nwaits at gate power-off: good_old_openstack-c1 of good_old_openstack is empty');
    expect(stderr).toMatch(/\nhost good_old_openstack-c1: done; in /);
    expect(stdout).toMatch(/\n\$ pump-cloud hosts --target\n[^$]*\| good_old_openstack-c1\.domain\.tld +\|/);
    expect(stdout).not.toContain('Ctrl-C');
  },
  DEMO_MS,
);

test(
  'a person is asked at the gate; then it stays open, and Ctrl-C ends it with 0',
  async () => {
    const interrupt = new AbortController();
    const stdin = new PassThrough();
    let answered = 0;
    const { exitCode, stdout, stderr } = await commandLine(['demo', '--instances', '1', ...OWN_SERVER], {
      program: pumpDev,
      env: environment(),
      columns: 120,
      stdin,
      signal: interrupt.signal,
      watch: (text, talk) => {
        // At the gates plan, power-off and reinstall.
        const asked = talk.split('y = approve').length - 1;
        for (; answered < asked; answered += 1) stdin.write('y\n');
        if (text.includes('stays until')) interrupt.abort('SIGINT');
      },
    });
    for (const gate of ['plan', 'power-off', 'reinstall'])
      expect(stderr).toMatch(new RegExp(`\ngate ${gate}: approved by \\S+@\\S+ at `));
    expect(stdout).toContain('All of this stays until Ctrl-C');
    expect(exitCode).toBe(0);
  },
  DEMO_MS,
);

test(
  'who rejects the plan is not told to take back or delete what was not moved',
  async () => {
    const interrupt = new AbortController();
    const stdin = new PassThrough();
    const { exitCode, stdout, stderr } = await commandLine(['demo', '--instances', '1', ...OWN_SERVER], {
      program: pumpDev,
      env: environment(),
      columns: 120,
      stdin,
      signal: interrupt.signal,
      watch: (text, talk) => {
        if (stdin.readableLength === 0 && talk.endsWith('l = later] ')) stdin.write('n\n');
        if (text.includes('pump-cloud migrate t0001\n')) interrupt.abort('SIGINT');
      },
    });
    expect(stderr).toMatch(/\ntenant t0001: the plan was rejected, nothing was changed; in /);
    expect(stdout + stderr).not.toMatch(/rollback|finalize/);
    expect(exitCode).toBe(0);
  },
  DEMO_MS,
);

test(
  'Ctrl-C before all was shown ends it with 130, and says how the run is seen again',
  async () => {
    const interrupt = new AbortController();
    const { exitCode, stdout, stderr } = await commandLine(['demo', '--instances', '1', ...OWN_SERVER], {
      program: pumpDev,
      env: environment(),
      columns: 120,
      signal: interrupt.signal,
      watch: (_text, talk) => {
        if (talk.includes('stage plan')) interrupt.abort('SIGINT');
      },
    });
    expect(stdout).not.toContain('$ pump-cloud verify');
    expect(stderr).toContain(
      'the run goes on without this command; it is seen again with: pump-runs watch migrate-tenant/',
    );
    expect(stderr).toContain('pump-dev demo: interrupted\n');
    expect(exitCode).toBe(130);
  },
  DEMO_MS,
);
