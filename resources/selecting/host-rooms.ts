import { isApiError } from '../../services/openstack/index.ts';
import { type Host, hosts } from '../hosts.ts';
import type { Reader } from '../reader.ts';
import type { HostRoom, Size } from './observation.ts';

interface Inventory {
  readonly total: number;
  readonly reserved: number;
  readonly allocation_ratio: number;
  readonly max_unit: number;
}

interface Inventories {
  readonly inventories: Readonly<Record<string, Inventory>>;
}

interface Usages {
  readonly usages: Readonly<Record<string, number>>;
}

/** Hosts asked at the same time; the session caps calls besides. */
const AT_ONCE = 8;

/**
 * What servers can still take up on each host that is up and enabled, as Placement counts it: with allocation ratios and
 * reserves. Nova's own numbers where there is no Placement. Admins only.
 */
export async function hostRooms(reader: Reader): Promise<readonly HostRoom[]> {
  const usable = (await hosts(reader)).filter(({ state, status }) => state === 'up' && status === 'enabled');
  const providers = await providersByName(reader);
  const rooms: HostRoom[] = [];
  for (let from = 0; from < usable.length; from += AT_ONCE)
    rooms.push(
      ...(await Promise.all(
        usable.slice(from, from + AT_ONCE).map(async (host) => {
          const uuid = providers.get(host.hypervisor);
          return (uuid === undefined ? undefined : await asPlacementCounts(reader, host, uuid)) ?? asNovaCounts(host);
        }),
      )),
    );
  return rooms;
}

async function providersByName(reader: Reader): Promise<ReadonlyMap<string, string>> {
  if (!(await reader.cloud.has('placement'))) return new Map();
  try {
    const providers = await reader.cloud.placement.resourceProviders();
    return new Map(providers.map(({ name, uuid }) => [name, uuid]));
  } catch (error) {
    if (!isApiError(error, 'forbidden')) throw error;
    return new Map();
  }
}

/** Undefined for a provider that is gone, or whose host has not reported yet. */
async function asPlacementCounts(reader: Reader, { host, zone }: Host, uuid: string): Promise<HostRoom | undefined> {
  const { client } = reader.cloud.placement;
  try {
    const [{ inventories }, { usages }] = await Promise.all([
      client.get<Inventories>(`resource_providers/${uuid}/inventories`),
      client.get<Usages>(`resource_providers/${uuid}/usages`),
    ]);
    const { VCPU: vcpus, MEMORY_MB: memory, DISK_GB: disk } = inventories;
    if (vcpus === undefined || memory === undefined) return undefined;
    const used = (name: string) => usages[name] ?? 0;
    return {
      host,
      zone,
      free: {
        vcpus: capacity(vcpus) - used('VCPU'),
        ramMib: capacity(memory) - used('MEMORY_MB'),
        // Disks of a shared storage are another provider's: nothing is said of them here.
        diskGib: disk === undefined ? Number.POSITIVE_INFINITY : capacity(disk) - used('DISK_GB'),
      },
      whole: {
        vcpus: atMost(vcpus),
        ramMib: atMost(memory),
        diskGib: disk === undefined ? Number.POSITIVE_INFINITY : atMost(disk),
      },
    };
  } catch (error) {
    if (!isApiError(error, 'not-found', 'forbidden')) throw error;
    return undefined;
  }
}

function capacity({ total, reserved, allocation_ratio: ratio }: Inventory): number {
  return Math.floor((total - reserved) * ratio);
}

function atMost(inventory: Inventory): number {
  return Math.min(inventory.max_unit, capacity(inventory));
}

/** Nova without Placement overcommits processors by 16 unless its operators say otherwise. */
const NOVAS_CPU_RATIO = 16;

function asNovaCounts(host: Host): HostRoom {
  const whole: Size = { vcpus: host.vcpus * NOVAS_CPU_RATIO, ramMib: host.memoryMib, diskGib: host.diskGib };
  return {
    host: host.host,
    zone: host.zone,
    whole,
    free: {
      vcpus: whole.vcpus - host.vcpusUsed,
      ramMib: whole.ramMib - host.memoryUsedMib,
      diskGib: whole.diskGib - host.diskUsedGib,
    },
  };
}
