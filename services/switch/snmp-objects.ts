/**
 * What is read and written, by the names of its MIB: IF-MIB (RFC 2863), BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB (RFC 4363) and SNMPv2-MIB
 * (RFC 3418). All are indexed by one number: ifIndex, bridge port or VLAN; 0 for the one that is no column.
 */
const OBJECTS = {
  ifDescr: '1.3.6.1.2.1.2.2.1.2',
  ifName: '1.3.6.1.2.1.31.1.1.1.1',
  ifAlias: '1.3.6.1.2.1.31.1.1.1.18',
  dot1dBasePortIfIndex: '1.3.6.1.2.1.17.1.4.1.2',
  dot1qVlanStaticEgressPorts: '1.3.6.1.2.1.17.7.1.4.3.1.2',
  dot1qVlanStaticUntaggedPorts: '1.3.6.1.2.1.17.7.1.4.3.1.4',
  dot1qPvid: '1.3.6.1.2.1.17.7.1.4.5.1.1',
  snmpSetSerialNo: '1.3.6.1.6.3.1.1.6.1',
} as const;

export type ObjectName = keyof typeof OBJECTS;

/** One value of a switch. */
export interface Instance {
  readonly name: ObjectName;
  readonly index: number;
}

export function oidOf(name: ObjectName): string {
  return OBJECTS[name];
}

export function oidOfInstance({ name, index }: Instance): string {
  return `${OBJECTS[name]}.${index}`;
}

/** `dot1qPvid.12`, as errors name it. */
export function nameOfInstance({ name, index }: Instance): string {
  return `${name}.${index}`;
}

/** The index that is left of the OID of a column's value; `undefined` for what is no value of the column or has another index. */
export function indexIn(name: ObjectName, oid: string): number | undefined {
  const start = `${OBJECTS[name]}.`;
  if (!oid.startsWith(start)) return undefined;
  const rest = oid.slice(start.length);
  return /^\d+$/.test(rest) ? Number(rest) : undefined;
}
