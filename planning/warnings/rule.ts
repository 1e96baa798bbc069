import type { Facts, Observation, Survey, TargetFacts } from '../../resources/selecting/observation.ts';
import { type NodeKey, nodeKey } from '../graph.ts';
import type { PlanEntry, PlanWarning } from '../plan.ts';
import type { MovePolicy } from '../policy.ts';

/** What rules look at. */
export interface Known {
  readonly survey: Survey;
  readonly policy: MovePolicy;
  readonly entries: readonly PlanEntry[];
}

/** Something that an operator would want to know before anything starts. Its id is stable: scripts look for it. */
export interface Rule extends Pick<PlanWarning, 'id' | 'severity'> {
  /** One sentence or more for each case: what, what will come of it, and what to do. */
  find(known: Planned): Iterable<string>;
}

type Kind = Facts['kind'];
export type ObservationOf<K extends Kind> = Observation & { readonly facts: Extract<Facts, { readonly kind: K }> };

/** What is known, arranged for rules. */
export class Planned {
  readonly target: TargetFacts;
  readonly policy: MovePolicy;
  readonly observations: readonly Observation[];
  readonly absent: Survey['absent'];
  readonly #entries: ReadonlyMap<NodeKey, PlanEntry>;

  constructor({ survey, policy, entries }: Known) {
    this.target = survey.target;
    this.observations = survey.observations;
    this.absent = survey.absent;
    this.policy = policy;
    this.#entries = new Map(entries.map((entry) => [nodeKey(entry), entry]));
  }

  /** The entry of something that was observed. */
  entry(seen: Observation): PlanEntry {
    return this.#entries.get(nodeKey(seen))!;
  }

  /** Resources with facts of a kind that are to be made. */
  made<K extends Kind>(kind: K): readonly ObservationOf<K>[] {
    return this.all(kind).filter((seen) => this.entry(seen).action === 'create');
  }

  all<K extends Kind>(kind: K): readonly ObservationOf<K>[] {
    return this.observations.filter((seen): seen is ObservationOf<K> => seen.facts.kind === kind);
  }
}

/** Some names, and how many more. */
export function namesOf(items: readonly { readonly name: string; readonly id: string }[]): string {
  const names = items.slice(0, SHOWN).map(({ name, id }) => name || id);
  const left = items.length - names.length;
  return left === 0 ? names.join(', ') : `${names.join(', ')} and ${left} more`;
}

const SHOWN = 5;

/** `1 server`, `3 servers`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
