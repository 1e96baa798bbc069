import { ErrorStatus } from 'net-snmp';
import { type Column, PLAIN_BEHAVIOUR, type SwitchBehaviour, type SwitchOptions } from './options.ts';

export interface Assignment {
  readonly column: Column;
  readonly index: number;
  readonly value: number | Buffer;
}

interface VlanRow {
  egress: Buffer;
  untagged: Buffer;
}

/** Tables that SNMP can write. */
interface Tables {
  readonly vlans: Map<number, VlanRow>;
  /** By bridge port. */
  readonly pvids: Map<number, number>;
}

const DEFAULT_BITMAP_BYTES = 8;
const HIGHEST_INTEGER = 2 ** 31 - 1;

/** VLANs of a switch and what its ports do with them, with the rules of a bridge. */
export class SwitchState {
  behaviour: SwitchBehaviour;
  #tables: Tables = { vlans: new Map(), pvids: new Map() };
  #serial = 4711;
  readonly #bitmapBytes: number;
  readonly #readOnly: ReadonlySet<Column>;

  constructor({ vlans, ports, bitmapBytes = DEFAULT_BITMAP_BYTES, access = {}, behaviour }: SwitchOptions) {
    this.behaviour = { ...PLAIN_BEHAVIOUR, ...behaviour };
    this.#bitmapBytes = bitmapBytes;
    this.#readOnly = new Set<Column>([
      ...(access.dot1qPortVlanTable === undefined ? [] : (['dot1qPvid'] as const)),
      ...(access.dot1qVlanStaticTable === undefined
        ? []
        : (['dot1qVlanStaticEgressPorts', 'dot1qVlanStaticUntaggedPorts'] as const)),
    ]);
    for (const vlan of vlans) this.addVlan(vlan);
    for (const { bridgePort, pvid = 1, untagged = [pvid], tagged = [] } of ports) {
      this.setPort(bridgePort, { pvid, untagged, tagged });
    }
  }

  get vlans(): readonly number[] {
    return [...this.#tables.vlans.keys()];
  }

  addVlan(vlan: number): void {
    const empty = (): Buffer => Buffer.alloc(this.#bitmapBytes);
    this.#tables.vlans.set(vlan, { egress: empty(), untagged: empty() });
  }

  read(column: Column, index: number): number | Buffer | undefined {
    const row = this.#tables.vlans.get(index);
    switch (column) {
      case 'dot1qVlanStaticEgressPorts':
        return row?.egress;
      case 'dot1qVlanStaticUntaggedPorts':
        return row?.untagged;
      case 'dot1qPvid':
        return this.#tables.pvids.get(index);
      case 'snmpSetSerialNo':
        return this.#serial;
    }
  }

  portVlans(port: number): { readonly pvid: number; readonly untagged: number[]; readonly tagged: number[] } {
    const members = [...this.#tables.vlans].filter(([, row]) => has(row.egress, port)).sort(([a], [b]) => a - b);
    const ids = (rows: typeof members): number[] => rows.map(([vlan]) => vlan);
    return {
      pvid: this.#tables.pvids.get(port) ?? 1,
      untagged: ids(members.filter(([, row]) => has(row.untagged, port))),
      tagged: ids(members.filter(([, row]) => !has(row.untagged, port))),
    };
  }

  /** As somebody at the console does it: no rule of SNMP holds, and its lock does not count it. */
  setPort(
    port: number,
    vlans: { readonly pvid: number; readonly untagged: readonly number[]; readonly tagged: readonly number[] },
  ): void {
    this.#tables.pvids.set(port, vlans.pvid);
    for (const [vlan, row] of this.#tables.vlans) {
      row.untagged = withBit(row.untagged, port, vlans.untagged.includes(vlan));
      row.egress = withBit(row.egress, port, vlans.untagged.includes(vlan) || vlans.tagged.includes(vlan));
    }
  }

  /** What it refuses of one message, which counts as a whole: RFC 3416 section 4.2.5. */
  refusals(assignments: readonly Assignment[]): ReadonlyMap<Assignment, ErrorStatus> {
    const next = this.#after(assignments);
    const refusals = new Map<Assignment, ErrorStatus>();
    for (const assignment of assignments) {
      const status = this.#judge(assignment, next);
      if (status !== ErrorStatus.NoError) refusals.set(assignment, status);
    }
    return refusals;
  }

  apply(assignments: readonly Assignment[]): void {
    if (assignments.some(({ column }) => column === 'snmpSetSerialNo')) {
      this.#serial = this.#serial === HIGHEST_INTEGER ? 0 : this.#serial + 1;
    }
    const kept = assignments.filter(({ column }) => !this.behaviour.loses.includes(column));
    const { appliesAfterMs } = this.behaviour;
    if (appliesAfterMs === 0) this.#tables = this.#after(kept);
    else setTimeout(() => (this.#tables = this.#after(kept)), appliesAfterMs).unref();
  }

  #after(assignments: readonly Assignment[]): Tables {
    const { hasOneUntaggedVlan, clearsNeighbour } = this.behaviour;
    const next: Tables = {
      vlans: new Map([...this.#tables.vlans].map(([vlan, row]) => [vlan, { ...row }])),
      pvids: new Map(this.#tables.pvids),
    };
    for (const { column, index, value } of assignments) {
      const row = next.vlans.get(index);
      if (column === 'dot1qPvid' && typeof value === 'number') next.pvids.set(index, value);
      if (row === undefined || !Buffer.isBuffer(value)) continue;
      if (column === 'dot1qVlanStaticEgressPorts')
        row.egress = clearsNeighbour ? this.#damaged(row.egress, value) : value;
      if (column === 'dot1qVlanStaticUntaggedPorts') {
        if (hasOneUntaggedVlan) leaveOthers(next, index, row.untagged, value);
        row.untagged = value;
      }
    }
    return next;
  }

  #damaged(before: Buffer, after: Buffer): Buffer {
    const port = this.#ports().find((candidate) => has(before, candidate) !== has(after, candidate));
    return port === undefined ? after : withBit(after, port + 1, false);
  }

  #judge({ column, index, value }: Assignment, next: Tables): ErrorStatus {
    const { lock, tiesPvidToVlan } = this.behaviour;
    if (this.#readOnly.has(column)) return ErrorStatus.NoAccess;
    if (column === 'snmpSetSerialNo') {
      if (lock === 'broken') return ErrorStatus.WrongLength;
      return value === this.#serial ? ErrorStatus.NoError : ErrorStatus.InconsistentValue;
    }
    if (column === 'dot1qPvid') {
      const row = typeof value === 'number' ? next.vlans.get(value) : undefined;
      if (row === undefined || (tiesPvidToVlan && !has(row.egress, index))) return ErrorStatus.InconsistentValue;
      return ErrorStatus.NoError;
    }
    if (!Buffer.isBuffer(value) || value.length !== this.#bitmapBytes) return ErrorStatus.WrongLength;
    const ports = this.#ports();
    for (let bit = 1; bit <= value.length * 8; bit += 1) {
      if (has(value, bit) && !ports.includes(bit)) return ErrorStatus.WrongValue;
    }
    const row = next.vlans.get(index);
    if (row === undefined) return ErrorStatus.NoCreation;
    const isOutside = (port: number): boolean => has(row.untagged, port) && !has(row.egress, port);
    const isCutOff = (port: number): boolean => next.pvids.get(port) === index && !has(row.egress, port);
    return ports.some((port) => isOutside(port) || (tiesPvidToVlan && isCutOff(port)))
      ? ErrorStatus.InconsistentValue
      : ErrorStatus.NoError;
  }

  #ports(): readonly number[] {
    return [...this.#tables.pvids.keys()];
  }
}

/** Ports that become untagged in `vlan` leave the VLAN where they were so, and their PVID follows them. */
function leaveOthers(tables: Tables, vlan: number, before: Buffer, after: Buffer): void {
  for (const port of tables.pvids.keys()) {
    if (has(before, port) || !has(after, port)) continue;
    tables.pvids.set(port, vlan);
    for (const [other, row] of tables.vlans) {
      if (other === vlan || !has(row.untagged, port)) continue;
      row.egress = withBit(row.egress, port, false);
      row.untagged = withBit(row.untagged, port, false);
    }
  }
}

function has(bitmap: Buffer, port: number): boolean {
  return ((bitmap[(port - 1) >> 3] ?? 0) & (0x80 >> ((port - 1) & 7))) !== 0;
}

function withBit(bitmap: Buffer, port: number, isSet: boolean): Buffer {
  const copy = Buffer.from(bitmap);
  const octet = (port - 1) >> 3;
  const mask = 0x80 >> ((port - 1) & 7);
  copy[octet] = isSet ? (copy[octet] ?? 0) | mask : (copy[octet] ?? 0) & ~mask;
  return copy;
}
