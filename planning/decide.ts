import type { Difference } from '../resources/moving/compare.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { Observation } from '../resources/selecting/observation.ts';
import { labelled } from './label.ts';
import type { PlanAction } from './plan.ts';
import type { MovePolicy, TypePolicy } from './policy.ts';

/** What is to be done about a resource, without regard to those that it needs. */
export interface Decision {
  readonly action: PlanAction;
  /** A sentence without its end. */
  readonly reason: string;
  readonly isDone?: true;
  readonly staysByRight?: true;
}

type Seen = NonNullable<Observation['found']>;

/** Needed by what is moved, and not to be judged: the owner of a public image, the domain of a user. */
const TAKEN_AS_THEY_ARE: readonly ResourceTypeName[] = ['domain', 'project', 'user'];

/** What is only added to where the target has its own, and never taken away. */
const ADDED_TO: { readonly [T in ResourceTypeName]?: readonly string[] } = {
  flavor: ['accessProjectIds'],
  group: ['memberIds'],
};

/** Of what exists by nature, what is brought up; all that is not named here is the target's own and stays as it is. */
const BROUGHT_UP: { readonly [T in ResourceTypeName]?: readonly string[] } = {
  'security-group': ['rules'],
};

/** `run`: a resource that carries this mark is the present run's work. */
export function decide(seen: Observation, policy: MovePolicy, run?: string): Decision {
  const { found } = seen;
  if (found?.how === 'mapped') return adopt('`mappings` says that it stands for this one', found);
  if (found?.how === 'made') return leftCopy(seen, found, run) ?? madeBefore(found, run);
  const unselected = notSelected(seen, policy[seen.type]);
  if (unselected !== undefined) {
    if (found !== undefined) return done(`${unselected}; the target has its own`);
    return { action: 'skip', reason: unselected, ...(seen.isOfInstallation ? { staysByRight: true } : {}) };
  }
  if (found !== undefined) return besideWhatIsThere(seen, found, policy[seen.type]);
  return nothingThere(seen);
}

/** An instance that was moved is locked in the source: the copy of one that is not, or whose move failed, is no move that is done. */
function leftCopy({ facts }: Observation, { isUnfinished, run: madeBy }: Seen, run?: string): Decision | undefined {
  if (facts.kind !== 'server' || isUnfinished) return undefined;
  if (facts.failedToMove)
    return conflict(
      'its move failed, and its copy is left in the target: pump-cloud rollback brings it back and removes the copy',
    );
  if (facts.isLocked || (run !== undefined && madeBy === run)) return undefined;
  return conflict(
    'a copy of it is left in the target, and it is not locked here as what was moved is: once the copy is stopped, pump-cloud rollback removes it',
  );
}

/** The mark is the proof. What the tenant has changed in the target since then is the tenant's. */
function madeBefore(found: Seen, run: string | undefined): Decision {
  if (found.isUnfinished) return { action: 'create', reason: 'begun before, and not finished in the target' };
  const open = unexpected(found);
  if (open.length === 0) return done('moved before');
  if (found.run === run && run !== undefined)
    return { action: 'create', reason: `begun by this run; ${listed(open)} to be completed` };
  return done(`moved before; it differs now in ${listed(open)}, and is left as it is`);
}

/** How something that was moved differs otherwise than the move itself makes it. */
export function unexpected({ differences, losable }: Seen): readonly Difference[] {
  return differences.filter(({ attribute }) => !losable.includes(attribute));
}

function notSelected({ id, name, isOfInstallation }: Observation, { select }: TypePolicy): string | undefined {
  if (isOfInstallation) return 'it belongs to the installation of the cloud';
  if (select === 'all') return undefined;
  if (select === 'none') return 'the policy selects none of this type';
  return select.includes(id) || (name !== '' && select.includes(name)) ? undefined : 'the policy does not select it';
}

function besideWhatIsThere(seen: Observation, found: Seen, { onConflict }: TypePolicy): Decision {
  const { type, canUpdate, neededBy, notCreated } = seen;
  const { differences } = found;
  const byNature = type === 'quota' || notCreated?.action === 'update';
  if (byNature) {
    if (differences.length === 0) return done('the target has it so already');
    const open = broughtUp(type, differences);
    return open.length === 0 ? done(`the target keeps its own ${listed(differences)}`) : update(open);
  }
  const added = ADDED_TO[type] ?? [];
  if (differences.length > 0 && canUpdate && differences.every(({ attribute }) => added.includes(attribute)))
    return update(differences);
  if (neededBy !== undefined && TAKEN_AS_THEY_ARE.includes(type))
    return adopt(`${labelled(neededBy)} needs it, and the target has one`, found);
  const like = found.how === 'same-id' ? 'one with the same id' : 'one like it';
  switch (onConflict) {
    case 'adopt':
      return adopt(`the target has ${like}`, found);
    case 'adopt-if-equal':
      if (differences.length === 0) return adopt(`the target has ${like}`, found);
      return conflict(`the target has ${like} that differs in ${listed(differences)}`);
    case 'skip':
      if (differences.length === 0) return done(`the target has ${like}`);
      return { action: 'skip', reason: `the target has ${like} that differs in ${listed(differences)}` };
    case 'fail':
      return conflict(`the target has ${like}, and Pumphouse did not make it`);
    default:
      return onConflict satisfies never;
  }
}

function broughtUp(type: ResourceTypeName, differences: readonly Difference[]): readonly Difference[] {
  const attributes = BROUGHT_UP[type];
  return attributes === undefined ? differences : differences.filter(({ attribute }) => attributes.includes(attribute));
}

function nothingThere({ type, obstacle, notCreated, neededBy }: Observation): Decision {
  if (obstacle !== undefined) return conflict(obstacle);
  if (notCreated !== undefined) return { action: notCreated.action, reason: notCreated.reason };
  if (type === 'quota') return { action: 'update', reason: 'the new project gets the limits of the source' };
  return { action: 'create', reason: neededBy === undefined ? 'not in the target' : `${labelled(neededBy)} needs it` };
}

function done(reason: string): Decision {
  return { action: 'skip', reason, isDone: true };
}

function conflict(reason: string): Decision {
  return { action: 'conflict', reason };
}

function update(differences: readonly Difference[]): Decision {
  return { action: 'update', reason: `the target has it, with ${listed(differences)} to be brought up` };
}

function adopt(reason: string, { differences }: Seen): Decision {
  return {
    action: 'adopt',
    reason: differences.length === 0 ? reason : `${reason}; it differs in ${listed(differences)}`,
  };
}

function listed(differences: readonly Difference[]): string {
  return differences.map(({ attribute }) => attribute).join(', ');
}
