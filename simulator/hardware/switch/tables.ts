import { MaxAccess, MibProviderType, ObjectType } from 'net-snmp';
import type { Column, SwitchOptions } from './options.ts';

/** A question of net-snmp's agent about one value. */
export interface MibRequest {
  readonly oid: string;
  readonly instanceNode: { value: unknown };
  done(): void;
}

interface ColumnOptions {
  readonly number: number;
  readonly name: string;
  readonly type: ObjectType;
  readonly maxAccess: MaxAccess;
}

export interface Provider {
  readonly name: string;
  readonly type: MibProviderType;
  readonly oid: string;
  readonly maxAccess?: MaxAccess;
  readonly scalarType?: ObjectType;
  readonly tableColumns?: readonly ColumnOptions[];
  readonly tableIndex?: readonly { readonly columnName: string }[];
  readonly handler?: (request: MibRequest) => void;
}

export interface FilledTable {
  readonly provider: Provider;
  /** A value a column; one row without a list for a scalar. */
  readonly rows: readonly (readonly (string | number | Buffer)[])[];
}

const { Integer, OctetString, Unsigned32 } = ObjectType;
const [HIDDEN, READ, WRITE] = [MaxAccess['not-accessible'], MaxAccess['read-only'], MaxAccess['read-write']];

function table(
  name: string,
  oid: string,
  columns: readonly (readonly [number, string, ObjectType, MaxAccess])[],
  rows: FilledTable['rows'],
  handler?: Provider['handler'],
): FilledTable {
  const tableColumns = columns.map(([number, column, type, maxAccess]) => ({ number, name: column, type, maxAccess }));
  const tableIndex = tableColumns.slice(0, 1).map((column) => ({ columnName: column.name }));
  const provider = {
    name,
    type: MibProviderType.Table,
    oid,
    tableColumns,
    tableIndex,
    ...(handler ? { handler } : {}),
  };
  return { provider, rows };
}

/** The number that an index column has which is no column of its own table. */
const FOREIGN = 99;

/** Which of the values that change an OID is. */
export function changingAt(oid: string): { readonly column: Column; readonly index: number } | undefined {
  const arcs = oid.split('.').map(Number);
  const index = arcs.at(-1) ?? 0;
  const above = arcs.slice(0, -1).join('.');
  const column = COLUMNS.get(above);
  return column === undefined ? undefined : { column, index };
}

const SERIAL_OID = '1.3.6.1.6.3.1.1.6.1';
const VLAN_OID = '1.3.6.1.2.1.17.7.1.4.3.1';
const PORT_VLAN_OID = '1.3.6.1.2.1.17.7.1.4.5.1';
const CURRENT_OID = '1.3.6.1.2.1.17.7.1.4.2.1';
const COLUMNS: ReadonlyMap<string, Column> = new Map([
  [SERIAL_OID, 'snmpSetSerialNo'],
  [`${PORT_VLAN_OID}.1`, 'dot1qPvid'],
  [`${VLAN_OID}.2`, 'dot1qVlanStaticEgressPorts'],
  [`${VLAN_OID}.4`, 'dot1qVlanStaticUntaggedPorts'],
  [`${CURRENT_OID}.4.0`, 'dot1qVlanStaticEgressPorts'],
  [`${CURRENT_OID}.5.0`, 'dot1qVlanStaticUntaggedPorts'],
]);
/** Stands for what `handler` gives. */
const LATER = Buffer.alloc(1);

/** IF-MIB, BRIDGE-MIB and Q-BRIDGE-MIB as far as bridges with static VLANs have them. `handler` answers for what changes. */
export function tablesOf(options: SwitchOptions, handler: (request: MibRequest) => void): readonly FilledTable[] {
  const { name, ports, vlans, interfaces = [], access = {}, behaviour, hasCurrentTable = false } = options;
  const all = [...ports, ...interfaces].sort((a, b) => a.ifIndex - b.ifIndex);
  const bridge = [...ports].sort((a, b) => a.bridgePort - b.bridgePort);
  const sorted = [...vlans].sort((a, b) => a - b);
  const descrOf = (one: { readonly name: string; readonly descr?: string }): string => one.descr ?? one.name;
  const tables = [
    scalar('sysName', '1.3.6.1.2.1.1.5', OctetString, READ, name),
    table(
      'ifTable',
      '1.3.6.1.2.1.2.2.1',
      [
        [1, 'ifIndex', Integer, READ],
        [2, 'ifDescr', OctetString, READ],
      ],
      all.map((one) => [one.ifIndex, descrOf(one)]),
    ),
    table(
      'ifXTable',
      '1.3.6.1.2.1.31.1.1.1',
      [
        [FOREIGN, 'ifIndexOfX', Integer, HIDDEN],
        [1, 'ifName', OctetString, READ],
        [18, 'ifAlias', OctetString, READ],
      ],
      all.map(({ ifIndex, name: ifName, alias = '' }) => [ifIndex, ifName, alias]),
    ),
    table(
      'dot1dBasePortTable',
      '1.3.6.1.2.1.17.1.4.1',
      [
        [1, 'dot1dBasePort', Integer, READ],
        [2, 'dot1dBasePortIfIndex', Integer, READ],
      ],
      bridge.map(({ bridgePort, ifIndex }) => [bridgePort, ifIndex]),
    ),
    ...(hasCurrentTable ? [currentTable(sorted, handler)] : []),
    table(
      'dot1qVlanStaticTable',
      VLAN_OID,
      [
        [FOREIGN, 'dot1qVlanIndex', Unsigned32, HIDDEN],
        [1, 'dot1qVlanStaticName', OctetString, READ],
        [2, 'dot1qVlanStaticEgressPorts', OctetString, WRITE],
        [4, 'dot1qVlanStaticUntaggedPorts', OctetString, WRITE],
        [5, 'dot1qVlanStaticRowStatus', Integer, READ],
      ],
      sorted.map((vlan) => [vlan, `VLAN${vlan}`, LATER, LATER, ACTIVE]),
      handler,
    ),
    table(
      'dot1qPortVlanTable',
      PORT_VLAN_OID,
      [
        [FOREIGN, 'dot1dBasePortOfQ', Integer, HIDDEN],
        [1, 'dot1qPvid', Unsigned32, WRITE],
      ],
      bridge.map(({ bridgePort, pvid = 1 }) => [bridgePort, pvid]),
      handler,
    ),
    ...(behaviour?.lock === 'absent' ? [] : [scalar('snmpSetSerialNo', SERIAL_OID, Integer, WRITE, 0, handler)]),
  ];
  const invisible: ReadonlySet<string> = new Set(
    Object.entries(access).flatMap(([tableName, right]) => (right === 'none' ? [tableName] : [])),
  );
  return tables.filter(({ provider }) => !invisible.has(provider.name));
}

const ACTIVE = 1;

function scalar(
  name: string,
  oid: string,
  scalarType: ObjectType,
  maxAccess: MaxAccess,
  value: string | number,
  handler?: Provider['handler'],
): FilledTable {
  const provider = { name, type: MibProviderType.Scalar, oid, scalarType, maxAccess, ...(handler ? { handler } : {}) };
  return { provider, rows: [[value]] };
}

/** Which VLANs are in force; one that reads these instead of the static ones finds another index and other column numbers. */
function currentTable(vlans: readonly number[], handler: (request: MibRequest) => void): FilledTable {
  const { provider, rows } = table(
    'dot1qVlanCurrentTable',
    CURRENT_OID,
    [
      [1, 'dot1qVlanTimeMark', Unsigned32, HIDDEN],
      [2, 'dot1qVlanIndexOfCurrent', Unsigned32, HIDDEN],
      [3, 'dot1qVlanFdbId', Unsigned32, READ],
      [4, 'dot1qVlanCurrentEgressPorts', OctetString, READ],
      [5, 'dot1qVlanCurrentUntaggedPorts', OctetString, READ],
    ],
    vlans.map((vlan) => [0, vlan, vlan, LATER, LATER]),
    handler,
  );
  const tableIndex = [{ columnName: 'dot1qVlanTimeMark' }, { columnName: 'dot1qVlanIndexOfCurrent' }];
  return { provider: { ...provider, tableIndex }, rows };
}
