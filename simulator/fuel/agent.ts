import { isWithin } from './addresses.ts';
import { FuelRefusal } from './answers.ts';
import type { FuelState, Node } from './state.ts';

const MIB = 2 ** 20;
/** The agent was not heard for so long: offline. */
const SILENCE_MS = 180_000;
const MOST_SILENCE_CHECKS_MS = 30_000;

interface Report {
  readonly mac?: string;
  readonly ip?: string;
  readonly status?: string;
  readonly agent_checksum?: unknown;
  readonly meta?: {
    readonly interfaces?: readonly { name: string; mac?: string; pxe?: boolean; bus_info?: string }[];
    readonly disks?: readonly { name: string; disk: string; size: number }[];
  };
}

/** POST /nodes/: a machine that may be new. Known by any of its MACs: nothing is done, and 409. */
export function introduce(state: FuelState, report: Report): Node {
  const { mac, meta, status } = report;
  if (mac === undefined || mac === '') throw new FuelRefusal(400, 'No mac address specified');
  if (status !== undefined && status !== 'discover')
    throw new FuelRefusal(403, 'Only bootstrap nodes are allowed to be registered.');
  if (knownBy(state, report) !== undefined)
    throw new FuelRefusal(409, `Node with mac ${mac.toLowerCase()} already exists - doing nothing`);
  if (meta?.interfaces === undefined) throw new FuelRefusal(400, 'Failed to discover node: invalid interfaces info');
  const id = state.next('node');
  const node: Node = {
    id,
    name: `Untitled (${mac.toLowerCase().split(':').slice(-2).join(':')})`,
    hostname: `node-${id}`,
    status: 'discover',
    online: true,
    cluster: null,
    roles: [],
    pendingRoles: [],
    pendingAddition: false,
    pendingDeletion: false,
    progress: 0,
    errorType: null,
    isPaper: false,
    isDeployed: false,
    mac: mac.toLowerCase(),
    ip: report.ip ?? '',
    meta: meta as Node['meta'],
    nics: [],
    bonds: [],
    disks: [],
    addresses: new Map(),
    labels: {},
    lastSeen: state.clock.now(),
    checksum: report.agent_checksum,
  };
  state.nodes.push(node);
  takeHardware(state, node, report);
  checkAddress(state, node);
  watchSilence(state, node);
  state.notify('discover', 'New node is discovered: 8 CPUs / 32.0 GB RAM / 2.0 TB HDD ', { node });
  return node;
}

/** PUT /nodes/agent/: a known machine. */
export function report(state: FuelState, given: Report): { readonly id: number; readonly cached?: true } {
  const node = knownBy(state, given);
  if (node === undefined) throw new FuelRefusal(400, 'Invalid MAC is specified');
  node.lastSeen = state.clock.now();
  if (!node.online) {
    node.online = true;
    state.notify('discover', `Node '${node.name}' is back online`, { node });
  }
  if (given.agent_checksum !== undefined && given.agent_checksum === node.checksum)
    return { id: node.id, cached: true };
  node.checksum = given.agent_checksum;
  if (given.ip !== undefined) node.ip = given.ip;
  if (node.status === 'discover' && given.mac !== undefined) node.mac = given.mac.toLowerCase();
  if (given.meta !== undefined) node.meta = given.meta as Node['meta'];
  // One that was ready and has started the bootstrap again: still a member, with its roles.
  const isFree =
    !['provisioning', 'removing'].includes(node.status) && (node.status !== 'error' || node.errorType === 'discover');
  if (given.status === 'discover' && isFree) {
    node.status = 'discover';
    node.errorType = null;
    checkAddress(state, node);
  }
  return { id: node.id };
}

function knownBy(state: FuelState, { mac, meta }: Report): Node | undefined {
  const macs = new Set(
    [mac, ...(meta?.interfaces ?? []).map((nic) => nic.mac)].flatMap((each) => (each ? [each.toLowerCase()] : [])),
  );
  return state.nodes.find((node) => macs.has(node.mac) || node.nics.some((nic) => macs.has(nic.mac.toLowerCase())));
}

function takeHardware(state: FuelState, node: Node, { meta }: Report): void {
  node.nics = (meta?.interfaces ?? []).map(({ name, mac = '', pxe, bus_info: busInfo = '' }) => {
    return { id: state.next('nic'), name, mac, pxe: pxe ?? mac.toLowerCase() === node.mac, busInfo, networks: [] };
  });
  node.disks = (meta?.disks ?? []).map(({ name, disk, size }) => {
    // What Fuel keeps for itself.
    return { id: disk, name, size: Math.floor(size / MIB) - 696, volumes: [] };
  });
}

/** 6.0 takes any address. */
function checkAddress(state: FuelState, node: Node): void {
  if (state.isOld || isWithin(node.ip, [state.settings.adminRange])) return;
  node.status = 'error';
  node.errorType = 'discover';
  state.notify('error', `Node '${node.hostname}' has IP '${node.ip}' that does not match any Admin network`, { node });
}

function watchSilence(state: FuelState, node: Node): void {
  state.clock.after(MOST_SILENCE_CHECKS_MS, () => {
    if (!state.nodes.includes(node)) return;
    const isSilent = state.clock.now().getTime() - node.lastSeen.getTime() > SILENCE_MS;
    if (isSilent && node.online && node.status !== 'provisioning') {
      node.online = false;
      state.notify('error', `Node '${node.name}' has gone away`, { node });
    }
    watchSilence(state, node);
  });
}
