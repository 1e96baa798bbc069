import { type ServerAttributes, server } from '../resources/compute/server.ts';
import { ourLock } from '../resources/compute/source-server/our-lock.ts';
import { inventory } from '../resources/inventory.ts';
import type { Resource } from '../resources/resource-type.ts';
import { unlessGone } from '../resources/visibility.ts';
import { keptAlive } from './keep-alive.ts';
import { Looks } from './looks.ts';
import { asMovedAddress, type MovedAddress, type MovedRequest, type MovedServer } from './moved-activities.ts';
import type { Move, OpenMoves } from './open-moves.ts';

/** Stopped and locked in the source by a run, while the target has no copy of it with a mark. */
export type StrandedServer = Omit<MovedServer, 'targetId'>;

/** What is left of a move whose copy somebody has removed, or whose rollback ended in the middle. Reads only. */
export interface StrandedActivities {
  strandedServers(request: StrandedRequest): Promise<{
    readonly moved: readonly StrandedServer[];
    readonly isLast: boolean;
    readonly look?: string;
  }>;
}

type StrandedRequest = Omit<MovedRequest, 'type' | 'ofRunOnly'>;

type Server = Resource<ServerAttributes>;

export function strandedActivities(moves: OpenMoves): StrandedActivities {
  const looks = new Looks<Server>();
  return {
    strandedServers(request) {
      return keptAlive(
        () => 'what is stopped in the source',
        async () => {
          const move = moves.afresh(request);
          const { page, ...more } = await looks.page(request, () => lockedServers(move, request));
          const moved: StrandedServer[] = [];
          for (const there of page)
            if ((await move.correspondence.match(there))?.how !== 'made') moved.push(await asStranded(move, there));
          return { moved, ...more };
        },
      );
    },
  };
}

async function lockedServers(move: Move, request: StrandedRequest): Promise<readonly Server[]> {
  const locked: Server[] = [];
  for await (const page of selected(move, request))
    locked.push(...page.filter(({ attributes }) => ourLock(attributes)?.target === request.target));
  return locked.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Servers of the source that a selection speaks of. */
async function* selected(
  { source }: Move,
  { selection }: Pick<MovedRequest, 'selection'>,
): AsyncIterable<readonly Server[]> {
  switch (selection.kind) {
    case 'tenant':
      yield* server.list(source, { projectId: selection.projectId });
      return;
    case 'types': {
      const { types, projectId } = selection;
      if (types.includes('server')) yield* server.list(source, projectId === undefined ? {} : { projectId });
      return;
    }
    case 'resources':
      if (selection.type !== 'server') return;
      for (const id of selection.ids) {
        const there = await unlessGone(() => server.get(source, id));
        if (there !== undefined) yield [there];
      }
      return;
    case 'host':
      // The list is one of servers.
      for await (const page of inventory(source, { types: ['server'], host: selection.host })) yield page as Server[];
      return;
    default:
      selection satisfies never;
  }
}

async function asStranded(move: Move, { id, name, projectId, attributes }: Server): Promise<StrandedServer> {
  const lock = ourLock(attributes);
  if (lock === undefined) throw new Error(`server ${id} is not locked by a run`);
  return {
    ...{ type: 'server', id, name, run: lock.run, former: lock.former, isInSource: true },
    ...(projectId === undefined ? {} : { projectId }),
    addresses: await addressesOf(move, attributes),
  };
}

/** The target's floating IPs still lead to the ports that the copy had. */
async function addressesOf(move: Move, { interfaces }: ServerAttributes): Promise<readonly MovedAddress[]> {
  const { target, correspondence } = move;
  if ((await target.cloud.networking()) !== 'neutron') return [];
  const ports = await Promise.all(
    interfaces.map(({ portId }) => correspondence.targetOf({ type: 'port', id: portId })),
  );
  const ids = ports.flatMap((there) => (there === undefined ? [] : [there.id]));
  const led = await target.cloud.network.floatingIpsOfPorts(ids);
  const addresses = await Promise.all(led.map(({ id }) => asMovedAddress(move, id)));
  return addresses.filter((address) => address !== undefined);
}
