import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pumpCloud } from '../../../../client/cli/pump-cloud.ts';
import { testTarget } from '../../../temporal.ts';
import { smallCloud, smallTenant } from '../../../workflows/small-tenant.ts';
import { type TakingRun, takingRun } from '../../../workflows/taking-run.ts';
import { commandLine, folderWith } from '../command-line.ts';

const RUN_MS = 60_000;

describe('A host evacuated by a command', () => {
  let run: TakingRun;
  let folder: ReturnType<typeof folderWith>;
  let host: string;
  let other: string;

  const cloud = (line: string) =>
    commandLine(line.split(' '), {
      cwd: folder.path,
      env: { TEMPORAL_ADDRESS: testTarget().address },
      program: pumpCloud,
    });
  const servers = () => run.simulator.cloud(run.names.source).state.nova.servers;

  beforeAll(async () => {
    run = await takingRun({ population: smallCloud(smallTenant('acme', 3)) });
    [host = '', other = ''] = run.hosts;
    for (const row of servers().all()) servers().change(row, { host });
    folder = folderWith({ 'pumphouse.yaml': run.configuration });
  }, RUN_MS);
  afterAll(async () => {
    folder.remove();
    await run.close();
  });

  test.each([
    ['evacuate', 'pump-cloud evacuate: <host> is missing: Hosts, as Nova knows them'],
    ['evacuate h --to h --yes', 'pump-cloud evacuate: --to h is to be emptied itself'],
    ['evacuate h --parallel 0 --yes', 'pump-cloud evacuate: --parallel must be a whole number from 1 up, not "0"'],
    [
      'evacuate h i --detach --yes',
      'pump-cloud evacuate: --detach cannot wait for one after the other: say --parallel 2',
    ],
    ['evacuate h --dry-run --yes', 'pump-cloud evacuate: --dry-run and --yes exclude each other; give one of them'],
    ['evacuate h', 'pump-cloud evacuate: nobody can be asked here: say --yes'],
  ])('%s is refused in one line, and nothing is begun', async (line, message) => {
    const { exitCode, stdout, stderr } = await cloud(line);
    expect({ exitCode, stdout, stderr: stderr.trim() }).toEqual({ exitCode: 2, stdout: '', stderr: message });
  });

  test('a dry run shows how each instance would go and what room there is, and changes nothing', async () => {
    const { exitCode, stdout, stderr } = await cloud(`evacuate ${host} --dry-run -f json`);
    expect(exitCode).toBe(0);
    const rows = JSON.parse(stdout) as { name: string; way: string; host: string }[];
    expect(rows).toHaveLength(3);
    expect(rows.every((row) => row.host === host && row.way.length > 0)).toBe(true);
    expect(stderr).toContain(`${host}: 3 instances; to be moved:`);
    expect(stderr).toContain(`free on ${other}:`);
    expect(run.portrait(host).service).toBe('enabled');
  });

  test('a host that the cloud does not know is told, and so are those that it has', async () => {
    const { exitCode, stderr } = await cloud('evacuate nowhere --dry-run');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('compute host')]);
  });

  test(
    'a run that leaves something on the host ends with 1 and says what; once that is mended the same command goes on, with 0',
    async () => {
      const [stuck] = servers().all();
      servers().change(stuck!, { vmState: 'error' });
      await run.working(async () => {
        const first = await cloud(`evacuate ${host} --yes -f json`);
        expect([first.exitCode, first.stderr]).toEqual([1, expect.stringContaining(`left on ${host}: ${stuck!.name}`)]);
        const rows = JSON.parse(first.stdout) as { name: string; outcome: string; error: string | null }[];
        expect(rows.map(({ outcome }) => outcome).sort()).toEqual(['done', 'done', 'skipped']);
        servers().change(stuck!, { vmState: 'active' });
        const second = await cloud(`evacuate ${host} --yes`);
        expect([second.exitCode, second.stderr]).toEqual([
          0,
          expect.stringContaining(`${host} is empty and stays disabled`),
        ]);
      });
      expect(servers().where('host', host)).toEqual([]);
      expect(run.portrait(host).service).toContain('disabled');
    },
    RUN_MS,
  );
});
