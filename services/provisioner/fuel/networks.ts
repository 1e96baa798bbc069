import { setTimeout as sleep } from 'node:timers/promises';
import type { PortVlans } from '../../switch/switch-driver.ts';
import type { NetworkVerification } from '../provisioner.ts';
import { fuelError, saysBusy } from './answer.ts';
import { normalMac } from './nodes.ts';
import type { FuelSession } from './session.ts';
import type { FuelCluster, FuelInterface, FuelNetworks, FuelNode, FuelTask } from './shapes.ts';
import { isUnderWay, startTask, taskNow } from './tasks.ts';

const ADMIN = 'fuelweb_admin';
/** VLANs of tenants: as many as its range has. */
const PRIVATE = 'private';
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export function configurationPath({ id, net_provider: provider }: FuelCluster): string {
  return `clusters/${id}/network_configuration/${provider}`;
}

/** What the switch port of one interface must carry: the Admin network without a tag, each other with its own, and those of tenants. */
export async function vlansOf(
  fuel: FuelSession,
  cluster: FuelCluster,
  nodeId: string,
  { adminVlan, mac }: { readonly adminVlan: number; readonly mac?: string | undefined },
): Promise<PortVlans> {
  const path = `nodes/${nodeId}/interfaces`;
  const nics = await fuel.get<readonly FuelInterface[]>(path);
  const node = await fuel.get<FuelNode>(`nodes/${nodeId}`);
  const nic = interfaceOf(nics, mac ?? node.mac ?? undefined, mac === undefined);
  if (nic === undefined)
    throw fuelError(fuel.call('GET', path), {
      kind: 'not-found',
      reason: `it has no interface with MAC ${mac ?? node.mac}`,
    });
  // A bond has the networks of its interfaces.
  const bond = nics.find(({ slaves }) => slaves?.some(({ name }) => name === nic.name));
  const assigned = [...nic.assigned_networks, ...(bond?.assigned_networks ?? [])].map(({ name }) => name);
  const { networks, networking_parameters: parameters } = await fuel.get<FuelNetworks>(configurationPath(cluster));
  const carried = networks.filter(({ name }) => assigned.includes(name) && name !== ADMIN);
  // Else tenants are in tunnels: one network like the others.
  const isByVlan = (parameters?.segmentation_type ?? 'vlan') === 'vlan';
  const untagged = carried.filter(({ name, vlan_start: vlan }) => vlan == null && !(name === PRIVATE && isByVlan));
  if (untagged.length > 0)
    throw fuelError(fuel.call('GET', configurationPath(cluster)), {
      kind: 'invalid',
      reason: `${untagged.map(({ name }) => name).join(', ')} of interface ${nic.name} has no VLAN id, and the Admin network is untagged there`,
      hint: 'set the VLAN in the settings of the environment, or wire the port by hand',
    });
  const range = assigned.includes(PRIVATE) && isByVlan ? parameters?.vlan_range : undefined;
  const tagged = [...carried.flatMap(({ vlan_start: vlan }) => (vlan == null ? [] : [vlan])), ...numbersIn(range)];
  return {
    pvid: adminVlan,
    untagged: [adminVlan],
    tagged: [...new Set(tagged)].filter((vlan) => vlan !== adminVlan).sort((a, b) => a - b),
  };
}

function interfaceOf(
  nics: readonly FuelInterface[],
  mac: string | undefined,
  isPxe: boolean,
): FuelInterface | undefined {
  const byMac = nics.find((nic) => nic.mac && mac !== undefined && normalMac(nic.mac) === normalMac(mac));
  return isPxe ? (nics.find(({ pxe }) => pxe === true) ?? byMac) : byMac;
}

function numbersIn(range: readonly [number, number] | undefined): readonly number[] {
  if (range === undefined) return [];
  const [first, last] = range;
  return Array.from({ length: last - first + 1 }, (_each, index) => first + index);
}

/** Test frames between the nodes of the environment, also of those that are not deployed yet. What does not arrive, a sentence each. */
export async function verify(
  fuel: FuelSession,
  cluster: FuelCluster,
  nodeId: string,
  signal?: AbortSignal,
): Promise<NetworkVerification> {
  const path = configurationPath(cluster);
  const config = await fuel.get<FuelNetworks>(path);
  let task: FuelTask | undefined = await startTask(fuel, `${path}/verify`, config);
  const { id } = task;
  for (let pauseMs = FIRST_PAUSE_MS; task !== undefined && isUnderWay(task); pauseMs *= 1.5) {
    await sleep(Math.min(pauseMs, LONGEST_PAUSE_MS), undefined, signal === undefined ? {} : { signal }).catch(() =>
      signal?.throwIfAborted(),
    );
    task = await taskNow(fuel, String(id));
  }
  if (task === undefined)
    throw fuelError(fuel.call('GET', `tasks/${id}`), {
      kind: 'unavailable',
      retry: { when: 'back-off' },
      reason: 'the verification was forgotten when another task began',
    });
  if (task.status !== 'error') return { missing: [], elsewhere: [] };
  const absent = Array.isArray(task.result) ? task.result.flatMap(absentAt) : [];
  const at = (isOurs: boolean) => absent.filter(({ node }) => (node === nodeId) === isOurs).map(({ text }) => text);
  if (absent.length > 0) return { missing: at(true), elsewhere: at(false) };
  if (saysBusy(task.message ?? ''))
    throw fuelError(fuel.call('PUT', `${path}/verify`), {
      kind: 'busy',
      retry: { when: 'back-off' },
      reason: task.message ?? '',
    });
  return { missing: [task.message || 'the verification has failed, and Fuel does not say why'], elsewhere: [] };
}

function absentAt(result: unknown): readonly { readonly node: string; readonly text: string }[] {
  if (typeof result !== 'object' || result === null) return [];
  const { uid, name, interface: nic, mac, absent_vlans: vlans } = result as Readonly<Record<string, unknown>>;
  const list = Array.isArray(vlans)
    ? vlans.map((vlan) => (vlan === 0 ? 'untagged' : String(vlan))).join(', ')
    : 'unknown';
  return [{ node: String(uid), text: `${String(name)} ${String(nic)} (${String(mac)}): VLANs ${list} do not arrive` }];
}
