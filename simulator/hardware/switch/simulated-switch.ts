import { startAgent } from './agent.ts';
import type { SwitchBehaviour, SwitchOptions, SwitchPortOptions } from './options.ts';
import { type Assignment, SwitchState } from './state.ts';

/** What a port does with VLANs; ids ascending. */
export interface PortVlans {
  readonly pvid: number;
  readonly untagged: readonly number[];
  readonly tagged: readonly number[];
}

/** A switch whose SNMP agent answers on loopback until `close()`. Ports go by ifName, ifDescr, ifAlias or ifIndex. */
export interface SimulatedSwitch {
  readonly name: string;
  readonly host: string;
  /** UDP. */
  readonly port: number;
  /** PVID: where frames without a tag go, as those of a machine that boots PXE. */
  portVlan(port: string): number;
  vlansOf(port: string): PortVlans;
  /** As somebody at the console does it. */
  setPort(port: string, vlans: PortVlans): void;
  /** Octets as SNMP shows them. */
  bitmaps(vlan: number): { readonly egress: Buffer; readonly untagged: Buffer };
  behave(behaviour: Partial<SwitchBehaviour>): void;
  /** What was written since it started: `dot1qPvid.3`, in order. */
  readonly written: readonly string[];
  /** Called before each message that writes, or reads one of the values that change (`oid`). */
  before: (event: { readonly kind: 'write' } | { readonly kind: 'read'; readonly oid: string }) => void;
  close(): Promise<void>;
}

export async function startSwitch(options: SwitchOptions): Promise<SimulatedSwitch> {
  const state = new SwitchState(options);
  const written: string[] = [];
  let before: SimulatedSwitch['before'] = () => undefined;
  const socket = await startAgent(options, state, {
    onRead: (oid) => before({ kind: 'read', oid }),
    onWrite: () => before({ kind: 'write' }),
    onWritten: (assignments) => written.push(...assignments.map(described)),
  });
  const bridgePort = (port: string): number => findPort(options, port).bridgePort;
  const octets = (column: Assignment['column'], vlan: number): Buffer => {
    const value = state.read(column, vlan);
    if (!Buffer.isBuffer(value)) throw new Error(`simulated switch ${options.name} has no VLAN ${vlan}`);
    return Buffer.from(value);
  };
  return {
    name: options.name,
    host: socket.address().address,
    port: socket.address().port,
    portVlan: (port) => state.portVlans(bridgePort(port)).pvid,
    vlansOf: (port) => state.portVlans(bridgePort(port)),
    setPort: (port, vlans) => state.setPort(bridgePort(port), vlans),
    bitmaps: (vlan) => ({
      egress: octets('dot1qVlanStaticEgressPorts', vlan),
      untagged: octets('dot1qVlanStaticUntaggedPorts', vlan),
    }),
    behave(behaviour) {
      state.behaviour = { ...state.behaviour, ...behaviour };
    },
    written,
    get before() {
      return before;
    },
    set before(hook) {
      before = hook;
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function described({ column, index }: Assignment): string {
  return `${column}.${index}`;
}

function findPort({ name, ports }: SwitchOptions, port: string): SwitchPortOptions {
  const found = ports.find((one) => [one.name, one.descr, one.alias, String(one.ifIndex)].includes(port));
  if (found === undefined) throw new Error(`simulated switch ${name} has no port ${port}`);
  return found;
}
