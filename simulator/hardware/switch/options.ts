/** What a port is cabled to is the site's business; a switch knows its names and VLANs. */
export interface SwitchPortOptions {
  /** ifName: `Gi1/0/3`. */
  readonly name: string;
  readonly ifIndex: number;
  /** Its number in bitmaps; most switches count these apart from ifIndex. */
  readonly bridgePort: number;
  /** ifDescr; as `name` unless told. */
  readonly descr?: string;
  /** ifAlias: what somebody has written about the port. */
  readonly alias?: string;
  /** 1 unless told, and untagged in it. */
  readonly pvid?: number;
  readonly untagged?: readonly number[];
  readonly tagged?: readonly number[];
}

/** As in `switches:` of the configuration. Without protocols and passwords: noAuthNoPriv. */
export interface SwitchUser {
  readonly username: string;
  readonly auth?: { readonly protocol: AuthProtocol; readonly password: string };
  readonly priv?: { readonly protocol: PrivProtocol; readonly password: string };
  readonly isReadOnly?: boolean;
}

export type AuthProtocol = 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
export type PrivProtocol = 'aes' | 'aes256b' | 'aes256r';

/** What can be set. */
export type Column = 'dot1qVlanStaticEgressPorts' | 'dot1qVlanStaticUntaggedPorts' | 'dot1qPvid' | 'snmpSetSerialNo';

export type TableName = 'ifXTable' | 'dot1dBasePortTable' | 'dot1qVlanStaticTable' | 'dot1qPortVlanTable';

/** How real switches differ from each other. */
export interface SwitchBehaviour {
  /** inconsistentValue for the PVID of a VLAN that the port is not in, and for a port that leaves the VLAN of its PVID. */
  readonly tiesPvidToVlan: boolean;
  /** A port that becomes untagged in a VLAN leaves the one where it was, and its PVID follows. */
  readonly hasOneUntaggedVlan: boolean;
  /** Says yes, and keeps what it had. */
  readonly loses: readonly Column[];
  /** Says yes, and keeps what it had for so long. */
  readonly appliesAfterMs: number;
  readonly answersAfterMs: number;
  /** A write to one port of a bitmap clears the port after it: firmware with an error. */
  readonly clearsNeighbour: boolean;
  /** RFC 3418's lock; `broken`: it refuses every write with wrongLength, as net-snmp 5.9 does. */
  readonly lock: 'kept' | 'absent' | 'broken';
}

export interface SwitchOptions {
  readonly name: string;
  readonly host?: string;
  /** UDP. 0, the default: a free one. */
  readonly port?: number;
  /** With the right to write. */
  readonly community?: string;
  readonly readCommunity?: string;
  readonly users?: readonly SwitchUser[];
  readonly vlans: readonly number[];
  readonly ports: readonly SwitchPortOptions[];
  /** Interfaces that are no port of the bridge: of a VLAN, or members of a link aggregation. */
  readonly interfaces?: readonly { readonly name: string; readonly ifIndex: number; readonly alias?: string }[];
  /** How many octets bitmaps have; 8 unless told. Another length is refused. */
  readonly bitmapBytes?: number;
  /** dot1qVlanCurrentTable as well. */
  readonly hasCurrentTable?: boolean;
  /** Tables outside of what SNMP may see (`none`), or write (`read`). */
  readonly access?: Readonly<Partial<Record<TableName, 'none' | 'read'>>>;
  readonly behaviour?: Partial<SwitchBehaviour>;
}

export const PLAIN_BEHAVIOUR: SwitchBehaviour = {
  tiesPvidToVlan: true,
  hasOneUntaggedVlan: false,
  loses: [],
  appliesAfterMs: 0,
  answersAfterMs: 0,
  clearsNeighbour: false,
  lock: 'kept',
};
