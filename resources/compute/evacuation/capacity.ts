import type { HostRoom } from '../../../planning/evacuation-capacity.ts';
import type { Cloud, NovaHypervisor } from '../../../services/openstack/index.ts';
import { hostsOf } from '../../hosts/compute-service.ts';

/** A host that could take instances, and how much. */
export type Target = HostRoom;

export interface FreeHosts {
  readonly targets: readonly Target[];
  readonly obstacles: readonly string[];
}

/** What Nova gives more than there is, where nobody says otherwise (`cpu_allocation_ratio`, `ram_allocation_ratio`). */
const STANDARD_RATIOS = { vcpus: 16, ram: 1.5, disk: 1 } as const;

/** Enabled hosts that are up, but for the one that is to be emptied; `to`: this one alone, or why it cannot be. */
export async function freeHosts(cloud: Cloud, host: string, to: string | undefined): Promise<FreeHosts> {
  const services = await hostsOf(cloud).services({ binary: 'nova-compute' });
  if (to !== undefined) {
    const why = notATarget(
      services.find((service) => service.host === to),
      host,
      to,
      cloud.name,
    );
    if (why !== undefined) return { targets: [], obstacles: [why] };
  }
  const usable = new Set(
    services
      .filter(({ status, state, forced_down: isForced }) => status === 'enabled' && state === 'up' && isForced !== true)
      .map((service) => service.host),
  );
  usable.delete(host);
  const hypervisors: NovaHypervisor[] = [];
  for await (const page of cloud.compute.hypervisors())
    hypervisors.push(
      ...page.filter(({ service }) => usable.has(service.host) && (to === undefined || service.host === to)),
    );
  const rooms = (await cloud.has('placement')) ? await placementRooms(cloud, hypervisors) : hypervisors.map(novaRoom);
  const isNone = rooms.length === 0;
  return { targets: rooms, obstacles: isNone ? [`${cloud.name} has no other host that is enabled and up`] : [] };
}

type ServiceRow = Awaited<ReturnType<ReturnType<typeof hostsOf>['services']>>[number];

function notATarget(service: ServiceRow | undefined, host: string, to: string, cloud: string): string | undefined {
  if (to === host) return `--to ${to} is the host that is to be emptied`;
  if (service === undefined) return `${cloud} has no compute host ${to}`;
  if (service.state !== 'up' || service.forced_down === true) return `host ${to} is down`;
  if (service.status !== 'enabled') return `host ${to} is disabled: ${service.disabled_reason || 'no reason given'}`;
  return undefined;
}

/** A provider is called as its hypervisor. One that Placement does not know is told by Nova's figures. */
async function placementRooms(cloud: Cloud, hypervisors: readonly NovaHypervisor[]): Promise<readonly Target[]> {
  const providers = new Map((await cloud.placement.resourceProviders()).map(({ name, uuid }) => [name, uuid]));
  const rooms: Target[] = [];
  for (const hypervisor of hypervisors) {
    const uuid = providers.get(hypervisor.hypervisor_hostname);
    if (uuid === undefined) {
      rooms.push(novaRoom(hypervisor));
      continue;
    }
    const { VCPU: vcpus = 0, PCPU: pcpus = 0, MEMORY_MB: ramMib = 0, DISK_GB } = await cloud.placement.free(uuid);
    // Where disks are on shared storage the host itself has none to give.
    const diskGib = DISK_GB ?? Number.MAX_SAFE_INTEGER;
    rooms.push({ host: hypervisor.service.host, vcpus: vcpus + pcpus, ramMib, diskGib });
  }
  return rooms;
}

function novaRoom(row: NovaHypervisor): Target {
  return {
    host: row.service.host,
    vcpus: Math.floor(row.vcpus * STANDARD_RATIOS.vcpus) - row.vcpus_used,
    ramMib: Math.floor(row.memory_mb * STANDARD_RATIOS.ram) - row.memory_mb_used,
    diskGib: Math.floor(row.local_gb * STANDARD_RATIOS.disk) - row.local_gb_used,
  };
}
