import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Configuration, selectCloud } from '../../config/index.ts';
import { CLOUD, KEYS } from './bad-file.ts';
import { errorLinesOf, Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch.remove());

const beside = (sections: string): Configuration => scratch.load(`source: [${CLOUD}]\n${sections}\n`);

test('hosts and switches are read with their defaults', () => {
  const { hosts, switches } = beside(`hosts:
  - name: n1
    bmc: { driver: ipmi, address: 10.0.0.9, username: u, password: p }
    macs: [52-54-00-12-34-AB]
    switch_port: { switch: leaf-1, port: 7 }
  - { name: c1, role: controller, bmc: { driver: redfish, address: "https://10.0.0.8", username: u, password: p, verify: no, firmware: uefi } }
  - { name: n2, bmc: { driver: command, command: [/usr/local/bin/power, n2] } }
switches:
  - { name: leaf-1, driver: snmp, address: 10.0.0.2, community: c }
  - { name: leaf-2, driver: manual }`);
  expect(hosts).toMatchObject([
    {
      name: 'n1',
      role: 'compute',
      bmc: { driver: 'ipmi', port: 623, privilege: 'administrator' },
      macs: ['52:54:00:12:34:ab'],
      switchPort: { switch: 'leaf-1', port: '7' },
    },
    { name: 'c1', role: 'controller', bmc: { driver: 'redfish', tls: { verify: false }, firmware: 'uefi' }, macs: [] },
    { name: 'n2', bmc: { driver: 'command', command: ['/usr/local/bin/power', 'n2'] } },
  ]);
  expect(switches).toMatchObject([
    { name: 'leaf-1', driver: 'snmp', port: 161, access: { version: '2c' } },
    { name: 'leaf-2', driver: 'manual' },
  ]);
});

test('mappings, policy, gates and Temporal hold what is written and no more', () => {
  const { mappings, policy, gates, copy, temporal } = beside(`mappings:
  network: { net-1: public }
  volume-type: { ssd: fast }
policy:
  server: { select: [web-1, web-2], on_conflict: adopt-if-equal, on_error: retry, strategy: snapshot, concurrency: 4, per_host: 1, stop_timeout: 10m }
  flavor: { select: all }
gates: { delete-source: { time_limit: 7d, reminder: 1h } }
copy: { max_mib_per_second: 100 }
temporal: { address: "localhost:7233", profile: prod, config_file: temporal.toml, task_queue: here }`);
  expect(mappings).toEqual({ network: { 'net-1': 'public' }, 'volume-type': { ssd: 'fast' } });
  expect(policy).toEqual({
    server: {
      select: ['web-1', 'web-2'],
      onConflict: 'adopt-if-equal',
      onError: 'retry',
      strategy: 'snapshot',
      concurrency: 4,
      perHost: 1,
      stopTimeoutMs: 600_000,
    },
    flavor: { select: 'all' },
  });
  expect(gates).toEqual({ 'delete-source': { timeLimitMs: 604_800_000, reminderMs: 3_600_000 } });
  expect(copy).toEqual({ maxMibPerSecond: 100 });
  expect(temporal).toEqual({
    address: 'localhost:7233',
    profile: 'prod',
    configFile: `${scratch.cwd}/temporal.toml`,
    taskQueue: 'here',
    dataTaskQueue: 'pumphouse-data',
  });
});

test('a transfer holds what is written and no more', () => {
  expect(beside('').transfer).toEqual({});
  expect(beside('transfer: { layout: copied }').transfer).toEqual({});
  expect(beside('transfer: { like: node-7 }').transfer).toEqual({ layout: { kind: 'copied', from: 'node-7' } });
  const { transfer, hosts } = beside(`hosts:
  - { name: n1, switch_port: { switch: s, port: 1, admin_vlan: 7, mac: 52-54-00-12-34-AB } }
switches: [{ name: s, driver: manual }]
transfer:
  environment: mos
  admin_vlan: 100
  roles: [compute, ceph-osd]
  keep_hostname: no
  layout: fixed
  interfaces: { eth0: [fuelweb_admin, management] }
  disks: { sda: { os: 67584, vm: rest } }
  power_off_timeout: 10m
  controllers_left: 0`);
  expect(transfer).toEqual({
    environment: 'mos',
    adminVlan: 100,
    roles: ['compute', 'ceph-osd'],
    keepHostname: false,
    layout: {
      kind: 'fixed',
      interfaces: { eth0: ['fuelweb_admin', 'management'] },
      disks: { sda: { os: 67_584, vm: 'rest' } },
    },
    powerOffTimeoutMs: 600_000,
    controllersLeft: 0,
  });
  expect(hosts[0]?.switchPort).toEqual({ switch: 's', port: '1', adminVlan: 7, mac: '52:54:00:12:34:ab' });
});

test('a section whose lines are all commented out is empty', () => {
  const configuration = beside('target:\nhosts:\nswitches:\nmappings:\npolicy:\n  server:\ngates:\ntemporal:');
  expect(configuration).toMatchObject({ targets: [], hosts: [], switches: [], mappings: {}, policy: {}, gates: {} });
});

test('users get passwords of their own as soon as there is a secret, and none without', () => {
  const kind = (section: string) => beside(section).passwords.kind;
  const secret = 'secret: 0123456789abcdef';
  expect(kind('')).toBe('none');
  expect(kind('passwords:')).toBe('none');
  expect(kind(`passwords: { ${secret} }`)).toBe('generate');
  expect(kind(`passwords: { users: none, ${secret} }`)).toBe('none');
  const { passwords } = beside('passwords: { users: fixed, fixed: " p " }');
  expect(passwords.kind === 'fixed' && passwords.password.reveal()).toBe(' p ');
});

describe('a cloud is chosen', () => {
  const several = () => scratch.load(`source:\n  - { ${KEYS} }\n  - { ${KEYS.replace('name: a', 'name: bee')} }\n`);

  test('without a name when there is only one, by name otherwise', () => {
    expect(selectCloud(beside(''), 'source').name).toBe('a');
    expect(selectCloud(several(), 'source', 'bee').name).toBe('bee');
  });

  test('not without a name among several, nor by a name that is not there, nor from none', () => {
    const configuration = several();
    const place = `${scratch.cwd}/pumphouse.yaml`;
    expect(errorLinesOf(() => selectCloud(configuration, 'source'))).toEqual([
      `${place}: source: there are several: a and bee; choose with --source NAME (needed only when several)`,
    ]);
    expect(errorLinesOf(() => selectCloud(configuration, 'source', 'be'))).toEqual([
      `${place}: source: "be" is not one of a and bee; did you mean "bee"?`,
    ]);
    expect(errorLinesOf(() => selectCloud(configuration, 'target'))).toEqual([
      `${place}: target: no target cloud is configured; add it to target`,
    ]);
  });
});
