import { actionsText } from '../../../planning/actions-text.ts';
import type { PlanEntry, PlanSummary, PlanWarning } from '../../../planning/plan.ts';
import { copyText } from '../../../planning/quantities.ts';
import { withoutMarks } from '../output/absent.ts';
import { cellText } from '../output/cell.ts';
import { printable, type Terminal } from '../terminal.ts';

/** Longer values are for the data formats. */
const LONGEST_VALUE = 120;

/** `Plan: 12 to create, 3 to adopt, 1 to update, 40 done already, 0 conflicts; to copy: 832 KiB of images, and disks of …`. */
export function summaryLine(
  entries: readonly PlanEntry[],
  summary: Pick<PlanSummary, 'counts' | 'sizeBytes' | 'imageBytes' | 'isDone'>,
): string {
  const count = (action: PlanEntry['action']) => entries.filter((entry) => entry.action === action).length;
  const done = entries.filter((entry) => entry.isDone === true).length;
  const skipped = count('skip') - done;
  if (entries.length === 0) return 'Nothing to do: the source has nothing of the kind there.';
  if (summary.isDone && skipped === 0 && count('adopt') + done === entries.length)
    return 'Nothing to do: everything is there already.';
  return `Plan: ${actionsText(Object.values(summary.counts), done)}; ${copyText(summary)}`;
}

/** Field by field, what stands in the way and what is taken although it differs. */
export function* differenceLines(entries: readonly PlanEntry[], { colors }: Terminal): Generator<string> {
  for (const { type, name, id, action, targetId, differences } of entries) {
    if (differences === undefined || (action !== 'conflict' && action !== 'adopt')) continue;
    const color = action === 'conflict' ? colors.red : colors.yellow;
    yield `${color(`${action} ${type} ${printable(name || id)}`)}, in the target ${printable(targetId ?? '')}:`;
    for (const { attribute, wanted, found } of differences)
      yield `    ${attribute}: wanted ${valueText(wanted)}, found ${valueText(found)}`;
  }
}

export function warningLine({ id, severity, text }: PlanWarning, { colors }: Terminal): string {
  const head = severity === 'blocking' ? colors.red('blocking') : colors.yellow('warning');
  return `${head}: ${printable(text)} [${id}]`;
}

function valueText(value: unknown): string {
  const text = value === '' ? '""' : withoutMarks(cellText(value));
  if (text === '') return 'none';
  return printable(
    text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`,
  );
}
