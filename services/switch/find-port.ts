import { distance } from 'fastest-levenshtein';
import { listWords } from '../../config/index.ts';
import { ApiError, notFound } from '../api-error.ts';
import type { SnmpSession, SnmpValue } from './snmp-session.ts';

export interface BridgePort {
  /** Of dot1dBasePortTable: what counts in PortLists and dot1qPvid. Often another number than `ifIndex`. */
  readonly number: number;
  readonly ifIndex: number;
}

interface Interface {
  readonly ifIndex: number;
  /** ifName, ifDescr and ifAlias, each once, without empty ones. */
  readonly names: readonly string[];
  /** Absent for VLAN interfaces, members of a link aggregation, routed ports. */
  readonly bridgePort?: number;
}

const MOST_NAMED = 8;

/** The port with this ifName, ifDescr, ifAlias or ifIndex. Bridge ports go first: a VLAN's own interface often has the number of a port's name. */
export async function findPort(session: SnmpSession, port: string): Promise<BridgePort> {
  const interfaces = await readInterfaces(session);
  const answering = interfaces.filter(({ ifIndex, names }) => String(ifIndex) === port || names.includes(port));
  const [found, ...more] = answering.flatMap(asBridgePort);
  if (found === undefined)
    throw answering[0] === undefined ? unknown(session, port, interfaces) : noBridgePort(session, port, answering[0]);
  if (more.length > 0) throw ambiguous(session, port, answering);
  return found;
}

async function readInterfaces(session: SnmpSession): Promise<readonly Interface[]> {
  const numbers = await session.column('dot1dBasePortIfIndex');
  if (numbers.size === 0) throw nothingShown(session.switchName, 'dot1dBasePortIfIndex');
  const bridgePorts = new Map([...numbers].map(([bridgePort, ifIndex]) => [ifIndex, bridgePort]));
  const names = new Map<number, string[]>();
  for (const column of ['ifName', 'ifDescr', 'ifAlias'] as const) {
    for (const [ifIndex, value] of await session.column(column)) {
      const known = names.get(ifIndex) ?? [];
      const name = textOf(value);
      names.set(ifIndex, name === '' || known.includes(name) ? known : [...known, name]);
    }
  }
  const indexes = new Set([...names.keys(), ...[...numbers.values()].filter((value) => typeof value === 'number')]);
  return [...indexes].map((ifIndex) => {
    const bridgePort = bridgePorts.get(ifIndex);
    return { ifIndex, names: names.get(ifIndex) ?? [], ...(bridgePort === undefined ? {} : { bridgePort }) };
  });
}

/** Some agents end names with a zero octet. */
function textOf(value: SnmpValue): string {
  return typeof value === 'number' ? '' : value.toString('utf8').replaceAll('\0', '').trim();
}

function asBridgePort({ ifIndex, bridgePort }: Interface): readonly BridgePort[] {
  return bridgePort === undefined ? [] : [{ number: bridgePort, ifIndex }];
}

function unknown(session: SnmpSession, port: string, interfaces: readonly Interface[]): ApiError {
  const names = interfaces.filter(({ bridgePort }) => bridgePort !== undefined).flatMap((one) => one.names);
  const wanted = port.toLowerCase();
  const near = [...new Set(names)]
    .map((name) => ({ name, edits: distance(wanted, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name, 'en', { numeric: true }))
    .slice(0, MOST_NAMED)
    .map(({ name }) => JSON.stringify(name));
  const others = near.length === 0 ? '' : `; nearest: ${near.join(', ')}`;
  return notFound({
    cloud: session.switchName,
    service: 'snmp',
    path: 'ifName',
    reason: `no port has the name or ifIndex ${JSON.stringify(port)}${others}`,
  });
}

function ambiguous(session: SnmpSession, port: string, answering: readonly Interface[]): ApiError {
  return new ApiError({
    cloud: session.switchName,
    service: 'snmp',
    method: 'GET',
    path: 'ifName',
    kind: 'configuration',
    retry: { when: 'never' },
    reason: `${answering.length} ports answer to ${JSON.stringify(port)}: ${listWords(answering.map(describe), 'and')}`,
    hint: 'name the port by what it alone has',
  });
}

function noBridgePort(session: SnmpSession, port: string, found: Interface): ApiError {
  return new ApiError({
    cloud: session.switchName,
    service: 'snmp',
    method: 'GET',
    path: 'dot1dBasePortIfIndex',
    kind: 'configuration',
    retry: { when: 'never' },
    reason: `${JSON.stringify(port)} is ${describe(found)}, which has no VLANs: it is no port of the bridge`,
    hint: 'name a port of its own, or the link aggregation that it belongs to',
  });
}

function describe({ ifIndex, names }: Interface): string {
  return names.length === 0 ? `ifIndex ${ifIndex}` : `ifIndex ${ifIndex} (${names.join(', ')})`;
}

/** An object that every bridge with VLANs has. */
export function nothingShown(cloud: string, path: string): ApiError {
  return new ApiError({
    cloud,
    service: 'snmp',
    method: 'GET',
    path,
    kind: 'forbidden',
    retry: { when: 'never' },
    reason: 'the switch shows no such thing',
    hint: 'let the community or user see BRIDGE-MIB and Q-BRIDGE-MIB (1.3.6.1.2.1.17); a switch without them needs the driver command or manual',
  });
}
