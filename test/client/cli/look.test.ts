import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SimulatedClouds, startClouds } from './simulated-clouds.ts';

let clouds: SimulatedClouds;
beforeAll(async () => {
  clouds = await startClouds();
});
afterAll(() => clouds.close());

/** Data of a command that went well, parsed. */
async function json(line: string): Promise<Record<string, unknown>[]> {
  const { exitCode, stdout, stderr } = await clouds.cli(`${line} -f json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('services', () => {
  test('of all configured clouds, with versions, and a note for what is not offered', async () => {
    const { exitCode, stdout, stderr } = await clouds.cli(
      'services -f value -c cloud -c type -c version -c microversions',
    );
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['old compute 2.1 2.1-2.93', 'old identity 3 ']));
    expect(stdout).toContain('\nold volumev3 3 ');
    expect(stdout).not.toContain('\nnew volumev3');
    expect(stderr).toBe('note: new: not offered: block-storage; no volumes\n');
    expect(exitCode).toBe(0);
  });

  test('of the one that is asked for', async () => {
    const rows = await json('services --source old');
    expect(new Set(rows.map(({ cloud }) => cloud))).toEqual(new Set(['old']));
    expect(rows[0]).toEqual({
      cloud: 'old',
      type: 'compute',
      name: 'nova',
      region: 'RegionOne',
      version: '2.1',
      microversions: '2.1-2.93',
      public_url: expect.stringMatching(/^http/),
      internal_url: expect.stringMatching(/^http/),
      admin_url: expect.stringMatching(/^http/),
    });
  });

  test('one cloud that does not answer keeps nobody from seeing the others', async () => {
    const rule = clouds.simulator.faults.add({
      cloud: 'old',
      service: 'identity',
      fault: { kind: 'status', status: 403 },
    });
    const { exitCode, stdout, stderr } = await clouds.cli('services');
    clouds.simulator.faults.remove(rule.id);
    expect(stdout).toContain('| new ');
    expect(stderr).toMatch(/^pump-cloud services: old: identity: /);
    expect(exitCode).toBe(1);
  });
});

describe('hosts', () => {
  test('show what is used and what there is', async () => {
    expect((await clouds.cli('hosts')).stdout).toMatch(
      /\| old-c1 \| \S+ +\| nova \| up {4}\| enabled \| +2 \| 4\/64 +\| 2560\/131072 \|/,
    );
  });

  test('are numbers with units in the data formats', async () => {
    expect((await json('hosts'))[0]).toMatchObject({
      host: 'old-c1',
      state: 'up',
      status: 'enabled',
      vcpus_used: 4,
      vcpus: 64,
      memory_used_mib: 2560,
      memory_mib: 131072,
    });
  });
});

describe('resources', () => {
  test('are listed with tenant, host and status, in JSON with all attributes', async () => {
    const servers = await json('resources --type server --sort-column tenant');
    expect(servers).toEqual([
      expect.objectContaining({ type: 'server', name: 'web-1', tenant: 'acme', host: 'old-c1', status: 'ACTIVE' }),
      expect.objectContaining({ type: 'server', name: 'web-1', tenant: 'umbrella' }),
    ]);
    expect(servers[0]).toMatchObject({ attributes: { metadata: { purpose: 'say "hi"' }, keyName: 'laptop' } });
  });

  test('of one type need no column that says so', async () => {
    expect((await clouds.cli('resources --type server')).stdout).toMatch(/^\+-+\+.*\n\| ID /);
    expect((await clouds.cli('resources --type server --type port')).stdout).toMatch(/^\+-+\+.*\n\| Type /);
  });

  test('are selected by tenant, host and name, by the words of old clouds too', async () => {
    expect(await json('resources --type instance --tenant acme')).toHaveLength(1);
    expect(await json('resources --type servers --host old-c1')).toHaveLength(2);
    const none = await clouds.cli('resources --type server --host old-c2 -f json');
    expect(none).toEqual({ exitCode: 0, stdout: '[]\n', stderr: 'old: nothing found\n' });
    expect(await json('resources --type server --host 192.0.2.2')).toHaveLength(2);
    expect(await json('resources --name inside')).toHaveLength(2);
  });

  test('are counted by type, and with --long by tenant', async () => {
    expect(await json('resources --count --type server')).toContainEqual(
      expect.objectContaining({ type: 'server', count: 2 }),
    );
    const { stdout } = await clouds.cli('resources --count --long --type server -f value');
    expect(stdout.trim().split('\n').sort()).toEqual(['server acme 1', 'server umbrella 1']);
  });

  test('of a service that the cloud lacks are a note and no error', async () => {
    const { exitCode, stdout, stderr } = await clouds.cli('resources --target --type volume');
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).toContain('nothing found');
    expect(stderr).toContain('note: new: volume: the cloud has no block-storage service: no volume is listed');
  });

  test('one is shown in full, by name or id', async () => {
    const { stdout } = await clouds.cli('resources --type server web-1 --tenant acme');
    expect(stdout).toMatch(/\| keyName +\| laptop/);
    const [server] = await json('resources --type server --tenant acme');
    const shown = await clouds.cli(`resources --type server ${server?.id} -f json`);
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: server?.id, name: 'web-1', attributes: server?.attributes });
    const field = await clouds.cli(`resources --type server ${server?.id} -f value -c keyName`);
    expect(field.stdout).toBe('laptop\n');
  });
});

describe('a name that does not say which', () => {
  test('is ambiguous: the candidates are listed with their tenants', async () => {
    const { exitCode, stdout, stderr } = await clouds.cli('resources --type server web-1');
    expect(stderr).toMatch(/^pump-cloud resources: old: 2 servers are called "web-1"; use an id:\n/);
    expect(stderr).toMatch(/\n {2}[0-9a-f-]{36} {2}tenant acme\n/);
    expect(stderr).toMatch(/\n {2}[0-9a-f-]{36} {2}tenant umbrella\n/);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test('is unknown: a tenant near to it is proposed', async () => {
    const { exitCode, stderr } = await clouds.cli('resources --tenant acmee');
    expect(stderr).toBe('pump-cloud resources: old: no tenant is called "acmee", by name or id; did you mean acme?\n');
    expect(exitCode).toBe(1);
    expect((await clouds.cli('resources --host old-c9')).stderr).toContain('no host is called "old-c9"');
    expect((await clouds.cli('tree server nothing')).stderr).toContain('no server is called "nothing"');
  });
});

describe('a plain member of one tenant', () => {
  const asMember = (line: string) => clouds.cli(line, { env: clouds.member, cwd: '/' });

  test('sees what belongs to the tenant, and is told that this is not all', async () => {
    const { exitCode, stdout, stderr } = await asMember('resources -f value -c type -c name -c tenant');
    expect(stdout).toContain('server web-1 acme\n');
    expect(stdout).not.toContain('umbrella');
    expect(stderr).toContain('acme-user is no admin of this cloud: only what project acme may see is listed');
    expect(exitCode).toBe(0);
  });

  test('gets a tree in which hidden things are marked', async () => {
    const { stdout } = await asMember('tree server web-1');
    expect(stdout).toMatch(
      /image debian: boots from\n│ {3}└── project \S+: belongs to \(hidden: this login may not see it\)/,
    );
  });

  test('is told that hosts are for admins', async () => {
    for (const line of ['hosts', 'resources --host old-c1']) {
      const { exitCode, stderr } = await asMember(line);
      expect(stderr).toMatch(/403: .*; only an admin of the cloud (sees|can)/);
      expect(exitCode).toBe(1);
    }
  });
});

describe('what went over the wire', () => {
  test('is shown with --debug, without secrets', async () => {
    const { stderr } = await clouds.cli('resources --type flavor --debug');
    expect(stderr).toContain('old: compute: GET ');
    expect(stderr).toContain('x-auth-token: {SHA256}');
    expect(stderr).toContain('"password":"***"');
    expect(stderr).not.toMatch(/x-(auth|subject)-token: (?!\{SHA256\})/);
  });

  test('is timed with --timing, also when it fails', async () => {
    for (const line of ['resources --type flavor --timing', 'resources --type flavor none --timing']) {
      const { stderr } = await clouds.cli(line);
      expect(stderr).toMatch(/\| old +\| compute +\| GET \S*\/flavors\S*.*\| +200 \| +\d+ \| +\d+ \|/);
      expect(stderr).toMatch(/\| \d+ calls +\|/);
    }
  });
});

describe('config check', () => {
  test('says what is configured and logs in, with *** for secrets', async () => {
    const { exitCode, stdout, stderr } = await clouds.cli('config check');
    expect(stdout).toMatch(/\| cloud +\| old .*\n.*\| source/);
    expect(stdout).toMatch(/\| credentials \| user admin in domain default, password \*\*\* /);
    expect(stdout).toMatch(/\| login +\| ok /);
    expect(stdout).toMatch(/\| roles +\| admin, member, reader/);
    expect(stderr).toBe('configuration: pumphouse.yaml\n');
    expect(exitCode).toBe(0);
  });

  test('asks no cloud with --no-login', async () => {
    const before = [...clouds.simulator.requests.counts.values()].reduce((sum, count) => sum + count, 0);
    const { exitCode, stdout } = await clouds.cli('config check --no-login -f value -c cloud -c login');
    expect(stdout).toBe('old not tried\nnew not tried\n');
    expect(exitCode).toBe(0);
    expect([...clouds.simulator.requests.counts.values()].reduce((sum, count) => sum + count, 0)).toBe(before);
  });

  test('ends with 1 when a login fails, and still tries the others', async () => {
    const rule = clouds.simulator.faults.add({
      cloud: 'old',
      service: 'identity',
      fault: { kind: 'status', status: 403 },
    });
    const { exitCode, stdout, stderr } = await clouds.cli('config check -f value -c cloud -c login');
    clouds.simulator.faults.remove(rule.id);
    expect(stdout).toBe('old failed\nnew ok\n');
    expect(stderr).toContain('pump-cloud config check: old: identity: ');
    expect(exitCode).toBe(1);
  });

  test('config schema prints the JSON Schema', async () => {
    const { exitCode, stdout } = await clouds.cli('config schema');
    expect(JSON.parse(stdout)).toMatchObject({ title: 'pumphouse.yaml', properties: { source: {}, target: {} } });
    expect(exitCode).toBe(0);
  });
});
