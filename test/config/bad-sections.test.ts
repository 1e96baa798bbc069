import { expect, test } from '@jest/globals';
import { type BadFile, beside, whatIsSaid } from './bad-file.ts';

const FILES: readonly BadFile[] = [
  {
    what: 'a layout of a transfer without what it needs',
    text: beside('transfer: { layout: fixed, disks: { sda: { os: big } } }'),
    says: [
      'pumphouse.yaml:2:11: transfer.interfaces: missing; layout: fixed needs it',
      'pumphouse.yaml:2:48: transfer.disks.sda.os: must be a number of MiB, or rest, not "big"',
    ],
  },
  {
    what: 'what a layout of a transfer does not look at',
    text: beside('transfer: { interfaces: { eth0: [public] }, like: node-7, layout: default }'),
    says: [
      'pumphouse.yaml:2:25: transfer.interfaces: has no effect without layout: fixed; write that, or remove the key',
      'pumphouse.yaml:2:51: transfer.like: has no effect without layout: copied; write that, or remove the key',
    ],
  },
  {
    what: 'a host without a name',
    text: beside('hosts: [{ role: compute }]'),
    says: ['pumphouse.yaml:2:9: hosts[0].name: missing'],
  },
  {
    what: 'a host with an unknown role',
    text: beside('hosts: [{ name: n1, role: controler }]'),
    says: [
      'pumphouse.yaml:2:27: hosts[0].role: must be compute or controller, not "controler"; did you mean "controller"?',
    ],
  },
  {
    what: 'a host twice',
    text: beside('hosts:\n  - name: n1\n  - name: n1'),
    says: ['pumphouse.yaml:4:11: hosts[1].name: the same as hosts[0].name in line 3; each must be there once'],
  },
  {
    what: 'a map where the list of hosts belongs',
    text: beside('hosts: { name: n1 }'),
    says: ['pumphouse.yaml:2:8: hosts: must be a list, not a map; begin each item with "- "'],
  },
  {
    what: 'an unknown BMC driver',
    text: beside('hosts: [{ name: n1, bmc: { driver: ipmy } }]'),
    says: ['pumphouse.yaml:2:36: hosts[0].bmc.driver: must be ipmi, redfish, ipmitool or command, not "ipmy"'],
  },
  {
    what: 'a BMC without a driver',
    text: beside('hosts: [{ name: n1, bmc: { address: 10.0.0.9 } }]'),
    says: ['pumphouse.yaml:2:26: hosts[0].bmc.driver: missing; it must be ipmi, redfish, ipmitool or command'],
  },
  {
    what: 'a BMC without an address and a password',
    text: beside('hosts: [{ name: n1, bmc: { driver: ipmi, username: u } }]'),
    says: ['pumphouse.yaml:2:26: hosts[0].bmc.address: missing', 'pumphouse.yaml:2:26: hosts[0].bmc.password: missing'],
  },
  {
    what: 'a BMC with a misspelt key',
    text: beside('hosts: [{ name: n1, bmc: { driver: ipmi, adress: x, username: u, password: p } }]'),
    says: ['pumphouse.yaml:2:42: hosts[0].bmc.adress: unknown key; did you mean "address"?'],
  },
  {
    what: 'a BMC port out of range',
    text: beside('hosts: [{ name: n1, bmc: { driver: ipmi, address: x, username: u, password: p, port: 99999 } }]'),
    says: ['pumphouse.yaml:2:86: hosts[0].bmc.port: must be a whole number from 1 to 65535, not "99999"'],
  },
  {
    what: 'a Redfish address that is no URL',
    text: beside('hosts: [{ name: n1, bmc: { driver: redfish, address: 10.0.0.9, username: u, password: p } }]'),
    says: ['pumphouse.yaml:2:54: hosts[0].bmc.address: must be an http:// or https:// URL, not "10.0.0.9"'],
  },
  {
    what: 'a BMC program without words',
    text: beside('hosts: [{ name: n1, bmc: { driver: command, command: [] } }]'),
    says: ['pumphouse.yaml:2:54: hosts[0].bmc.command: the list is empty'],
  },
  {
    what: 'a MAC that is none',
    text: beside('hosts: [{ name: n1, macs: [52:54:00:12:34] }]'),
    says: [
      'pumphouse.yaml:2:28: hosts[0].macs[0]: must be a MAC address such as 52:54:00:12:34:56, not "52:54:00:12:34"',
    ],
  },
  {
    what: 'one MAC for two hosts',
    text: beside('hosts:\n  - { name: n1, macs: [52:54:00:12:34:56] }\n  - { name: n2, macs: [52-54-00-12-34-56] }'),
    says: ['pumphouse.yaml:4:24: hosts[1].macs[0]: the same as hosts[0].macs[0] in line 3; each must be there once'],
  },
  {
    what: 'one controller for two hosts',
    text: beside(
      'hosts:\n  - { name: n1, bmc: { driver: ipmi, address: 10.0.0.7, username: a, password: b } }\n' +
        '  - { name: n2, bmc: { driver: ipmitool, address: 10.0.0.7, port: 623, username: a, password: b } }',
    ),
    says: [
      'pumphouse.yaml:4:51: hosts[1].bmc.address: the same as hosts[0].bmc.address in line 3; each must be there once',
    ],
  },
  {
    what: 'one system of Redfish for two hosts',
    text: beside(
      'hosts:\n  - { name: n1, bmc: { driver: redfish, address: "https://bmc/redfish/v1/Systems/2", username: a, password: b } }\n' +
        '  - { name: n2, bmc: { driver: redfish, address: "https://BMC/redfish/v1/Systems/2/", username: a, password: b } }',
    ),
    says: [
      'pumphouse.yaml:4:50: hosts[1].bmc.address: the same as hosts[0].bmc.address in line 3; each must be there once',
    ],
  },
  {
    what: 'one switch port for two hosts',
    text: beside(
      'switches: [{ name: leaf-1, driver: manual }]\nhosts:\n  - { name: n1, switch_port: { switch: leaf-1, port: Gi1/0/7 } }\n' +
        '  - { name: n2, switch_port: { switch: leaf-1, port: gi1/0/7 } }',
    ),
    says: [
      'pumphouse.yaml:5:54: hosts[1].switch_port.port: the same as hosts[0].switch_port.port in line 4; each must be there once',
    ],
  },
  {
    what: 'an unknown switch',
    text: beside(
      'switches: [{ name: leaf-1, driver: manual }]\nhosts: [{ name: n1, switch_port: { switch: laef-1, port: 7 } }]',
    ),
    says: [
      'pumphouse.yaml:3:44: hosts[0].switch_port.switch: is not the name of an entry of switches; did you mean "leaf-1"?',
    ],
  },
  {
    what: 'a switch port without a port',
    text: beside(
      'switches: [{ name: leaf-1, driver: manual }]\nhosts: [{ name: n1, switch_port: { switch: leaf-1 } }]',
    ),
    says: ['pumphouse.yaml:3:34: hosts[0].switch_port.port: missing'],
  },
  {
    what: 'an unknown switch driver',
    text: beside('switches: [{ name: leaf-1, driver: netconf }]'),
    says: ['pumphouse.yaml:2:36: switches[0].driver: must be snmp, command or manual, not "netconf"'],
  },
  {
    what: 'an SNMP switch without a community',
    text: beside('switches: [{ name: leaf-1, driver: snmp, address: 10.0.0.2 }]'),
    says: ['pumphouse.yaml:2:12: switches[0].community: missing; or give a username for SNMP version 3'],
  },
  {
    what: 'an SNMP user with half an authentication',
    text: beside('switches: [{ name: leaf-1, driver: snmp, address: 10.0.0.2, username: u, auth_protocol: sha }]'),
    says: ['pumphouse.yaml:2:12: switches[0].auth_password: missing'],
  },
  {
    what: 'an SNMP user with privacy alone',
    text: beside(
      'switches: [{ name: leaf-1, driver: snmp, address: 10.0.0.2, username: u, priv_protocol: aes, priv_password: p }]',
    ),
    says: ['pumphouse.yaml:2:12: switches[0].auth_password: missing; SNMP has no privacy without authentication'],
  },
  {
    what: 'a mapping of an unknown type',
    text: beside('mappings: { networks: { net: net } }'),
    says: ['pumphouse.yaml:2:13: mappings.networks: unknown key; did you mean "network"?'],
  },
  {
    what: 'a mapping to a list',
    text: beside('mappings: { network: { net: [net] } }'),
    says: ['pumphouse.yaml:2:29: mappings.network.net: must be text, not a list'],
  },
  {
    what: 'a mapping to nothing',
    text: beside('mappings:\n  flavor:\n    m1.small:'),
    says: [
      'pumphouse.yaml:4:14: mappings.flavor["m1.small"]: has no value; write one, or remove the key; unless quoted, # begins a comment and & an anchor',
    ],
  },
  {
    what: 'a policy for tenants',
    text: beside('policy: { tenant: { select: all } }'),
    says: ['pumphouse.yaml:2:11: policy.tenant: unknown key; did you mean "project"?'],
  },
  {
    what: 'a policy of unknown conflict',
    text: beside('policy: { server: { on_conflict: fial } }'),
    says: [
      'pumphouse.yaml:2:34: policy.server.on_conflict: must be fail, adopt-if-equal, adopt or skip, not "fial"; did you mean "fail"?',
    ],
  },
  {
    what: 'a selection that is neither word nor list',
    text: beside('policy: { image: { select: some } }'),
    says: ['pumphouse.yaml:2:28: policy.image.select: must be all, none or a list of names and ids, not "some"'],
  },
  {
    what: 'a strategy for a flavor',
    text: beside('policy: { flavor: { strategy: image } }'),
    says: [
      'pumphouse.yaml:2:21: policy.flavor.strategy: unknown key; the keys are select, on_conflict, on_error and concurrency',
    ],
  },
  {
    what: 'too much at once',
    text: beside('policy: { server: { concurrency: 1001 } }'),
    says: ['pumphouse.yaml:2:34: policy.server.concurrency: must be a whole number from 1 to 1000, not "1001"'],
  },
  {
    what: 'an unknown gate',
    text: beside('gates: { poweroff: { time_limit: 1h } }'),
    says: ['pumphouse.yaml:2:10: gates.poweroff: unknown key; did you mean "power-off"?'],
  },
  {
    what: 'a gate that waits for a word',
    text: beside('gates: { plan: { time_limit: soon } }'),
    says: [
      'pumphouse.yaml:2:30: gates.plan.time_limit: must be a time above zero with its unit, such as 500ms, 10s, 5m, 2h or 7d, not "soon"',
    ],
  },
  {
    what: 'a secret for passwords that is too short',
    text: beside('passwords: { secret: s3cret }'),
    says: ['pumphouse.yaml:2:22: passwords.secret: has fewer than 16 characters'],
  },
  {
    what: 'passwords of an unknown kind',
    text: beside('passwords: { users: generated }'),
    says: ['pumphouse.yaml:2:21: passwords.users: must be generate, fixed or none; did you mean "generate"?'],
  },
  {
    what: 'generated passwords without a secret',
    text: beside('passwords: { users: generate }'),
    says: ['pumphouse.yaml:2:12: passwords.secret: missing; users: generate needs it'],
  },
  {
    what: 'generated passwords with a misspelt secret',
    text: beside('passwords: { users: generate, secrt: s3cret-of-some-length }'),
    says: ['pumphouse.yaml:2:31: passwords.secrt: unknown key; did you mean "secret"?'],
  },
  {
    what: 'a fixed password that is not there',
    text: beside('passwords: { users: fixed, secret: s3cret-of-some-length }'),
    says: ['pumphouse.yaml:2:12: passwords.fixed: missing; users: fixed needs it'],
  },
  {
    what: 'a password that would be nobody’s',
    text: beside('passwords: { fixed: s3cret }'),
    says: ['pumphouse.yaml:2:21: passwords.fixed: has no effect without users: fixed; write that, or remove the key'],
  },
  {
    what: 'an unknown key for Temporal',
    text: beside('temporal: { adress: "localhost:7233" }'),
    says: ['pumphouse.yaml:2:13: temporal.adress: unknown key; did you mean "address"?'],
  },
  {
    what: 'text for Temporal',
    text: beside('temporal: localhost:7233'),
    says: ['pumphouse.yaml:2:11: temporal: must be a map, not text'],
  },
];

test.each(FILES)('$what is said at its place, in one line', ({ text, says }) => {
  expect(whatIsSaid(text)).toEqual(says);
});
