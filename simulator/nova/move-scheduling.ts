import type { Cloud } from '../cloud.ts';
import { badRequest, type Call } from '../http/call.ts';
import { boolean, type Json, text } from '../http/json.ts';
import { allocationsOn } from '../placement-state.ts';
import { couldHold, type Size } from './lifecycle.ts';
import type { Server } from './state.ts';

/** What Placement gives of what there is, and what it keeps back: as `placement.ts` tells it. */
const GIVEN = { vcpus: 16, ram: 1.5, disk: 1 } as const;
const RESERVED_MIB = 512;

export interface Move {
  readonly size: Size;
  /** As the request names it. */
  readonly host?: string | undefined;
  /** The scheduler is not asked, but what the host has left must still do. */
  readonly isForced?: boolean;
}

/** Where a server that is moved may go, by the scheduler's filters: enabled and up, room, and its server group. None: no valid host. */
export function hostForMove(cloud: Cloud, row: Server, { size, host: wanted, isForced = false }: Move) {
  const candidates = cloud.nova.services
    .filter(({ binary, up, forcedDown, host }) => binary === 'nova-compute' && up && !forcedDown && host !== row.host)
    .filter(({ host, disabled }) => (wanted === undefined || host === wanted) && (isForced || !disabled))
    .map(({ host }) => host)
    .filter((host) => hasRoom(cloud, host, row, size) && (isForced || mayStandOn(cloud, host, row)));
  const load = (host: string) => cloud.nova.servers.where('host', host).length + comingTo(cloud, host).length;
  return candidates.reduce<string | undefined>(
    (best, host) => (best === undefined || load(host) < load(best) ? host : best),
    undefined,
  );
}

/**
 * The host that a request names, which must be known. Whether it is forced: before `schedulerFrom` every named host was; from there to 2.67
 * by `force`, which no other version takes.
 */
export function namedHost(call: Call, given: Json, schedulerFrom: number): Pick<Move, 'host' | 'isForced'> {
  if (given.force !== undefined && (call.minor < schedulerFrom || call.minor >= 68))
    throw badRequest(
      "Invalid input for field/attribute. Additional properties are not allowed ('force' was unexpected)",
    );
  const host = text(given.host);
  if (host === undefined) return {};
  if (call.cloud.nova.hypervisors.where('host', host).length === 0)
    throw badRequest(`Compute host ${host} could not be found.`);
  return { host, isForced: call.minor < schedulerFrom || boolean(given.force) === true };
}

/** The root disk of a server that boots from a volume is not on the host. */
export function sizeOnHost({ imageId }: Server, flavor: Server['flavor']): Size {
  return imageId === null ? { ...flavor, disk: 0 } : flavor;
}

function hasRoom(cloud: Cloud, host: string, row: Server, size: Size): boolean {
  if (!couldHold(cloud, host, size)) return false;
  const coming = comingTo(cloud, host).map((each) => sizeOnHost(each, each.flavor));
  return cloud.placement.providers.where('host', host).some((provider) => {
    const there = [...allocationsOn(cloud, provider)].filter(([consumer]) => consumer !== row.id);
    const taken = [size, ...coming, ...there.map(([, each]) => each)];
    const used = (pick: (each: Size) => number) => taken.reduce((sum, each) => sum + pick(each), 0);
    return (
      used(({ vcpus }) => vcpus) <= provider.vcpus * GIVEN.vcpus &&
      used(({ ram }) => ram) <= (provider.memoryMb - RESERVED_MIB) * GIVEN.ram &&
      used(({ disk, ephemeral }) => disk + ephemeral) <= provider.localGb * GIVEN.disk
    );
  });
}

/** What is under way to a host has its room there from the beginning, and is seen by the last look that a host takes at groups. */
function comingTo(cloud: Cloud, host: string): readonly Server[] {
  return cloud.nova.migrations
    .filter(({ target, status }) => target === host && status === 'running')
    .flatMap(({ serverId }) => cloud.nova.servers.get(serverId) ?? [])
    .filter((server) => server.host !== host);
}

/** ServerGroupAffinityFilter and ServerGroupAntiAffinityFilter: by where the other members are, the host that is left included. */
function mayStandOn(cloud: Cloud, host: string, row: Server): boolean {
  const group = cloud.nova.serverGroups.find(({ memberIds }) => memberIds.includes(row.id));
  if (group === undefined) return true;
  const others = group.memberIds.flatMap((id) => (id === row.id ? [] : (cloud.nova.servers.get(id) ?? [])));
  const there = others.filter((each) => each.host === host);
  if (group.policy === 'affinity') return there.length > 0 || others.every((each) => each.host === null);
  if (group.policy !== 'anti-affinity') return true;
  const coming = comingTo(cloud, host).filter((each) => others.includes(each));
  return there.length + coming.length < (group.rules.max_server_per_host ?? 1);
}
