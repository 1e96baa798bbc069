import type { PortVlans } from './switch-driver.ts';

/** What a port is in a VLAN. */
export type Membership = 'none' | 'untagged' | 'tagged';

export interface VlanMove {
  readonly vlan: number;
  readonly to: Membership;
}

/** The steps from one setting of a port to another, in an order in which the port is never without the VLAN of its untagged frames. */
export interface VlanMoves {
  readonly beforePvid: readonly VlanMove[];
  readonly pvid: number | undefined;
  readonly afterPvid: readonly VlanMove[];
}

/** Switches refuse a PVID whose VLAN the port is not in: it joins before the PVID moves, and leaves afterwards. */
export function movesBetween(now: PortVlans, wanted: PortVlans): VlanMoves {
  const beforePvid: VlanMove[] = [];
  const afterPvid: VlanMove[] = [];
  for (const vlan of ascending([...vlansIn(now), ...vlansIn(wanted)])) {
    const [from, to] = [membershipIn(now, vlan), membershipIn(wanted, vlan)];
    if (from === to) continue;
    const isGain = from === 'none' || to === 'untagged';
    (isGain ? beforePvid : afterPvid).push({ vlan, to });
  }
  return { beforePvid, pvid: now.pvid === wanted.pvid ? undefined : wanted.pvid, afterPvid };
}

export function membershipIn(vlans: PortVlans, vlan: number): Membership {
  if (vlans.untagged.includes(vlan)) return 'untagged';
  return vlans.tagged.includes(vlan) ? 'tagged' : 'none';
}

export function isSame(a: PortVlans, b: PortVlans): boolean {
  const { beforePvid, pvid, afterPvid } = movesBetween(a, b);
  return beforePvid.length === 0 && pvid === undefined && afterPvid.length === 0;
}

/** Every VLAN that a setting names. */
export function vlansIn({ untagged, tagged }: Omit<PortVlans, 'pvid'>): readonly number[] {
  return [...untagged, ...tagged];
}

/** Each once. */
export function ascending(vlans: readonly number[]): readonly number[] {
  return [...new Set(vlans)].sort((a, b) => a - b);
}

/** `PVID 1, untagged 1, tagged 10 and 20`, for errors. */
export function describeVlans({ pvid, untagged, tagged }: PortVlans): string {
  const list = (vlans: readonly number[]): string => (vlans.length === 0 ? 'none' : ascending(vlans).join(' '));
  return `PVID ${pvid}, untagged ${list(untagged)}, tagged ${list(tagged)}`;
}

const HIGHEST_VLAN = 4094;

/** What makes a setting impossible, as a clause; `undefined` when nothing does. */
export function problemOf(vlans: PortVlans): string | undefined {
  const odd = [vlans.pvid, ...vlansIn(vlans)].find((id) => !Number.isInteger(id) || id < 1 || id > HIGHEST_VLAN);
  if (odd !== undefined) return `${odd} is no VLAN: they are 1 to ${HIGHEST_VLAN}`;
  const both = vlans.untagged.find((vlan) => vlans.tagged.includes(vlan));
  return both === undefined ? undefined : `VLAN ${both} cannot be untagged and tagged at once`;
}
