import { ApiError, isApiError } from '../api-error.ts';
import { nothingShown } from './find-port.ts';
import { differingPorts, hasPort, withPort } from './port-list.ts';
import type { Instance } from './snmp-objects.ts';
import type { Assignment, SnmpSession } from './snmp-session.ts';
import type { Membership, VlanMove } from './vlan-moves.ts';

/** Waits until it is so; false when it does not come. */
type ComesTrue = (isThere: () => Promise<boolean>) => Promise<boolean>;

interface PortLists {
  readonly egress: Buffer;
  readonly untagged: Buffer;
  /** Absent where the switch has no such lock, or it is of no use. */
  readonly lock: number | undefined;
}

const ATTEMPTS = 10;
const LOCK: Instance = { name: 'snmpSetSerialNo', index: 0 };

/**
 * Changes one port. Bitmaps hold all ports, so each is read immediately before it is written. Where the switch has the advisory lock of
 * RFC 3418 (snmpSetSerialNo: a write counts only if nobody has written since it was read), other programs that use it, and other workers,
 * cannot come between. Where
 * it has none, who writes between our reading and our writing loses what it wrote: no switch tells of that. Who does so to us is noticed.
 */
export class VlanWriter {
  readonly #session: SnmpSession;
  readonly #port: number;
  readonly #comesTrue: ComesTrue;
  #isLocking = true;

  constructor(session: SnmpSession, port: number, comesTrue: ComesTrue) {
    this.#session = session;
    this.#port = port;
    this.#comesTrue = comesTrue;
  }

  async setPvid(vlan: number): Promise<void> {
    const pvid: Instance = { name: 'dot1qPvid', index: this.#port };
    await this.#session.set({ ...pvid, value: vlan, type: 'Unsigned32' });
    let now: unknown;
    const isThere = await this.#comesTrue(async () => {
      [now] = await this.#session.get(pvid);
      return now === vlan;
    });
    if (!isThere) throw this.#broken(`dot1qPvid.${this.#port}`, `it is ${String(now)} instead of ${vlan}`);
  }

  async move({ vlan, to }: VlanMove): Promise<void> {
    let overtakenAt: number | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const before = await this.#read(vlan);
      // Refused although nobody has written meanwhile: this switch does not do with its lock what the RFC says.
      if (overtakenAt !== undefined && before.lock === overtakenAt) this.#isLocking = false;
      const after = changed(before, this.#port, to);
      const writes = assignments(vlan, before, after);
      if (writes.length === 0) return;
      if (await this.#write(writes, before.lock)) {
        if (await this.#stands(vlan, to, before, after)) return;
        continue;
      }
      overtakenAt = before.lock;
    }
    throw new ApiError({
      ...this.#call(vlan),
      kind: 'busy',
      retry: { when: 'back-off' },
      reason: `others wrote to the switch before us, ${ATTEMPTS} times in a row`,
    });
  }

  async #read(vlan: number): Promise<PortLists> {
    const [egress, untagged, lock] = await this.#session.get(...columnsOf(vlan), ...(this.#isLocking ? [LOCK] : []));
    if (!Buffer.isBuffer(egress) || !Buffer.isBuffer(untagged)) {
      throw nothingShown(this.#session.switchName, `dot1qVlanStaticEgressPorts.${vlan}`);
    }
    return { egress, untagged, lock: typeof lock === 'number' ? lock : undefined };
  }

  /** False when somebody else has written since the lock was read. */
  async #write(writes: readonly Assignment[], lock: number | undefined): Promise<boolean> {
    if (this.#isLocking && lock !== undefined) {
      try {
        await this.#session.set({ ...LOCK, value: lock, type: 'Integer' }, ...writes);
        return true;
      } catch (error) {
        if (isApiError(error, 'timeout', 'network', 'authentication')) throw error;
        if (isApiError(error, 'conflict') && error.details.path === 'snmpSetSerialNo.0') return false;
        this.#isLocking = false;
      }
    }
    await this.#session.set(...writes);
    return true;
  }

  /** False when somebody else, who has read the ports before we wrote, has written them after us: theirs stays, and ours is to be written again. */
  async #stands(vlan: number, to: Membership, before: PortLists, written: PortLists): Promise<boolean> {
    let now = written;
    let others: readonly number[] = [];
    const isSettled = await this.#comesTrue(async () => {
      now = await this.#read(vlan);
      others = this.#othersThan(written, now);
      return others.length > 0 || membershipOf(now, this.#port) === to;
    });
    const has = membershipOf(now, this.#port);
    if (!isSettled) {
      throw this.#broken(`dot1qVlanStaticEgressPorts.${vlan}`, `port ${this.#port} is ${has} there instead of ${to}`);
    }
    if (has !== to) return false;
    if (others.length === 0 || hasWrittenSince(before.lock, now.lock)) return true;
    throw new ApiError({
      ...this.#call(vlan),
      kind: 'conflict',
      retry: { when: 'never' },
      reason: `other ports (bridge ports ${others.join(', ')}) changed while port ${this.#port} was written`,
      hint: 'look at them: either somebody configures this switch at this moment, or it does not keep ports apart',
    });
  }

  /** Other ports that are not as they were written. */
  #othersThan(written: PortLists, now: PortLists): readonly number[] {
    const differing = [
      ...differingPorts(now.egress, written.egress),
      ...differingPorts(now.untagged, written.untagged),
    ];
    return [...new Set(differing)].filter((port) => port !== this.#port);
  }

  #call(vlan: number): { cloud: string; service: string; method: string; path: string } {
    const { switchName: cloud } = this.#session;
    return { cloud, service: 'snmp', method: 'SET', path: `dot1qVlanStaticEgressPorts.${vlan}` };
  }

  #broken(path: string, reason: string): ApiError {
    return new ApiError({
      cloud: this.#session.switchName,
      service: 'snmp',
      method: 'SET',
      path,
      kind: 'protocol',
      retry: { when: 'never' },
      reason: `the switch said yes, but ${reason}`,
    });
  }
}

function columnsOf(vlan: number): readonly [Instance, Instance] {
  return [
    { name: 'dot1qVlanStaticEgressPorts', index: vlan },
    { name: 'dot1qVlanStaticUntaggedPorts', index: vlan },
  ];
}

function changed({ egress, untagged, lock }: PortLists, port: number, to: Membership): PortLists {
  return { egress: withPort(egress, port, to !== 'none'), untagged: withPort(untagged, port, to === 'untagged'), lock };
}

/** Only what changes; both in one message, for a switch refuses a port that is untagged and not in the VLAN. */
function assignments(vlan: number, before: PortLists, after: PortLists): readonly Assignment[] {
  const [egress, untagged] = columnsOf(vlan);
  return [
    ...(after.egress.equals(before.egress) ? [] : [{ ...egress, value: after.egress, type: 'OctetString' as const }]),
    ...(after.untagged.equals(before.untagged)
      ? []
      : [{ ...untagged, value: after.untagged, type: 'OctetString' as const }]),
  ];
}

function membershipOf({ egress, untagged }: PortLists, port: number): Membership {
  if (!hasPort(egress, port)) return 'none';
  return hasPort(untagged, port) ? 'untagged' : 'tagged';
}

/** Each write that uses the lock counts it up by one: ours did, a second one was somebody else's. */
function hasWrittenSince(before: number | undefined, now: number | undefined): boolean {
  return before !== undefined && now !== undefined && now !== before && now !== before + 1;
}
