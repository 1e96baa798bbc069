import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pumpCloud } from '../../../../client/cli/pump-cloud.ts';
import { pumpHost } from '../../../../client/cli/pump-host.ts';
import { pumpNova } from '../../../../client/cli/pump-nova.ts';
import { pumpRuns } from '../../../../client/cli/pump-runs.ts';
import { testTarget } from '../../../temporal.ts';
import { type TakingRun, takingRun } from '../../../workflows/taking-run.ts';
import { commandLine, folderWith } from '../command-line.ts';

const TAKE_MS = 120_000;

describe('Hosts taken by commands', () => {
  let run: TakingRun;
  let folder: ReturnType<typeof folderWith>;
  let first: string;
  let second: string;

  const typed = (program: typeof pumpCloud) => (line: string) =>
    commandLine(line.split(' '), { cwd: folder.path, env: { TEMPORAL_ADDRESS: testTarget().address }, program });
  const [host, nova, cloud, runs] = [typed(pumpHost), typed(pumpNova), typed(pumpCloud), typed(pumpRuns)];

  beforeAll(async () => {
    run = await takingRun();
    [first = '', second = ''] = run.hosts;
    folder = folderWith({ 'pumphouse.yaml': run.configuration });
  }, TAKE_MS);
  afterAll(async () => {
    folder.remove();
    await run.close();
  });

  test('the inventory has power, state and what is missing', async () => {
    const { stdout, exitCode } = await cloud('hosts -f json');
    expect(exitCode).toBe(0);
    const rows = JSON.parse(stdout) as {
      host: string;
      role: string;
      power: string;
      state?: string;
      missing: string[];
    }[];
    expect(rows.find((row) => row.host === first)).toMatchObject({
      role: 'compute',
      power: 'on',
      state: 'up',
      missing: [],
    });
    expect(rows.some(({ role }) => role === 'controller')).toBe(true);
  });

  test('--dry-run shows every call with its present and future value, and changes nothing', async () => {
    const before = run.portrait(first);
    const { stdout, stderr, exitCode } = await host(`${first} --dry-run -f json`);
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('could not')]);
    const calls = JSON.parse(stdout) as { where: string; call: string; present: string; future: string }[];
    expect(calls.filter(({ where }) => where === 'gate').map(({ call }) => call)).toEqual(['power-off', 'reinstall']);
    expect(calls.find(({ where }) => where.startsWith('snmp'))).toMatchObject({
      present: 'untagged 10, tagged 101',
      future: 'untagged 100, no other VLAN',
    });
    expect(run.portrait(first)).toEqual(before);
  });

  test(
    '--dry-run ends with 1 where a controller does not answer, and shows the rest',
    async () => {
      const { bmc } = run.site.machine(second);
      await bmc.close();
      const { stdout, stderr, exitCode } = await host(`${second} --dry-run`);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`could not be looked at: ${second}: ipmi`);
      expect(stderr).not.toContain('admin');
      expect(stdout).toContain('untagged 100, no other VLAN');
    },
    TAKE_MS,
  );

  test(
    'a run waits at its gates, is answered by name of the host, and reports its steps',
    async () => {
      await run.working(async () => {
        const waiting = await host(`${first} --no-wait`);
        expect([waiting.exitCode, waiting.stderr]).toEqual([3, expect.stringContaining('waits at gate power-off')]);
        const joined = await nova(`host ${first} --no-wait`);
        expect(joined.stderr).toContain('it runs already: this command joins it');
        const early = await runs(`skip ${first} power-off`);
        expect([early.exitCode, early.stderr]).toEqual([1, expect.stringContaining('it takes approve, reject')]);
        for (const [line, message] of [
          [`approve ${first}`, 'name the gate that is meant'],
          [`approve ${run.names.source.slice(0, 9)} power-off`, 'is only a part of run'],
        ])
          expect(await runs(line!)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message!) });
        expect((await runs(`approve ${first} power-off --by ann --comment CHG-7`)).exitCode).toBe(0);
        const { exitCode, stdout, stderr } = await runs(`watch ${first} --approve reinstall -f json`);
        expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`host ${first}: done; in `)]);
        expect(stderr).toContain('gate power-off: approved by ann at');
        const steps = JSON.parse(stdout) as { step: string; state: string; duration_ms: number }[];
        expect(steps.map(({ state }) => state)).not.toContain('failed');
        expect(steps.at(-1)).toMatchObject({ state: 'done', duration_ms: expect.any(Number) });
        expect((await runs(`list --host ${first} -f value -c run`)).stdout).toContain(
          `transfer-host/${run.names.source}/${first}`,
        );
        expect((await runs(`report ${first} -c step -f value`)).stdout).toContain('deploy it');
        // Of two that have ended the later; the index behind it lags.
        const again = await host(`${first} --no-wait`);
        expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('nothing was changed')]);
        expect((await cloud(`evacuate ${first} --yes`)).exitCode).toBe(1);
        const latest = () => runs(`show ${first} -c run -f value`);
        for (let looks = 0; looks < 50 && !(await latest()).stdout.startsWith('evacuate-host/'); looks += 1)
          await new Promise((later) => setTimeout(later, 100));
        expect(await latest()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('evacuate-host/') });
      });
      expect((await cloud('hosts --target -f value -c host')).stdout).toContain(`${first}.domain.tld`);
    },
    TAKE_MS,
  );
});
