import type { MovedResource } from '../activities/moved-activities.ts';
import type { MovedBeside } from '../activities/moved-besides.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import { exclusively } from './alone.ts';
import type { MigrationRun } from './migration-run.ts';
import { finding, undoing } from './move-activities.ts';
import { movedBesides, movedResources } from './moved-pages.ts';
import { removeAll } from './remove-all.ts';

/** What belongs to a tenant, in the order in which it can be removed. */
const OF_A_TENANT = [
  // A router that addresses are led through is not removed.
  ...['server-group', 'volume', 'image', 'floating-ip', 'router', 'port', 'subnet', 'network', 'security-group'],
] as const satisfies readonly string[] as readonly ResourceTypeName[];

/** No two runs make one of these for each other. */
const OF_ONE_RUN: ReadonlySet<ResourceTypeName> = new Set(['volume', 'floating-ip', 'port']);

/** What can be removed when nobody uses it any more, in that order: a user is in no group then, a domain has nobody in it. */
const BESIDES = ['group', 'user', 'role', 'flavor', 'domain'] as const satisfies readonly ResourceTypeName[];

const AT_ONCE = 200;
const NAMES_SHOWN = 10;

/** How many were removed, how many could not be, and how many stay since somebody uses them. */
export interface Removal {
  found: number;
  left: number;
  kept: number;
  /** The tenant's project in the target, which is gone. */
  project?: string;
}

export function nothingRemoved(): Removal {
  return { found: 0, left: 0, kept: 0 };
}

/** What the tenant has in the target, and then its project; what carries no mark of ours stays, and the project with it. */
export async function removeTenant(run: MigrationRun): Promise<Removal> {
  const removal = nothingRemoved();
  for (const type of OF_A_TENANT)
    for await (const page of movedResources(run, type, false)) {
      removal.found += page.length;
      if (OF_ONE_RUN.has(type)) removal.left += await removeAll(run, page);
      else await removeUnclaimed(run, page, removal);
    }
  for await (const page of movedResources(run, 'project', false)) {
    removal.found += page.length;
    const left = await removeAll(run, page);
    removal.left += left;
    const [project] = page;
    if (project !== undefined && left === 0) removal.project = project.targetId;
  }
  return removal;
}

/** What was moved along with the tenant and nobody uses any more. What stays is told by name. */
export async function removeBesides(run: MigrationRun, removal: Removal): Promise<void> {
  const besides = await movedBesides(run);
  tellStaying(run, besides);
  const removed = new Set<string>();
  for (const type of BESIDES) {
    const items = besides.filter((item) => item.type === type && item.stays === undefined);
    for (let start = 0; start < items.length; start += AT_ONCE) {
      const batch = items.slice(start, start + AT_ONCE);
      const unclaimed = async (ours: readonly MovedBeside[]) => {
        for (const { targetId } of await removeUnused(run, ours, removal)) removed.add(`${type}/${targetId}`);
        return {};
      };
      tellClaimed(run, await exclusively(run, batch, unclaimed));
    }
  }
  const { project } = removal;
  if (project === undefined) return;
  // Nova keeps projects that are gone on its lists.
  for (const { type, id, name, targetId } of besides.filter(({ isPrivate }) => isPrivate)) {
    if (removed.has(`${type}/${targetId}`)) continue;
    const summary = `flavor ${name || id} forgets the project`;
    await undoing.revertResource.executeWithOptions({ summary }, [
      { ...run.move, type, id, targetId, undo: { letIn: [project] } },
    ]);
  }
}

/** Of one type. Gives what was removed. `byDeed`: as a run that undoes itself asks. */
export async function removeUnused<M extends MovedResource>(
  run: MigrationRun,
  items: readonly M[],
  removal: Removal,
  byDeed?: true,
): Promise<readonly M[]> {
  const [first] = items;
  if (first === undefined) return [];
  const summary = `what of type ${first.type} is still used?`;
  const asked = items.map(({ type, id, targetId }) => ({ type, id, targetId }));
  const used = await finding.stillUsed.executeWithOptions({ summary }, [
    { ...run.move, items: asked, ...(byDeed === true ? { byDeed } : {}) },
  ]);
  const why = new Map(used.map((item) => [item.targetId, item.why]));
  tellStaying(
    run,
    items.map((item) => ({ ...item, stays: why.get(item.targetId) })),
  );
  const unused = items.filter(({ targetId }) => !why.has(targetId));
  removal.kept += items.length - unused.length;
  removal.found += unused.length;
  const gone: M[] = [];
  for (const item of unused) {
    const left = await removeAll(run, [item]);
    removal.left += left;
    if (left === 0) gone.push(item);
  }
  return gone;
}

/** Copies of data that is written in the source again would be taken for new by the next move. */
export async function unfurnish(run: MigrationRun, furnishings: readonly MovedResource[]): Promise<Removal> {
  const removal = nothingRemoved();
  for (const type of ['volume', 'floating-ip', 'port', 'image'] as const)
    await removeUnused(
      run,
      furnishings.filter((item) => item.type === type),
      removal,
    );
  return removal;
}

async function removeUnclaimed(run: MigrationRun, page: readonly MovedResource[], removal: Removal): Promise<void> {
  const others = await exclusively(run, page, async (ours) => {
    removal.left += await removeAll(run, ours);
    return {};
  });
  removal.left += others.length;
  tellClaimed(run, others);
}

function tellClaimed(run: MigrationRun, others: readonly MovedResource[]): void {
  tellStaying(
    run,
    others.map((item) => ({ ...item, stays: 'another run uses it' })),
  );
}

type Staying = Pick<MovedResource, 'type' | 'id' | 'name' | 'targetId'> & { readonly stays?: string | undefined };

/** Those that stay for the same reason in one note. */
function tellStaying(run: MigrationRun, items: readonly Staying[]): void {
  const byReason = new Map<string, { readonly type: ResourceTypeName; readonly why: string; names: string[] }>();
  for (const { type, id, name, targetId, stays } of items) {
    if (stays === undefined) continue;
    run.takenBack({ type, id, name }, { outcome: 'kept', targetId, error: stays });
    const known = byReason.get(`${type} ${stays}`) ?? { type, why: stays, names: [] };
    known.names.push(name || id);
    byReason.set(`${type} ${stays}`, known);
  }
  for (const { type, why, names } of byReason.values()) {
    const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
    run.note(`left in ${run.move.target}: ${type} ${names.slice(0, NAMES_SHOWN).join(', ')}${more}: ${why}`);
  }
}
