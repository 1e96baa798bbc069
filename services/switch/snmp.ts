import { setTimeout as pause } from 'node:timers/promises';
import { ApiError, notFound } from '../api-error.ts';
import { type BridgePort, findPort, nothingShown } from './find-port.ts';
import { hasPort } from './port-list.ts';
import { type Patience, SnmpSession, type SnmpSettings } from './snmp-session.ts';
import type { PortVlans, SwitchDriver } from './switch-driver.ts';
import { turnsOf } from './turns.ts';
import { ascending, describeVlans, isSame, movesBetween, problemOf, type VlanMoves } from './vlan-moves.ts';
import { VlanWriter } from './vlan-writer.ts';

export interface SnmpOptions extends Patience {
  /** Some switches answer before a change is in force: how long it may take to show. */
  readonly settleMs: number;
}

const DEFAULTS: SnmpOptions = { timeoutMs: 3000, retries: 3, settleMs: 3000 };
const LOOK_EVERY_MS = 200;

/** A switch with Q-BRIDGE-MIB (RFC 4363). */
export class SnmpSwitch implements SwitchDriver {
  readonly name: string;
  readonly #settings: SnmpSettings;
  readonly #options: SnmpOptions;
  readonly #sessions = new Set<SnmpSession>();

  constructor(settings: SnmpSettings, options: Partial<SnmpOptions> = {}) {
    this.name = settings.name;
    this.#settings = settings;
    this.#options = { ...DEFAULTS, ...options };
  }

  portVlans(port: string): Promise<PortVlans> {
    return this.#talk(async (session) => readVlans(session, await findPort(session, port)).then(({ vlans }) => vlans));
  }

  setPortVlans(port: string, wanted: PortVlans): Promise<void> {
    return this.#talk(async (session) => {
      const problem = problemOf(wanted);
      if (problem !== undefined) throw this.#error('invalid', port, problem);
      const found = await findPort(session, port);
      const { vlans: now, known } = await readVlans(session, found);
      const moves = movesBetween(now, wanted);
      this.#requireVlans(moves, known);
      if (isSame(now, wanted)) return;
      await this.#move(session, found, moves);
      const after = await readVlans(session, found);
      if (isSame(after.vlans, wanted)) return;
      const [has, asked] = [describeVlans(after.vlans), describeVlans(wanted)];
      throw this.#error('protocol', port, `the switch took every change, but the port has ${has} instead of ${asked}`);
    });
  }

  close(): void {
    for (const session of this.#sessions) session.close();
  }

  async #move(session: SnmpSession, port: BridgePort, moves: VlanMoves): Promise<void> {
    const writer = new VlanWriter(session, port.number, (isThere) => this.#comesTrue(isThere));
    for (const move of moves.beforePvid) await writer.move(move);
    if (moves.pvid !== undefined) await writer.setPvid(moves.pvid);
    for (const move of moves.afterPvid) await writer.move(move);
  }

  async #comesTrue(isThere: () => Promise<boolean>): Promise<boolean> {
    const until = performance.now() + this.#options.settleMs;
    while (!(await isThere())) {
      if (performance.now() >= until) return false;
      await pause(LOOK_EVERY_MS);
    }
    return true;
  }

  /** Before anything is written. A VLAN that the port has already may be one that is not among the static ones. */
  #requireVlans({ beforePvid, pvid, afterPvid }: VlanMoves, known: ReadonlySet<number>): void {
    const named = [...beforePvid, ...afterPvid].map(({ vlan }) => vlan);
    const missing = ascending(pvid === undefined ? named : [pvid, ...named]).filter((vlan) => !known.has(vlan));
    if (missing.length === 0) return;
    const which = missing.length === 1 ? `VLAN ${missing[0]}` : `VLANs ${missing.join(', ')}`;
    throw notFound({
      cloud: this.name,
      service: 'snmp',
      path: 'dot1qVlanStaticEgressPorts',
      reason: `the switch has no ${which}: create ${missing.length === 1 ? 'it' : 'them'} there, Pumphouse does not`,
    });
  }

  #talk<T>(conversation: (session: SnmpSession) => Promise<T>): Promise<T> {
    return turnsOf(this.name)(async () => {
      const session = new SnmpSession(this.#settings, this.#options);
      this.#sessions.add(session);
      try {
        return await conversation(session);
      } finally {
        this.#sessions.delete(session);
        session.close();
      }
    });
  }

  #error(kind: 'invalid' | 'protocol', port: string, reason: string): ApiError {
    const call = { cloud: this.name, service: 'snmp', method: 'SET', path: port };
    return new ApiError({ ...call, kind, retry: { when: 'never' }, reason });
  }
}

/** `known`: the VLANs that the switch has. */
async function readVlans(
  session: SnmpSession,
  { number }: BridgePort,
): Promise<{ readonly vlans: PortVlans; readonly known: ReadonlySet<number> }> {
  const [pvid] = await session.get({ name: 'dot1qPvid', index: number });
  if (typeof pvid !== 'number') throw nothingShown(session.switchName, `dot1qPvid.${number}`);
  const egress = await session.column('dot1qVlanStaticEgressPorts');
  if (egress.size === 0) throw nothingShown(session.switchName, 'dot1qVlanStaticEgressPorts');
  const untaggedPorts = await session.column('dot1qVlanStaticUntaggedPorts');
  const isIn = (lists: typeof egress, vlan: number): boolean => {
    const list = lists.get(vlan);
    return Buffer.isBuffer(list) && hasPort(list, number);
  };
  const members = ascending([...egress.keys()]).filter((vlan) => isIn(egress, vlan));
  const untagged = members.filter((vlan) => isIn(untaggedPorts, vlan));
  const tagged = members.filter((vlan) => !untagged.includes(vlan));
  return { vlans: { pvid, untagged, tagged }, known: new Set(egress.keys()) };
}
