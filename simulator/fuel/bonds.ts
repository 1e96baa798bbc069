import { FuelRefusal } from './answers.ts';
import type { FuelState, Node } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

/** Several interfaces that work as one. */
export interface Bond {
  readonly name: string;
  readonly mode: string;
  /** Names of interfaces. */
  readonly slaves: readonly string[];
  readonly networks: readonly number[];
  /** As they were given: `attributes` from 9.2 on, `bond_properties` from 6.1 on. */
  readonly properties: Json;
}

/** Of Open vSwitch, which 6.0 knows alone, and of Linux. */
const MODES: ReadonlySet<string> = new Set([
  ...['active-backup', 'balance-slb', 'lacp-balance-tcp'],
  ...['balance-rr', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'],
]);
const LACP: ReadonlySet<string> = new Set(['lacp-balance-tcp', '802.3ad']);

/** What Nailgun says of bonds that it cannot take (its NetAssignmentValidator), or the bonds. Networks are checked with those of the others. */
export function bondsFrom(node: Node, given: readonly Json[]): readonly Bond[] {
  const used = new Set<string>();
  const bonds = given.filter(({ type }) => type === 'bond').map((one) => bondFrom(node, one, used));
  for (const { name, id, assigned_networks: nets = [] } of given.filter(({ type }) => type !== 'bond'))
    if (used.has(String(name)) && (nets as unknown[]).length > 0)
      refuse(node, `interface '${String(id)}' cannot have assigned networks as it is used in bond`);
  return bonds;
}

function bondFrom(node: Node, one: Json, used: Set<string>): Bond {
  const { name, slaves, attributes, bond_properties: old } = one;
  if (typeof name !== 'string') refuse(node, 'each bond interface must have name');
  if (!Array.isArray(slaves) || slaves.length < 2) refuse(node, 'each bond interface must have two or more slaves');
  const mode = modeOf(one);
  if (mode === undefined) refuse(node, `bond interface '${name}' doesn't have mode`);
  if (!MODES.has(mode)) refuse(node, `bond interface '${name}' has unknown mode '${mode}'`);
  const names = (slaves as { name: string }[]).map((slave) => slave.name);
  for (const slave of names) {
    const nic = node.nics.find((each) => each.name === slave);
    if (nic === undefined) refuse(node, `there is no interface '${slave}' found for bond '${name}' in DB`);
    if (used.has(slave)) refuse(node, `interface '${nic.id}' is used in bonds more than once`);
    used.add(slave);
  }
  const networks = (one.assigned_networks ?? []) as { id: number; name?: string }[];
  if (networks.some((network) => network.name === 'fuelweb_admin')) {
    const pxe = node.nics.find((nic) => nic.pxe)?.name ?? '';
    if (LACP.has(mode)) refuse(node, `interface '${name}' belongs to admin network and has lacp mode '${mode}'`);
    if (!names.includes(pxe))
      refuse(node, `interface '${name}' belongs to admin network and doesn't contain node's pxe interface '${pxe}'`);
  }
  const properties = {
    ...(attributes === undefined ? {} : { attributes }),
    ...(old === undefined ? {} : { bond_properties: old }),
  };
  return { name, mode, slaves: names, networks: networks.map(({ id }) => id), properties };
}

/** At its top, among the properties of 6.1 to 9.1, or among the attributes of 9.2. */
function modeOf({ mode, bond_properties: old, attributes }: Json): string | undefined {
  const among = (attributes as { mode?: { value?: { value?: string } } } | undefined)?.mode?.value?.value;
  const found = among ?? (old as { mode?: string } | undefined)?.mode ?? mode;
  return typeof found === 'string' ? found : undefined;
}

/** Its MAC address is that of its first slave, once it is there; before, it has none. */
export function bondView(state: FuelState, { name, mode, slaves, properties }: Bond, assigned: readonly Json[]): Json {
  const shared = { name, type: 'bond', mac: null, mode, state: null, assigned_networks: assigned };
  const own = { slaves: slaves.map((slave) => ({ name: slave })), ...properties };
  return state.isOld ? { ...shared, ...own } : { ...shared, ...own, offloading_modes: [] };
}

/** Also what comes over a bond that the interface is in. */
export function networksOver(node: Node, nic: { readonly name: string; readonly networks: readonly number[] }) {
  return [
    ...nic.networks,
    ...node.bonds.filter(({ slaves }) => slaves.includes(nic.name)).flatMap((bond) => bond.networks),
  ];
}

function refuse(node: Node, why: string): never {
  throw new FuelRefusal(400, `Node '${node.id}': ${why}`);
}
