/** Of an instance, or free on a host. */
export interface Room {
  readonly vcpus: number;
  readonly ramMib: number;
  readonly diskGib: number;
}

export interface HostRoom extends Room {
  readonly host: string;
}

const NOTHING: Room = { vcpus: 0, ramMib: 0, diskGib: 0 };

export function sumOf(rooms: readonly Room[]): Room {
  return rooms.reduce(
    (sum, { vcpus, ramMib, diskGib }) => ({
      vcpus: sum.vcpus + vcpus,
      ramMib: sum.ramMib + ramMib,
      diskGib: sum.diskGib + diskGib,
    }),
    NOTHING,
  );
}

export function fits({ vcpus, ramMib, diskGib }: Room, free: Room): boolean {
  return vcpus <= free.vcpus && ramMib <= free.ramMib && diskGib <= free.diskGib;
}

/**
 * Those that find no place when the largest choose first: what the scheduler would refuse on the way is known before. It may still place
 * them otherwise, for zones, groups and aggregates that are not looked at here.
 */
export function withoutPlace<T extends Room>(instances: readonly T[], hosts: readonly HostRoom[]): readonly T[] {
  const free = hosts.map((host) => ({ ...host }));
  const largestFirst = [...instances].sort((a, b) => b.ramMib - a.ramMib || b.diskGib - a.diskGib || b.vcpus - a.vcpus);
  return largestFirst.filter((instance) => {
    const place = free.filter((host) => fits(instance, host)).sort((a, b) => b.ramMib - a.ramMib)[0];
    if (place === undefined) return true;
    place.vcpus -= instance.vcpus;
    place.ramMib -= instance.ramMib;
    place.diskGib -= instance.diskGib;
    return false;
  });
}

/** `12 vCPUs, 24576 MiB, 200 GiB` */
export function roomText({ vcpus, ramMib, diskGib }: Room): string {
  return `${vcpus} vCPUs, ${ramMib} MiB, ${diskGib} GiB`;
}
