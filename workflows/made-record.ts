import type { Removable as Released } from '../activities/claim-activities.ts';
import type { ResourceRef, ResourceTypeName } from '../resources/resource-type.ts';
import type { MigrationRun } from './migration-run.ts';
import { undoing } from './move-activities.ts';
import { type Removable, removeAll } from './remove-all.ts';
import { type Removal, removeUnused } from './remove-moved.ts';

/** What a run carries itself of what it has made, and over a continuation: far below what a payload may have. */
const CARRIED = 200;
const AT_ONCE = 200;

/** What it carries goes to the registry of claims once it is long: a tenant may have thousands of users, groups and keypairs. */
export async function handOverMade(run: MigrationRun, carried = CARRIED): Promise<void> {
  while (run.made.length > carried) {
    const made = run.made.slice(0, AT_ONCE);
    await undoing.made.executeWithOptions({ summary: `keep in mind ${made.length} that were made` }, [
      { ...run.move, made },
    ]);
    run.made.splice(0, made.length);
  }
}

/** What stays of what a run has made when it is undone, since others use it. */
export interface Staying {
  readonly images: ReadonlySet<string>;
}

/** What a tenant can have come to use that no run knows of. */
const USED_BY_STRANGERS: ReadonlySet<ResourceTypeName> = new Set([
  'image',
  'keypair',
  'flavor',
  'group',
  'user',
  'role',
]);

/**
 * Removes what nobody else uses: of what the run has made, and of what others had made and left to it. What others use stays and is
 * told. `types`: the first is removed first.
 */
export async function removeOwn(
  run: MigrationRun,
  types: readonly ResourceTypeName[],
  removal: Removal,
): Promise<Staying> {
  await handOverMade(run, 0);
  const images = new Set<string>();
  const told = new Set<string>();
  for (;;) {
    const released = await undoing.release.executeWithOptions({ summary: 'what does nobody else use?' }, [
      { ...run.move, made: [], undo: true, page: { types, limit: AT_ONCE } },
    ]);
    for (const item of released.filter(({ stays }) => stays === true)) {
      const { type, id } = refOf(item);
      if (type === 'image') images.add(id);
      if (types.includes(type) && !told.has(item.key)) {
        run.note(`${type} ${item.name || id} stays: another run uses it`);
        run.takenBack({ type, id, ...nameOf(item) }, { outcome: 'kept', error: 'another run uses it' });
      }
      told.add(item.key);
    }
    const unused = released.filter(({ stays }) => stays !== true);
    for (const type of types) {
      const items = unused.map((item) => ({ ...refOf(item), ...nameOf(item), run: item.run }));
      const ofType = items.filter((item) => item.type === type);
      const known = USED_BY_STRANGERS.has(type) ? ofType.filter(isKnown) : [];
      await removeUnused(run, known, removal, true);
      removal.left += await removeAll(
        run,
        ofType.filter((item) => !known.some(({ id }) => id === item.id)),
      );
    }
    const dealtWith = released.filter((item) => types.includes(refOf(item).type)).map(({ key }) => key);
    if (dealtWith.length > 0)
      await undoing.removed.executeWithOptions({ summary: 'what was to be removed is' }, [
        { ...run.move, keys: dealtWith },
      ]);
    if (unused.length < AT_ONCE) return { images };
  }
}

function isKnown<R extends Removable>(item: R): item is R & { readonly targetId: string } {
  return item.targetId !== undefined;
}

function nameOf({ name = '', targetId }: Released): Pick<Removable, 'name' | 'targetId'> {
  return { name, ...(targetId === undefined ? {} : { targetId }) };
}

/** Ids of keypairs have a slash of their own. */
function refOf({ key }: Released): ResourceRef {
  const slash = key.indexOf('/');
  return { type: key.slice(0, slash) as ResourceTypeName, id: key.slice(slash + 1) };
}
