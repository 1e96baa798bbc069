import type { MoveSelection } from '../planning/selection.ts';
import { type ServerAttributes, server } from '../resources/compute/server.ts';
import { formerOf, ourLock } from '../resources/compute/source-server/our-lock.ts';
import { exactList } from '../resources/exact-list.ts';
import { inventory } from '../resources/inventory.ts';
import { comesFrom, type Origin } from '../resources/moving/origin.ts';
import { floatingIp } from '../resources/network/floating-ip.ts';
import { port } from '../resources/network/port.ts';
import type { ListScope, Resource, ResourceType, ResourceTypeName } from '../resources/resource-type.ts';
import { isAvailable, resourceTypes } from '../resources/resource-types.ts';
import { unlessGone } from '../resources/visibility.ts';
import type { FormerAddress } from './address-activities.ts';
import { keptAlive } from './keep-alive.ts';
import { Looks, type PageOfLook } from './looks.ts';
import type { MoveRequest } from './move-request.ts';
import type { Move, OpenMoves } from './open-moves.ts';
import type { FormerState } from './server-activities.ts';

/** What stands in the target for a resource of the source, as its mark says. */
export interface MovedResource {
  readonly type: ResourceTypeName;
  /** In the source. */
  readonly id: string;
  readonly name: string;
  readonly targetId: string;
  /** The mark of the run that made it. */
  readonly run: string;
}

export interface MovedAddress {
  /** In the source. */
  readonly id: string;
  readonly former: FormerAddress;
}

export interface MovedServer extends MovedResource {
  /** Its project in the source; absent when the source has no such server any more. */
  readonly projectId?: string;
  /** What the source's was before it was stopped. */
  readonly former: FormerState;
  /** The source's floating IPs that led to it, by the marks of what stands for them. */
  readonly addresses: readonly MovedAddress[];
  /** The source's server still exists. */
  readonly isInSource: boolean;
}

export interface MovedRequest extends MoveRequest, PageOfLook {
  readonly selection: MoveSelection;
  readonly type: ResourceTypeName;
  /** Only what the run itself has made. */
  readonly ofRunOnly: boolean;
}

export interface MovedPage<M extends MovedResource = MovedResource> {
  readonly moved: readonly M[];
  readonly isLast: boolean;
  /** For the next page. */
  readonly look?: string;
}

/** What has been moved, found from the marks in the target alone. Reads only. */
export interface MovedActivities {
  movedResources(request: MovedRequest): Promise<MovedPage>;
  movedServers(request: MovedRequest): Promise<MovedPage<MovedServer>>;
}

export function movedActivities(moves: OpenMoves): MovedActivities {
  const looks = new Looks<Marked>();
  return {
    async movedResources(request) {
      return keptAlive(
        () => request.type,
        async () => {
          const { page, ...more } = await looks.page(request, () => allMarked(moves.get(request), request));
          return { moved: page.map(asMoved), ...more };
        },
      );
    },

    async movedServers(request) {
      return keptAlive(
        () => request.type,
        async () => {
          const move = moves.get(request);
          const { page, ...more } = await looks.page(request, () => allMarked(move, request));
          const moved: MovedServer[] = [];
          for (const resource of page) moved.push(await asMovedServer(move, resource));
          return { moved, ...more };
        },
      );
    },
  };
}

type Marked = Resource & { readonly origin: Origin };

async function allMarked(move: Move, request: MovedRequest): Promise<readonly Marked[]> {
  const all: Marked[] = [];
  for await (const resource of marked(move, request)) all.push(resource);
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A project is not in the list of what it owns. */
async function* marked(
  move: Move,
  { selection, type: typeName, ofRunOnly, run, source }: MovedRequest,
): AsyncIterable<Marked> {
  const type = resourceTypes[typeName];
  if (!(await isAvailable(move.target, type))) return;
  const isWanted = await filterOf(move, selection, typeName);
  const isOurs = (resource: Resource): resource is Marked =>
    resource.origin !== undefined &&
    comesFrom(resource.origin, source, resource.origin.id) &&
    (ofRunOnly ? resource.origin.run === run : isWanted(resource.origin.id));
  const scope = await scopeOf(move, selection, typeName);
  if (scope === undefined) return;
  if (type.moving?.unmarked === true) {
    if (!ofRunOnly) yield* alikeInOurs(move, selection, type);
    return;
  }
  for await (const page of exactList(move.target, type, scope)) yield* page.filter(isOurs);
}

/** What can carry no mark (server groups) is known by its key, and only in a project that was made by a move. */
async function* alikeInOurs(
  { source, target, correspondence }: Move,
  selection: MoveSelection,
  type: ResourceType,
): AsyncIterable<Marked> {
  if (selection.kind !== 'tenant' || type.ownedBy !== 'project') return;
  const project = await correspondence.targetOf({ type: 'project', id: selection.projectId });
  if (project?.how !== 'made') return;
  const run = (await unlessGone(() => resourceTypes.project.get(target, project.id)))?.origin?.run;
  const seen = new Set<string>();
  for await (const page of exactList(source, type, { projectId: selection.projectId }))
    for (const resource of page) {
      const there = (await correspondence.match(resource))?.resource;
      if (there?.projectId !== project.id || run === undefined || seen.has(there.id)) continue;
      seen.add(there.id);
      yield { ...there, origin: { cloud: source.cloud.name, id: resource.id, run } };
    }
}

/** Where to look in the target; undefined when what is selected never came there. */
async function scopeOf(
  { correspondence, target }: Move,
  selection: MoveSelection,
  typeName: ResourceTypeName,
): Promise<ListScope | undefined> {
  const projectId = 'projectId' in selection ? selection.projectId : undefined;
  if (projectId === undefined) return {};
  const project = await correspondence.targetOf({ type: 'project', id: projectId });
  if (project === undefined) return undefined;
  if (typeName !== 'project') return { projectId: project.id };
  const there = await unlessGone(() => resourceTypes.project.get(target, project.id));
  return there === undefined ? undefined : { name: there.name };
}

type IsWanted = (sourceId: string) => boolean;

async function filterOf({ source }: Move, selection: MoveSelection, typeName: ResourceTypeName): Promise<IsWanted> {
  switch (selection.kind) {
    case 'tenant':
      return typeName === 'project' ? (id) => id === selection.projectId : () => true;
    case 'resources': {
      const ids = new Set(selection.ids);
      return selection.type === typeName ? (id) => ids.has(id) : () => false;
    }
    case 'types':
      return selection.types.includes(typeName) ? () => true : () => false;
    case 'host': {
      const ids = new Set<string>();
      if (typeName === 'server')
        for await (const page of inventory(source, { types: ['server'], host: selection.host }))
          for (const { id } of page) ids.add(id);
      return (id) => ids.has(id);
    }
    default:
      return selection satisfies never;
  }
}

function asMoved({ type, name, id: targetId, origin }: Marked): MovedResource {
  return { type, id: origin.id, name, targetId, run: origin.run };
}

async function asMovedServer(move: Move, resource: Marked): Promise<MovedServer> {
  // The list was one of servers.
  const attributes = resource.attributes as ServerAttributes;
  const there = await unlessGone(() => server.get(move.source, resource.origin.id));
  const addresses = await Promise.all(attributes.floatingIpIds.map((id) => asMovedAddress(move, id)));
  return {
    ...asMoved(resource),
    // Somebody may have renamed the copy.
    ...(there === undefined ? {} : { name: there.name }),
    ...(there?.projectId === undefined ? {} : { projectId: there.projectId }),
    // Our lock says what the source's was; without it, its copy tells.
    former: (there === undefined ? undefined : ourLock(there.attributes)?.former) ?? formerOf(attributes),
    addresses: addresses.filter((address) => address !== undefined),
    isInSource: there !== undefined && !isDeleted(there.attributes),
  };
}

/** Nova shows one for a moment after its deletion, and may keep one for days that nobody can start. */
export function isDeleted({ status, vmState }: ServerAttributes): boolean {
  return status === 'DELETED' || vmState === 'deleted' || vmState === 'soft-delete';
}

export async function asMovedAddress({ target }: Move, id: string): Promise<MovedAddress | undefined> {
  const address = await unlessGone(() => floatingIp.get(target, id));
  if (address?.origin === undefined) return undefined;
  const { portId, fixedIpAddress } = address.attributes;
  const to = portId === undefined ? undefined : await unlessGone(() => port.get(target, portId));
  return {
    id: address.origin.id,
    former: {
      ...(to?.origin === undefined ? {} : { portId: to.origin.id }),
      ...(fixedIpAddress === undefined ? {} : { fixedIpAddress }),
    },
  };
}
