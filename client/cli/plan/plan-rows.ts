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
  { entries }: Pick<Plan, 'entries'>,
  nameOf: (projectId: string) => string,
  withDone: boolean,
): readonly PlanRow[] {
  return entries
    .filter(({ isDone }) => withDone || isDone !== true)
    .map((entry) => ({
      entry,
      label: labelOf(entry),
      ...(entry.projectId === undefined ? {} : { tenant: nameOf(entry.projectId) }),
    }));
}

/** What people call it. */
export function labelOf({ id, name, label }: Pick<PlanEntry, 'id' | 'name' | 'label'>): string {
  return name || label || id;
}
