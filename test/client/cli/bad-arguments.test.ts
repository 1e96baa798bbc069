import { afterAll, describe, expect, test } from '@jest/globals';
import { commandLine, folderWith, PROGRAMS } from './command-line.ts';

const cloud = (name: string): string =>
  `{ name: ${name}, auth_url: "http://127.0.0.1:9/v3", username: u, password: hush-${name}, project: p }`;

const folder = folderWith({
  'pumphouse.yaml': `source: [${cloud('north')}, ${cloud('south')}]\ntarget: [${cloud('new')}]\n`,
  'bad.yaml': 'clouds: [{ name: a, release: essex }]\n',
  'clouds.yaml': 'clouds: { devstack: { auth: { auth_url: "http://127.0.0.1:9/v3", username: u, password: hush } } }\n',
});
afterAll(() => folder.remove());

/** What was typed, and the one line that answers it. */
const CASES: readonly (readonly [string, string])[] = [
  ['', 'pump-cloud: no command is given; it comes before its options; it is one of services, resources, tree,'],
  ['resorces', 'pump-cloud: unknown command "resorces"; did you mean resources?'],
  ['frobnicate', 'pump-cloud: unknown command "frobnicate"; it is one of services, resources, tree, plan, migrate'],
  ['help frobnicate', 'pump-cloud: unknown command "frobnicate"'],
  ['frobnicate --help', 'pump-cloud: unknown command "frobnicate"'],
  ['config', 'pump-cloud config: no command is given; it comes before its options; it is one of check, schema'],
  ['config chek', 'pump-cloud config: unknown command "chek"; did you mean check?'],
  ['--count resources', 'pump-cloud: no command is given; it comes before its options'],
  ['--bogus', 'pump-cloud: unknown option --bogus'],
  ['-x', 'pump-cloud: unknown option -x'],
  ['resources --tenat acme', 'pump-cloud resources: unknown option --tenat; did you mean --tenant?'],
  ['resources --tenat=acme', 'pump-cloud resources: unknown option --tenat; did you mean --tenant?'],
  ['resources -type server', 'pump-cloud resources: unknown option -type; did you mean --type?'],
  ['resources --no-long', 'pump-cloud resources: unknown option --no-long'],
  ['resources --constructor', 'pump-cloud: unknown option --constructor'],
  ['resources --__proto__', 'pump-cloud: unknown option --__proto__'],
  ['hosts --tenant acme', 'pump-cloud hosts: unknown option --tenant'],
  ['services --type server', 'pump-cloud services: unknown option --type'],
  ['config schema -f json', 'pump-cloud config schema: unknown option -f'],
  ['config check --cloud north', 'pump-cloud config check: unknown option --cloud'],
  ['resources --tenant', 'pump-cloud resources: --tenant needs a value: --tenant NAME|ID'],
  ['resources --tenant --long', 'pump-cloud resources: --tenant needs a value: --tenant NAME|ID'],
  ['resources --tenant=', 'pump-cloud resources: --tenant needs a value: --tenant NAME|ID'],
  ['resources --type', 'pump-cloud resources: --type needs a value: one of domain, project, role'],
  ['resources -f', 'pump-cloud resources: --format needs a value: one of table, json, yaml, csv, value'],
  ['resources -c', 'pump-cloud resources: --column needs a value: --column COLUMN'],
  ['resources --config', 'pump-cloud resources: --config needs a value: --config FILE'],
  ['resources --tenant a --tenant b', 'pump-cloud resources: --tenant is given 2 times; give it once'],
  ['resources -f json --format yaml', 'pump-cloud resources: --format is given 2 times; give it once'],
  ['resources --max-width 80 --max-width 90', 'pump-cloud resources: --max-width is given 2 times; give it once'],
  ['resources -f xml', 'pump-cloud resources: --format cannot be "xml"; it is one of table, json, yaml, csv, value'],
  ['resources -fxml', 'pump-cloud resources: --format cannot be "xml"'],
  [
    'resources --quote some',
    'pump-cloud resources: --quote cannot be "some"; it is one of all, minimal, none, nonnumeric',
  ],
  ['resources --type sever', 'pump-cloud resources: --type cannot be "sever"; did you mean server?'],
  [
    'resources --type gizmo',
    'pump-cloud resources: --type cannot be "gizmo"; it is one of domain, project, role, user',
  ],
  ['resources --max-width -5', 'pump-cloud resources: --max-width must be a whole number from 1 up, not "-5"'],
  ['resources --max-width 0', 'pump-cloud resources: --max-width must be a whole number from 1 up, not "0"'],
  ['resources --max-width 1e3', 'pump-cloud resources: --max-width must be a whole number from 1 up, not "1e3"'],
  ['resources --long=yes', 'pump-cloud resources: --long takes no value'],
  ['resources --debug=full', 'pump-cloud resources: --debug takes no value'],
  [
    'resources -c nme',
    'pump-cloud resources: --column "nme" is unknown; did you mean name? The columns are type, id, name',
  ],
  [
    'resources --sort-column size',
    'pump-cloud resources: --sort-column "size" is unknown; the columns are type, id, name',
  ],
  ['resources --count -c id', 'pump-cloud resources: --column "id" is unknown; the columns are type, tenant, count'],
  ['resources web-1', 'pump-cloud resources: <name|id> needs exactly one --type, such as --type server'],
  ['resources web-1 --type server --type port', 'pump-cloud resources: <name|id> needs exactly one --type'],
  ['resources --type server a b', 'pump-cloud resources: "b" is one argument too many; it takes <name|id>'],
  ['resources --type server a --count', 'pump-cloud resources: <name|id> and --count exclude each other'],
  ['resources --type server a --host h', 'pump-cloud resources: <name|id> and --host exclude each other'],
  ['resources --type server -- -a -b', 'pump-cloud resources: "-b" is one argument too many'],
  [
    'resources --cloud north --target',
    'pump-cloud resources: --cloud and --target exclude each other; give one of them',
  ],
  ['resources --source north --target new', 'pump-cloud resources: --source and --target exclude each other'],
  ['resources --os-cloud x --config y', 'pump-cloud resources: --config and --os-cloud exclude each other'],
  ['resources', 'pump-cloud resources: several clouds are configured; choose one with --cloud: north or south'],
  ['hosts', 'pump-cloud hosts: several clouds are configured; choose one with --cloud: north or south'],
  ['resources --cloud nrth', 'pump-cloud resources: --cloud "nrth" is not configured; did you mean north?'],
  [
    'resources --cloud paris',
    'pump-cloud resources: --cloud "paris" is not configured; it is one of north, south or new',
  ],
  ['resources --source west', '"west" is not one of north and south'],
  ['resources --source', 'there are several: north and south; choose with --source NAME'],
  ['resources --config nowhere.yaml', 'nowhere.yaml: no such file'],
  ['resources --os-cloud devstac', 'clouds.yaml; did you mean "devstack"?'],
  ['tree', 'pump-cloud tree: <type> is missing: Type of the resource'],
  ['tree server', 'pump-cloud tree: <name|id> is missing: Name or id of the resource'],
  ['tree gizmo web-1', 'pump-cloud tree: <type> cannot be "gizmo"; it is one of domain, project'],
  ['tree server web-1 web-2', 'pump-cloud tree: "web-2" is one argument too many; it takes <type> <name|id>'],
  ['tree server web-1 -f svg', 'pump-cloud tree: --format cannot be "svg"; it is one of tree, table, json, yaml, csv'],
  ['tree server web-1 -f dot -c name', 'pump-cloud tree: --column is for formats with columns, not for dot'],
  ['tree server web-1 --sort-column name', 'pump-cloud tree: --sort-column is for formats with columns, not for tree'],
  ['hosts src-c1', 'pump-cloud hosts: "src-c1" is one argument too many; it takes no arguments, only options'],
  ['completion', 'pump-cloud completion: <bash|zsh> is missing: Your shell'],
  ['completion fish', 'pump-cloud completion: <bash|zsh> cannot be "fish"; it is one of bash, zsh'],
];

/** The same for the programs that start processes; none of them is started. */
const PROCESS_CASES: readonly (readonly [string, string])[] = [
  ['pump-worker --nope', 'pump-worker: unknown option --nope'],
  ['pump-worker --metrix 127.0.0.1:1', 'pump-worker: unknown option --metrix; did you mean --metrics?'],
  ['pump-worker extra', 'pump-worker: unknown command "extra"; it is one of completion, or left out'],
  ['pump-worker compltion bash', 'pump-worker: unknown command "compltion"; did you mean completion?'],
  ['pump-worker help me', 'pump-worker: unknown command "me"'],
  [
    'pump-worker --metrics nowhere',
    'pump-worker: --metrics must be an IP address and a port, such as 127.0.0.1:9464, not "nowhere"',
  ],
  ['pump-worker --health 127.0.0.1:99999', 'pump-worker: --health must be an IP address and a port, such as'],
  ['pump-worker --health', 'pump-worker: --health needs a value: --health HOST:PORT'],
  ['pump-worker --queue both', 'pump-worker: --queue cannot be "both"; it is one of main, data'],
  ['pump-worker --grace=-1', 'pump-worker: --grace must be a number of seconds, 0 or more, not "-1"'],
  ['pump-worker --grace soon', 'pump-worker: --grace must be a number of seconds, 0 or more, not "soon"'],
  ['pump-worker --log-level loud', 'pump-worker: --log-level cannot be "loud"; it is one of trace, debug, info'],
  ['pump-worker -c', 'pump-worker: --config needs a value: --config FILE'],
  ['pump-worker -c a -c b', 'pump-worker: --config is given 2 times; give it once'],
  ['pump-worker --timing', 'pump-worker: unknown option --timing'],
  ['pump-worker --config missing.yaml', 'missing.yaml: no such file'],
  [
    'pump-dev demonstrate',
    'pump-dev: unknown command "demonstrate"; it is one of server, demo, completion, or left out',
  ],
  ['pump-dev servr', 'pump-dev: unknown command "servr"; did you mean server?'],
  ['pump-dev --port many', 'pump-dev: --port must be a port from 0 to 65535, not "many"'],
  ['pump-dev --ui-port 65536', 'pump-dev: --ui-port must be a port from 0 to 65535, not "65536"'],
  ['pump-dev --in-memory --db-file x', 'pump-dev: --in-memory and --db-file exclude each other; give one of them'],
  ['pump-dev --in-memory=yes', 'pump-dev: --in-memory takes no value'],
  ['pump-dev --config missing.yaml', 'missing.yaml: no such file'],
  ['pump-dev server -c x', 'pump-dev server: unknown option -c'],
  ['pump-dev server --port -1', 'pump-dev server: --port must be a port from 0 to 65535, not "-1"'],
  ['pump-dev --in-memory server --db-file x', 'pump-dev server: --in-memory and --db-file exclude each other'],
  ['pump-dev server now', 'pump-dev server: "now" is one argument too many; it takes no arguments, only options'],
  ['pump-dev demo --instances 0', 'pump-dev demo: --instances must be a whole number from 1 to 10000, not "0"'],
  ['pump-dev demo --instances', 'pump-dev demo: --instances needs a value: --instances N'],
  ['pump-dev demo --yess', 'pump-dev demo: unknown option --yess; did you mean --yes?'],
  ['pump-dev demo --metrics 127.0.0.1:1', 'pump-dev demo: unknown option --metrics'],
  ['pump-dev completion fish', 'pump-dev completion: <bash|zsh> cannot be "fish"; it is one of bash, zsh'],
  ['pump-sim extra', 'pump-sim: unknown command "extra"; it is one of completion, or left out'],
  ['pump-sim --idntity v3', 'pump-sim: unknown option --idntity; did you mean --identity?'],
  ['pump-sim --identity v4', 'pump-sim: --identity cannot be "v4"; it is one of v3, v2.0, both'],
  ['pump-sim --network flat', 'pump-sim: --network cannot be "flat"; it is one of neutron, nova-network'],
  ['pump-sim --instances 1.5', 'pump-sim: --instances must be a whole number from 0 to 100000, not "1.5"'],
  ['pump-sim --instances 100001', 'pump-sim: --instances must be a whole number from 0 to 100000, not "100001"'],
  ['pump-sim --tenants few', 'pump-sim: --tenants must be a whole number from 0 to 10000, not "few"'],
  ['pump-sim --control-port 70000', 'pump-sim: --control-port must be a port from 0 to 65535, not "70000"'],
  ['pump-sim --clouds a,b!', 'pump-sim: --clouds: "b!" is no name; letters, digits, _ and - make one'],
  ['pump-sim --clouds a,b,a', 'pump-sim: --clouds: two clouds are called "a"'],
  ['pump-sim --scenario', 'pump-sim: --scenario needs a value: --scenario FILE'],
  ['pump-sim --scenario nope.yaml', 'ENOENT: no such file'],
  ['pump-sim --scenario bad.yaml', 'bad.yaml: clouds.0.release:'],
  ['pump-sim --port 65535 --instances 0', 'pump-sim: --port leaves no room below 65536'],
];

async function refused(argv: readonly string[], line: string, name = 'pump-cloud'): Promise<void> {
  const program = PROGRAMS.find((each) => each.name === name)!;
  const { exitCode, stdout, stderr } = await commandLine(argv, { cwd: folder.path, program });
  expect(stderr).toContain(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('hush');
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
}

describe('a command line that cannot be meant', () => {
  test.each(CASES)('"%s" is answered by one line, and by exit code 2', async (typed, line) => {
    await refused(
      typed.split(' ').filter((word) => word !== ''),
      line,
    );
  });

  test.each(PROCESS_CASES)('%s is answered by one line, and by exit code 2', async (typed, line) => {
    const [name, ...argv] = typed.split(' ');
    await refused(argv, line, name);
  });

  test('an empty value is as wrong as none', async () => {
    for (const argv of [
      ['resources', '--tenant', ''],
      ['resources', '--name', '  '],
      ['tree', 'server', ''],
    ]) {
      const { exitCode, stderr } = await commandLine(argv, { cwd: folder.path });
      expect(stderr).toMatch(/needs a value|is empty/);
      expect(exitCode).toBe(2);
    }
  });

  test('control characters in what was typed do not reach the terminal', async () => {
    const { stderr } = await commandLine(['resources', '--cloud', 'a\u001b[2Jb\nc'], { cwd: folder.path });
    expect(stderr).toMatch(/^[^\p{Cc}]*\n$/u);
  });

  test('a configuration with several mistakes is answered by a line for each, without the secrets', async () => {
    const bad = folderWith({
      'pumphouse.yaml': 'source:\n  - { name: a, auth_urll: x, password: hush, tennant: b }\n',
    });
    const { exitCode, stdout, stderr } = await commandLine(['hosts'], { cwd: bad.path });
    bad.remove();
    expect(stderr.trimEnd().split('\n').length).toBeGreaterThan(1);
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^pumphouse\.yaml:\d+:\d+: source\[0\]/);
    expect(stderr).not.toContain('hush');
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});
