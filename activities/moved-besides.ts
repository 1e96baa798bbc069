import type { MoveSelection } from '../planning/selection.ts';
import { readingFor } from '../planning/selection.ts';
import type { FlavorAttributes } from '../resources/compute/flavor.ts';
import { inventory } from '../resources/inventory.ts';
import { compare } from '../resources/moving/compare.ts';
import { type Standing, stillUsed } from '../resources/moving/still-used.ts';
import type { Resource, ResourceTypeName } from '../resources/resource-type.ts';
import { resourceTypes } from '../resources/resource-types.ts';
import { gather } from '../resources/selecting/gather.ts';
import { inTheWay, inTheWayOfUndoing } from '../resources/selecting/in-the-way.ts';
import { keptAlive } from './keep-alive.ts';
import { Looks, type PageOfLook } from './looks.ts';
import type { MoveRequest } from './move-request.ts';
import type { MovedPage, MovedResource } from './moved-activities.ts';
import type { Move, OpenMoves } from './open-moves.ts';

/** What a tenant's move has made in the target that its project does not own. */
export interface MovedBeside extends MovedResource {
  /** Why it stays in any case, as the end of a sentence. */
  readonly stays?: string;
  /** A flavor that lets in only whom it names. */
  readonly isPrivate?: true;
}

export interface BesidesRequest extends MoveRequest, PageOfLook {
  readonly selection: MoveSelection;
}

export interface StillUsed {
  readonly targetId: string;
  /** As the end of a sentence. */
  readonly why: string;
}

/** What was moved along with a tenant, and whether somebody else uses it by now. All read the clouds afresh, and change nothing. */
export interface BesidesActivities {
  movedBesides(request: BesidesRequest): Promise<MovedPage<MovedBeside>>;
  /** Of things of one type that are to be removed together. `byDeed`: as a run that undoes itself asks. */
  stillUsed(
    request: MoveRequest & { readonly items: readonly Standing[]; readonly byDeed?: true },
  ): Promise<readonly StillUsed[]>;
  /**
   * Why what a tenant has in the target cannot be removed, as sentences: the first few. `ofRunOnly`: what the run has made there.
   * Nothing is in the way where the target has no such project.
   */
  inTheWay(
    request: MoveRequest & { readonly projectId: string; readonly ofRunOnly?: true },
  ): Promise<readonly string[]>;
  /** What a tenant has in the source, by type. */
  leftInSource(request: MoveRequest & { readonly projectId: string }): Promise<Counts>;
}

export type Counts = Readonly<Partial<Record<ResourceTypeName, number>>>;

const OBSTACLES_TOLD = 20;

/** What finalize leaves. Quotas and roles are nothing by themselves. */
const LEFT_BY_FINALIZE = [
  ...(['server', 'volume', 'image', 'network', 'subnet', 'router', 'port', 'floating-ip'] as const),
  ...(['security-group', 'server-group'] as const),
];

/** Types that can be removed when nobody uses them; of all others it is told that they stay. */
const OF_THE_CLOUD: readonly ResourceTypeName[] = ['group', 'user', 'role', 'flavor', 'domain'];
const OF_PROJECTS: readonly ResourceTypeName[] = ['project', 'image', 'network', 'subnet', 'router', 'security-group'];

export function besidesActivities(moves: OpenMoves): BesidesActivities {
  const looks = new Looks<Resource>();
  return {
    movedBesides(request) {
      return keptAlive(
        () => 'what was moved beside the project',
        async () => {
          const { selection } = request;
          const move = moves.afresh(request);
          const { page, ...more } = await looks.page(request, async () => {
            const gathered = await gather(move.source, readingFor(selection));
            const all = [...OF_THE_CLOUD, ...OF_PROJECTS].flatMap((type) => gathered.take(type));
            return all.map(({ resource }) => resource).filter((resource) => !isOwn(resource, selection));
          });
          const moved = await Promise.all(page.map((resource) => madeBeside(move, resource)));
          return { moved: moved.filter((item) => item !== undefined), ...more };
        },
      );
    },

    stillUsed(request) {
      return keptAlive(
        () => 'what is still used',
        async () => {
          const move = moves.afresh(request);
          const free = new Map(request.items.map((item) => [item.targetId, item]));
          const used: StillUsed[] = [];
          // What stays may need what seemed free before.
          for (let before = -1; used.length !== before; ) {
            before = used.length;
            for (const [targetId, item] of free) {
              const byDeed = request.byDeed === true;
              const why = await stillUsed(move, item, { others: new Set(free.keys()), byDeed });
              if (why === undefined) continue;
              used.push({ targetId, why });
              free.delete(targetId);
            }
          }
          return used;
        },
      );
    },

    async inTheWay(request) {
      return keptAlive(
        () => 'what is in the way',
        async () => {
          const { source, target, correspondence } = moves.afresh(request);
          const project = await correspondence.targetOf({ type: 'project', id: request.projectId });
          const told: string[] = [];
          if (project === undefined) return told;
          const { run, ofRunOnly } = request;
          const obstacles =
            ofRunOnly === true
              ? inTheWayOfUndoing(source, target, project.id, run)
              : inTheWay(source, target, project.id);
          for await (const sentence of obstacles) {
            told.push(sentence);
            if (told.length === OBSTACLES_TOLD) break;
          }
          return told;
        },
      );
    },

    async leftInSource(request) {
      return keptAlive(
        () => 'what is left in the source',
        async () => {
          const { source } = moves.afresh(request);
          const counts: Partial<Record<ResourceTypeName, number>> = {};
          const { projectId } = request;
          for await (const page of inventory(source, { projectId, types: LEFT_BY_FINALIZE }))
            for (const { type } of page.filter((resource) => isTold(resource, projectId)))
              counts[type] = (counts[type] ?? 0) + 1;
          return counts;
        },
      );
    },
  };
}

function isOwn({ type, id, projectId }: Resource, selection: MoveSelection): boolean {
  if (selection.kind !== 'tenant') return false;
  return (type === 'project' ? id : projectId) === selection.projectId;
}

/** Not what others share with the tenant, nor what the cloud gives to every tenant. */
function isTold(resource: Resource, projectId: string): boolean {
  if (resource.projectId !== projectId || resourceTypes[resource.type].isMadeByCloud?.(resource) === true) return false;
  return resource.type !== 'security-group' || resource.name !== 'default';
}

async function madeBeside({ correspondence }: Move, resource: Resource): Promise<MovedBeside | undefined> {
  const there = await correspondence.match(resource);
  if (there === undefined) return undefined;
  const { type, id, name } = resource;
  const moved = { type, id, name, targetId: there.id, run: there.resource.origin?.run ?? '' };
  const isPrivate = type === 'flavor' && !(resource.attributes as FlavorAttributes).isPublic;
  if (type === 'flavor' && there.how === 'same-id') {
    const differences = compare(await correspondence.wanted(resource), there.resource);
    if (isPrivate)
      return { ...moved, isPrivate, ...(differences.length > 0 ? { stays: 'it is not as in the source' } : {}) };
    return differences.length > 0 ? undefined : { ...moved, stays: 'every tenant may use it' };
  }
  if (there.how !== 'made') return undefined;
  if (OF_PROJECTS.includes(type)) return { ...moved, stays: 'it does not belong to the tenant' };
  return { ...moved, ...(isPrivate ? { isPrivate } : {}) };
}
