import { z } from 'zod';
import { boolean, httpUrl, integer, macAddress, nonEmptyList, oneOf, secret, section, text } from './fields.ts';

const address = text('Host name or IP address.');
const port = (standard: number) => integer(`UDP port. Default: ${standard}.`, 1, 65_535).optional();
const username = text('User of the management controller.');
const password = secret("The user's password.");
const command = nonEmptyList(text('The program, then its arguments.')).meta({
  description: 'Program of the operator and its arguments: run as it stands, without a shell.',
});

const firmware = oneOf('How the machine boots PXE. Default: as its controller says that it boots.', [
  'bios',
  'uefi',
]).optional();

const lanOptions = {
  address,
  port: port(623),
  username,
  password,
  privilege: oneOf('Privilege level of the session. Default: administrator.', ['operator', 'administrator']).optional(),
  cipher_suite: oneOf('IPMI cipher suite. Default: the best that both sides know.', ['3', '17']).optional(),
  firmware,
};

const bmcSchema = z.discriminatedUnion(
  'driver',
  [
    z.strictObject({ driver: z.literal('ipmi').describe('IPMI 2.0 (RMCP+), built in.'), ...lanOptions }),
    z.strictObject({ driver: z.literal('ipmitool').describe('The program ipmitool.'), ...lanOptions }),
    z.strictObject({
      driver: z.literal('redfish').describe('Redfish over HTTP.'),
      address: httpUrl('URL of the Redfish service: https://BMC.'),
      username,
      password,
      verify: boolean("Verify the server's certificate. Default: true.").optional(),
      cacert: text(
        'PEM file with the certificate authorities to trust. A relative path starts at this file.',
      ).optional(),
      firmware,
    }),
    z.strictObject({ driver: z.literal('command').describe('A program of the operator.'), command, firmware }),
  ],
  { error: 'must be ipmi, redfish, ipmitool or command' },
);

const switchPort = z.strictObject({
  switch: text('Name of an entry of switches.'),
  port: text('Port, by name or ifIndex.'),
  admin_vlan: integer("VLAN of Fuel's Admin network there. Default: transfer.admin_vlan.", 1, 4094).optional(),
  mac: macAddress('MAC address of the interface at this port. Default: the one that boots PXE.').optional(),
});

export const hostSchema = z
  .strictObject({
    name: text('Host name as Nova knows it.'),
    role: oneOf('What the host is in the source. Default: compute.', ['compute', 'controller']).optional(),
    bmc: section('Management controller: powers the host and sets its boot device.', bmcSchema),
    macs: section('MAC addresses, by which Fuel finds the host again.', nonEmptyList(macAddress('MAC address.'))),
    switch_port: section('The switch port that changes to the Admin VLAN.', switchPort),
  })
  .meta({ id: 'host', description: 'One machine that may move from source to target.' });

const switchName = text('How hosts refer to the switch.');
const snmpProtocols = {
  auth_protocol: oneOf('Authentication protocol.', ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512']).optional(),
  auth_password: secret('Authentication password.').optional(),
  priv_protocol: oneOf('Privacy protocol; DES is one that OpenSSL has given up.', [
    'aes',
    'aes256b',
    'aes256r',
  ]).optional(),
  priv_password: secret('Privacy password.').optional(),
};

export const switchSchema = z
  .discriminatedUnion(
    'driver',
    [
      z.strictObject({
        name: switchName,
        driver: z.literal('snmp').describe('Q-BRIDGE-MIB over SNMP.'),
        address,
        port: port(161),
        version: oneOf('SNMP version. Default: 3 with a username, else 2c.', ['2c', '3']).optional(),
        community: secret('Community with write access, for version 2c.').optional(),
        username: text('User, for version 3.').optional(),
        ...snmpProtocols,
      }),
      z.strictObject({
        name: switchName,
        driver: z.literal('command').describe('A program of the operator.'),
        command,
      }),
      z.strictObject({ name: switchName, driver: z.literal('manual').describe('A person re-wires, asked by a gate.') }),
    ],
    { error: 'must be snmp, command or manual' },
  )
  .meta({ id: 'switch', description: 'One switch.' });

export type HostKeys = z.output<typeof hostSchema>;
export type SwitchKeys = z.output<typeof switchSchema>;
