import { resolve } from 'node:path';
import type { BmcSettings, HostSettings, SnmpSwitchSettings, SwitchSettings } from './configuration.ts';
import { type Environment, expandHome } from './file-path.ts';
import type { HostKeys, SwitchKeys } from './inventory-schema.ts';

const IPMI_PORT = 623;
const SNMP_PORT = 161;

/** The settings of a host whose keys have been found in order (inventory-rules.ts). `directory`: where paths start. */
export function buildHost(keys: HostKeys, directory: string, env: Environment): HostSettings {
  const { name, role = 'compute', bmc, macs, switch_port: switchPort } = keys;
  return {
    name,
    role,
    ...(bmc ? { bmc: { ...buildBmc(bmc, directory, env), ...firmwareOf(bmc) } } : {}),
    macs: macs ?? [],
    ...(switchPort ? { switchPort: buildPort(switchPort) } : {}),
  };
}

function firmwareOf({ firmware }: NonNullable<HostKeys['bmc']>): Pick<BmcSettings, 'firmware'> {
  return firmware === undefined ? {} : { firmware };
}

function buildPort({
  switch: name,
  port,
  admin_vlan: adminVlan,
  mac,
}: NonNullable<HostKeys['switch_port']>): NonNullable<HostSettings['switchPort']> {
  return {
    switch: name,
    port,
    ...(adminVlan === undefined ? {} : { adminVlan }),
    ...(mac === undefined ? {} : { mac }),
  };
}

function buildBmc(keys: NonNullable<HostKeys['bmc']>, directory: string, env: Environment): BmcSettings {
  switch (keys.driver) {
    case 'command':
      return { driver: keys.driver, command: keys.command };
    case 'redfish': {
      const { driver, address, username, password, verify = true, cacert } = keys;
      const file = cacert === undefined ? {} : { cacert: resolve(directory, expandHome(cacert, env)) };
      return { driver, address, username, password, tls: { verify, ...file } };
    }
    case 'ipmi':
    case 'ipmitool': {
      const { driver, address, port = IPMI_PORT, username, password, privilege = 'administrator' } = keys;
      const bmc = { driver, address, port, username, password, privilege };
      return keys.cipher_suite === undefined ? bmc : { ...bmc, cipherSuite: keys.cipher_suite === '3' ? 3 : 17 };
    }
    default:
      return keys satisfies never;
  }
}

/** The settings of a switch; `undefined` when its SNMP keys are incomplete, which inventory-rules.ts has reported. */
export function buildSwitch(keys: SwitchKeys): SwitchSettings | undefined {
  if (keys.driver !== 'snmp') return keys;
  const { driver, name, address, port = SNMP_PORT } = keys;
  const access = snmpAccess(keys);
  return access === undefined ? undefined : { driver, name, address, port, access };
}

function snmpAccess(keys: Extract<SwitchKeys, { driver: 'snmp' }>): SnmpSwitchSettings['access'] | undefined {
  const { username, community } = keys;
  const version = keys.version ?? (username === undefined ? '2c' : '3');
  if (version === '2c') return community === undefined ? undefined : { version, community };
  if (username === undefined) return undefined;
  const auth = keys.auth_protocol &&
    keys.auth_password && { protocol: keys.auth_protocol, password: keys.auth_password };
  const priv = keys.priv_protocol &&
    keys.priv_password && { protocol: keys.priv_protocol, password: keys.priv_password };
  return { version, username, ...(auth ? { auth } : {}), ...(priv ? { priv } : {}) };
}
