import { type DependencyGraph, nodeKey } from '../../../planning/graph.ts';
import type { Plan } from '../../../planning/make-plan.ts';
import type { PlanAction, PlanEntry } from '../../../planning/plan.ts';
import { column } from '../output/column.ts';

export interface PlanRow {
  readonly entry: PlanEntry;
  /** For people: what has no name is called by what it is of. */
  readonly label: string;
  readonly tenant?: string;
}

/** As terraform has them, as far as it has them. */
export const SYMBOLS: Readonly<Record<PlanAction, string>> = {
  create: '+',
  adopt: '=',
  update: '~',
  rename: '>',
  skip: '.',
  conflict: '!',
};

export const PLAN_COLUMNS = [
  column<PlanRow>('change', ({ entry }) => SYMBOLS[entry.action], { shown: 'table', heading: ' ' }),
  column<PlanRow>('action', ({ entry }) => entry.action, { shown: 'data' }),
  column<PlanRow>('type', ({ entry }) => entry.type, { whole: true }),
  column<PlanRow>('name', ({ label }) => label),
  column<PlanRow>('reason', ({ entry }) => entry.reason),
  column<PlanRow>('id', ({ entry }) => entry.id, { shown: 'long', whole: true }),
  column<PlanRow>('tenant', ({ tenant }) => tenant, { shown: 'long' }),
  column<PlanRow>('target_id', ({ entry }) => entry.targetId, { shown: 'long', whole: true }),
  column<PlanRow>('size_bytes', ({ entry }) => entry.sizeBytes, { shown: 'long' }),
  column<PlanRow>('done', ({ entry }) => entry.isDone === true, { shown: 'long' }),
  column<PlanRow>('strategy', ({ entry }) => entry.strategy, { shown: 'long' }),
  column<PlanRow>('moves_with', ({ entry }) => entry.movesWith, { shown: 'long', whole: true }),
  column<PlanRow>('differences', ({ entry }) => entry.differences, { shown: 'long' }),
];

/** What was done before needs no line, unless somebody wants to see all. */
export function planRows(
  { entries, graph }: Pick<Plan, 'entries' | 'graph'>,
  nameOf: (projectId: string) => string,
  withDone: boolean,
): readonly PlanRow[] {
  return entries
    .filter(({ isDone }) => withDone || isDone !== true)
    .map((entry) => ({
      entry,
      label: labelOf(entry, graph),
      ...(entry.projectId === undefined ? {} : { tenant: nameOf(entry.projectId) }),
    }));
}

/** An assignment's id is made of three others and tells nobody anything: `member for user ann`. */
export function labelOf(entry: Pick<PlanEntry, 'type' | 'id' | 'name'>, graph: DependencyGraph): string {
  if (entry.name !== '' || entry.type !== 'assignment') return entry.name || entry.id;
  const needed = (graph.get(nodeKey(entry))?.edges ?? []).flatMap(({ to }) => graph.get(to) ?? []);
  const role = needed.find(({ type }) => type === 'role');
  const actor = needed.find(({ type }) => type === 'user' || type === 'group');
  if (role === undefined || actor === undefined) return entry.id;
  return `${role.name || role.id} for ${actor.type} ${actor.name || actor.id}`;
}
