import type { PlanEntry } from './plan.ts';

const LONGEST_VALUE_CHARACTERS = 200;
const MOST_DIFFERENCES = 12;
const LONGEST_REASON_CHARACTERS = 500;

/** An entry for a payload: at most some 8 KiB, whatever user data or rules differ. */
export function shortened(entry: PlanEntry): PlanEntry {
  const { differences, reason } = entry;
  return {
    ...entry,
    reason: cut(reason, LONGEST_REASON_CHARACTERS),
    ...(differences === undefined
      ? {}
      : {
          differences: differences.slice(0, MOST_DIFFERENCES).map(({ attribute, wanted, found }) => ({
            attribute,
            ...(wanted === undefined ? {} : { wanted: shortValue(wanted) }),
            ...(found === undefined ? {} : { found: shortValue(found) }),
          })),
        }),
  };
}

function shortValue(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST_VALUE_CHARACTERS ? value : cut(text, LONGEST_VALUE_CHARACTERS);
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;
}
