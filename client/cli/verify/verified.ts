import type { Configuration } from '../../../config/index.ts';
import { DependencyGraph } from '../../../planning/graph.ts';
import { assignmentLabel } from '../../../planning/label.ts';
import { type MoveSelection, readingFor } from '../../../planning/selection.ts';
import { type Fidelity, fidelity } from '../../../resources/moving/compare.ts';
import { Correspondence } from '../../../resources/moving/correspondence.ts';
import { NotInTarget } from '../../../resources/moving/translation.ts';
import type { Reader } from '../../../resources/reader.ts';
import { RESOURCE_TYPE_NAMES, type Resource } from '../../../resources/resource-type.ts';
import { resourceTypes } from '../../../resources/resource-types.ts';
import { gather } from '../../../resources/selecting/gather.ts';

/** A resource of the source beside what stands for it in the target. */
export interface Verified {
  /** Named as people call it: an assignment has no name of its own. */
  readonly resource: Pick<Resource, 'type' | 'id' | 'name'>;
  /** Absent where nothing in the target carries its mark. */
  readonly targetId?: string;
  readonly fidelity?: Fidelity;
  /** Why it cannot be compared. */
  readonly problem?: string;
  /** Something is otherwise than a move of its type leaves it. */
  readonly isWrong: boolean;
}

/** Compares a selection with what was made of it, attribute by attribute; reads only. */
export async function* verified(
  source: Reader,
  target: Reader,
  mappings: Configuration['mappings'],
  selection: MoveSelection,
): AsyncIterable<Verified> {
  const correspondence = new Correspondence(source, target, mappings);
  const gathered = await gather(source, readingFor(selection));
  // Before an assignment come those that it is named after.
  const graph = new DependencyGraph();
  for (const { state, ...ref } of gathered.absent) graph.addAbsent(ref, state);
  for (const type of RESOURCE_TYPE_NAMES)
    for (const { resource, references } of gathered.take(type)) {
      graph.add(resource, references);
      yield await verifyOne(correspondence, resource, resource.name || (assignmentLabel(resource, graph) ?? ''));
    }
}

async function verifyOne(correspondence: Correspondence, resource: Resource, name: string): Promise<Verified> {
  const { type, id } = resource;
  const about = { resource: { type, id, name } };
  const { moving } = resourceTypes[type];
  const there = await correspondence.match(resource);
  const isOurs = there !== undefined && (there.how === 'made' || moving?.unmarked === true);
  if (!isOurs) return { ...about, isWrong: false };
  const found = { ...about, targetId: there.id };
  try {
    const kept = fidelity(await correspondence.wanted(resource), there.resource);
    const expected: Readonly<Record<string, unknown>> = moving?.losses ?? {};
    const isWrong = [...kept.changed, ...kept.lost].some(({ attribute }) => expected[attribute] === undefined);
    return { ...found, fidelity: kept, isWrong };
  } catch (error) {
    if (!(error instanceof NotInTarget)) throw error;
    return { ...found, problem: error.message, isWrong: true };
  }
}
