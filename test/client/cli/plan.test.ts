import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type SimulatedClouds, startClouds } from './simulated-clouds.ts';

let clouds: SimulatedClouds;
beforeAll(async () => {
  clouds = await startClouds();
});
afterAll(() => clouds.close());

/** Ids and digests are other ones in every cloud. */
const still = (text: string): string =>
  text.replaceAll(/[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}/g, 'ID').replaceAll(/digest [0-9a-f]{16}/g, 'digest D');

/** Rows of a table as `+ server web-1: reason`, and what is said below it. */
async function planned(line: string) {
  const { exitCode, stdout, stderr } = await clouds.cli(`plan ${line}`);
  const lines = still(stdout).trimEnd().split('\n');
  const rows = lines
    .filter((text) => text.startsWith('|') && !text.includes('| Type '))
    .map((text) => text.split('|').map((cell) => cell.trim()))
    .map(([, change, type, name, reason]) => `${change} ${type} ${name}: ${reason}`);
  return { exitCode, stderr, rows, below: lines.filter((text) => !/^[|+]/.test(text)) };
}

describe('the plan of a tenant', () => {
  test('has a line for each resource in the order of making, and what it comes to', async () => {
    const { exitCode, rows, below } = await planned('acme');
    expect(rows).toEqual([
      expect.stringMatching(/^= domain Default: /),
      '+ project acme: not in the target',
      '= role reader: the target has one like it',
      '= role member: the target has one like it',
      '+ user acme-user: not in the target',
      '+ assignment member on project acme for user acme-user: not in the target',
      '~ quota acme: the new project gets the limits of the source',
      '+ flavor m1.small: server web-1 needs it',
      '+ keypair laptop: not in the target',
      '+ security-group db: not in the target',
      expect.stringMatching(/^~ security-group default: /),
      '+ security-group web: not in the target',
      '+ network inside: not in the target',
      expect.stringMatching(/^! network public: external networks .*`mappings`$/),
      '+ subnet inside-subnet: not in the target',
      '. subnet public-subnet: needs network public, which is in conflict',
      '+ port ID: moves with server web-1',
      '. floating-ip 203.0.113.3: needs network public, which is in conflict',
      '. router acme-router: needs network public, which is in conflict',
      '+ image debian: server web-1 needs it',
      '+ server web-1: not in the target',
    ]);
    expect(below).toEqual([
      expect.stringMatching(
        /^blocking: server web-1 would move without its floating IP 203.0.113.3 .*\[address-left-behind\]$/,
      ),
      expect.stringMatching(/^warning: 1 user \(acme-user\) will be disabled in new, .*\[no-passwords\]$/),
      'Plan: 12 to create, 3 to adopt, 2 to update, 1 done already, 3 skipped, 1 conflict; to copy: 256 KiB of images, and disks of 10 GiB at most, if all were full  (digest D)',
    ]);
    expect(exitCode).toBe(1);
  });

  test("names nothing of another tenant's", async () => {
    const { stdout } = await clouds.cli('plan acme -f json');
    expect(stdout).not.toContain('umbrella');
  });

  test('is the same a second time, changes nothing, and differs from that of another strategy', async () => {
    const before = await clouds.cli('resources --target -f json');
    const [first, second, other] = [
      await clouds.cli('plan acme -f json'),
      await clouds.cli('plan acme -f json'),
      await clouds.cli('plan acme -f json --strategy image'),
    ];
    expect(second.stdout).toBe(first.stdout);
    const digest = (text: string): unknown => (JSON.parse(text) as { digest: unknown }).digest;
    expect(digest(other.stdout)).not.toBe(digest(first.stdout));
    expect((await clouds.cli('resources --target -f json')).stdout).toBe(before.stdout);
  });

  test('that has nothing to do says so', async () => {
    expect(await planned('acme --type role')).toMatchObject({
      exitCode: 0,
      below: ['Nothing to do: everything is there already.  (digest D)'],
    });
  });
});

describe('a part of a tenant', () => {
  test('is an instance with what it needs', async () => {
    const { rows } = await planned('acme --instance web-1');
    expect(rows.at(-1)).toBe('+ server web-1: not in the target');
    expect(rows).toContain('+ keypair laptop: server web-1 needs it');
    expect(rows.join('\n')).not.toContain('quota');
  });

  test('is all instances of a host, whosever they are', async () => {
    const { rows } = await planned('--host old-c1');
    expect(rows.filter((row) => row.startsWith('+ server web-1'))).toHaveLength(2);
  });

  test('or a type', async () => {
    expect((await planned('--type keypair acme')).rows).toEqual([
      expect.stringMatching(/^= domain/),
      '+ user acme-user: keypair laptop needs it',
      '+ keypair laptop: not in the target',
    ]);
  });

  test('must be said', async () => {
    expect(await clouds.cli('plan')).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await clouds.cli('plan acme --host old-c1')).toMatchObject({ exitCode: 2 });
    expect(await clouds.cli('plan --instance web-1')).toMatchObject({
      stderr: expect.stringContaining('2 instances are called "web-1"; use an id'),
    });
    expect((await clouds.cli('plan acne')).stderr).toMatch(/did you mean "?acme"?/);
  });
});

describe('a plan is written', () => {
  test('for programs with all that is known, the done included', async () => {
    const { stdout, stderr } = await clouds.cli('plan acme -f yaml');
    const plan = parse(stdout) as { entries: readonly Record<string, unknown>[] };
    expect(plan).toMatchObject({ source: 'old', target: 'new', what: 'tenant acme', nothing_to_do: false });
    expect(plan.entries).toContainEqual(expect.objectContaining({ type: 'project', name: 'admin', done: true }));
    expect(plan.entries.at(-1)).toMatchObject({ type: 'server', strategy: 'snapshot', size_bytes: 10 * 2 ** 30 });
    expect(stderr).toBe('');
  });

  test('as rows, with the summary on stderr', async () => {
    const { stdout, stderr } = await clouds.cli('plan acme -f csv -c action -c type');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['"Action","Type"', '"adopt","domain"']);
    expect(stderr).toContain('Plan: 12 to create');
  });

  test('as a drawing, a colour for each action', async () => {
    const mermaid = (await clouds.cli('plan acme -f mermaid')).stdout;
    expect(mermaid).toMatch(/^flowchart LR\n/);
    expect(mermaid).toMatch(/n\d+\["! network public"\]:::conflict/);
    expect(mermaid).toMatch(/n\d+ -->\|"lets in"\| n\d+/);
    const dot = (await clouds.cli('plan acme -f dot')).stdout;
    expect(dot).toMatch(/n\d+ \[label="\+ server web-1", fillcolor="#d4f4dd", color="#1a7f37"\];/);
    expect(dot.endsWith('}\n')).toBe(true);
  });
});
