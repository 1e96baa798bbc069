import type { Changed, Fidelity, Lost } from '../resources/moving/compare.ts';

/** Fidelity as a payload carries it: values shortened, what was kept only counted. */
export interface ShortFidelity {
  /** How many attributes are as they were. */
  readonly kept: number;
  readonly changed: readonly Changed[];
  readonly lost: readonly Lost[];
}

const LONGEST_VALUE = 300;

export function shortFidelity({ kept, changed, lost }: Fidelity): ShortFidelity {
  return { kept: kept.length, changed: changed.map(shortened), lost: lost.map(shortened) };
}

/** Values of more than a few lines as the beginning of their JSON: user data would fill the history. */
function shortened<V extends { readonly wanted?: unknown; readonly found?: unknown }>(item: V): V {
  const short: Record<string, unknown> = { ...item };
  for (const field of ['wanted', 'found'] as const) {
    const json = JSON.stringify(item[field]);
    if (json !== undefined && json.length > LONGEST_VALUE) short[field] = `${json.slice(0, LONGEST_VALUE)}…`;
  }
  return short as V;
}
