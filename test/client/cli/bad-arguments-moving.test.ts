import { afterAll, describe, expect, test } from '@jest/globals';
import { commandLine, folderWith, PROGRAMS } from './command-line.ts';

const cloud = (name: string): string =>
  `{ name: ${name}, auth_url: "http://127.0.0.1:9/v3", username: u, password: hush-${name}, project: p }`;

const folder = folderWith({
  'pumphouse.yaml': `source: [${cloud('north')}, ${cloud('south')}]\ntarget: [${cloud('new')}]
hosts:
  - { name: n1, bmc: { driver: command, command: [power] }, macs: ["52:54:00:00:00:01"], switch_port: { switch: s, port: 1 } }
  - { name: n2, macs: ["52:54:00:00:00:02"] }
  - { name: ctl-1, role: controller, bmc: { driver: command, command: [power] }, macs: ["52:54:00:00:00:03"] }
switches: [{ name: s, driver: manual }]
`,
});
afterAll(() => folder.remove());

/** What was typed, and the one line that answers it; nothing was asked and nothing started. */
const CASES: readonly (readonly [string, string])[] = [
  ['pump-cloud migrate', 'pump-cloud migrate: <tenant> is missing: Tenants, by name or id'],
  ['pump-cloud migrate acme', 'choose with --source NAME'],
  ['pump-cloud migrate acme --source nrth', '"nrth" is not one of north and south'],
  ['pump-cloud migrate acme --approve', 'pump-cloud migrate: --approve needs a value: one of plan, delete-source'],
  [
    'pump-cloud migrate acme --approve plna',
    'pump-cloud migrate: --approve cannot be "plna"; it is one of plan, delete-source',
  ],
  [
    'pump-cloud migrate acme --strategy volume',
    'pump-cloud migrate: --strategy cannot be "volume"; it is one of image, snapshot',
  ],
  ['pump-cloud migrate acme --dry-run --detach', 'pump-cloud migrate: --dry-run and --detach exclude each other'],
  ['pump-cloud migrate acme --detach --no-wait', 'pump-cloud migrate: --detach and --no-wait exclude each other'],
  [
    'pump-cloud migrate acme --dry-run --approve plan',
    'pump-cloud migrate: --dry-run and --approve exclude each other',
  ],
  [
    'pump-cloud migrate acme --keep-source --approve delete-source',
    'pump-cloud migrate: --keep-source and --approve delete-source exclude each other',
  ],
  ['pump-cloud migrate acme -f mermaid', 'pump-cloud migrate: --format mermaid draws a plan: it goes with --dry-run'],
  ['pump-cloud migrate acme --long', 'pump-cloud migrate: --long goes with --dry-run'],
  ['pump-cloud migrate acme -c nme', 'pump-cloud migrate: --column "nme" is unknown; did you mean name?'],
  [
    'pump-cloud migrate acme -c pumphouse.yaml',
    'pump-cloud migrate: -c is --column here, and no column is called "pumphouse.yaml"; did you mean --config?',
  ],
  ['pump-runs report acme -c /etc/pumphouse', 'pump-runs report: -c is --column here, and no column is called'],
  ['pump-cloud migrate acme --passwords list.csv --detach', '--passwords and --detach exclude each other'],
  ['pump-runs retry', "pump-runs retry: <run> is missing: The run's id"],
  ['pump-runs retry acme insatnces', 'pump-runs retry: <gate> cannot be "insatnces"; it is one of plan, delete-source'],
  ['pump-cloud migrate acme --by', 'pump-cloud migrate: --by needs a value: --by NAME'],
  ['pump-keystone users --yes --dry-run', 'pump-keystone users: --dry-run and --yes exclude each other'],
  ['pump-cloud finalize acme --dry-run --yes', 'pump-cloud finalize: --dry-run and --yes exclude each other'],
  ['pump-cloud verify', 'pump-cloud verify: <tenant> is missing'],
  ['pump-cloud verify acme umbrella', 'pump-cloud verify: "umbrella" is one argument too many; it takes <tenant>'],
  ['pump-cloud finalize', 'pump-cloud finalize: <tenant> is missing'],
  ['pump-cloud finalize acme --approve plan', 'pump-cloud finalize: unknown option --approve'],
  ['pump-cloud finalize acme --detach --no-wait', 'pump-cloud finalize: --detach and --no-wait exclude each other'],
  ['pump-cloud rollback acme --source west', '"west" is not one of north and south'],
  [
    'pump-keystone',
    'pump-keystone: no command is given; it comes before its options; it is one of tenants, roles, users',
  ],
  ['pump-keystone tenant', 'pump-keystone: unknown command "tenant"; did you mean tenants?'],
  ['pump-keystone tenants acme', 'pump-keystone tenants: "acme" is one argument too many; it takes no arguments'],
  ['pump-keystone roles admin', 'pump-keystone roles: "admin" is one argument too many'],
  ['pump-keystone users a b', 'pump-keystone users: "b" is one argument too many; it takes <tenant>'],
  ['pump-nova host', 'pump-nova host: <hostname> is missing: Hosts, as Nova knows them'],
  ['pump-nova host compute-1', 'choose with --source NAME'],
  ['pump-nova host n9 --source north', '"n9" is not in hosts of'],
  [
    'pump-host ctl-1 --source north',
    'hosts: ctl-1: its role is controller: take it with: pump-cloud decommission ctl-1',
  ],
  ['pump-host n1 --source north', 'hosts: n1: its switch_port needs admin_vlan, there or in transfer'],
  ['pump-host n2 --source north', 'hosts: n2: bmc is missing: nothing could switch it off and on'],
  ['pump-host n1 --parallel 0', 'pump-host: --parallel must be a whole number from 1 up, not "0"'],
  ['pump-host n1 --approve park', 'pump-host: --approve cannot be "park"; it is one of power-off, reinstall'],
  ['pump-host n1 --dry-run --detach', 'pump-host: --dry-run and --detach exclude each other'],
  ['pump-cloud decommission', 'pump-cloud decommission: <controller> is missing'],
  ['pump-cloud decommission n1 --source north', 'hosts: n1: its role is compute: take it with: pump-host n1'],
  ['pump-nova instances', 'pump-nova instances: say which: instances, a host or a tenant, by name or id'],
  ['pump-nova instances --tenant', 'pump-nova instances: --tenant needs a value: --tenant NAME|ID'],
  ['pump-nova flavors m1.small', 'pump-nova flavors: "m1.small" is one argument too many'],
  ['pump-nova keypairs ann laptop', 'pump-nova keypairs: "laptop" is one argument too many; it takes <user>'],
  ['pump-glance image', 'pump-glance: unknown command "image"; did you mean images?'],
  ['pump-runs', 'pump-runs: no command is given; it comes before its options; it is one of list, show, watch'],
  ['pump-runs lits', 'pump-runs: unknown command "lits"; did you mean list?'],
  ['pump-runs show', "pump-runs show: <run> is missing: The run's id"],
  ['pump-runs list --kind migration', 'pump-runs list: --kind cannot be "migration"; it is one of migrate-tenant'],
  ['pump-runs list --limit many', 'pump-runs list: --limit must be a whole number from 1 up, not "many"'],
  [
    'pump-runs approve acme power-of',
    'pump-runs approve: <gate> cannot be "power-of"; it is one of plan, delete-source',
  ],
  ['pump-runs watch acme -f dot', 'pump-runs watch: --format cannot be "dot"; it is one of table, json'],
  ['pump-runs cancel a b', 'pump-runs cancel: "b" is one argument too many; it takes <run>'],
  ['pump-runs pause acme --timing', 'pump-runs pause: unknown option --timing'],
];

describe('a command line of moving that cannot be meant', () => {
  test.each(CASES)('"%s" is answered by one line, and by exit code 2', async (typed, line) => {
    const [name, ...argv] = typed.split(' ');
    const program = PROGRAMS.find((each) => each.name === name)!;
    const { exitCode, stdout, stderr } = await commandLine(argv, { cwd: folder.path, program });
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/hush|^\s+at /m);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test('an empty word among several is as wrong as none', async () => {
    const { exitCode, stderr } = await commandLine(['migrate', 'acme', ' '], { cwd: folder.path });
    expect(stderr).toBe('pump-cloud migrate: <tenant> is empty: Tenants, by name or id\n');
    expect(exitCode).toBe(2);
  });
});

describe('a Temporal that is not there', () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:9' };

  test.each([['list'], ['show acme'], ['approve acme plan'], ['report acme']])(
    'is said in one line by pump-runs %s, without a configuration',
    async (typed) => {
      const program = PROGRAMS.find((each) => each.name === 'pump-runs')!;
      const { exitCode, stdout, stderr } = await commandLine(typed.split(' '), { program, env });
      const [command] = typed.split(' ');
      expect(stderr).toContain(`pump-runs ${command}: cannot reach Temporal at 127.0.0.1:9 (nothing listens there)`);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect([exitCode, stdout]).toEqual([1, '']);
    },
  );
});
