import type { ShortFidelity } from '../../../activities/short-fidelity.ts';
import { cellText } from '../output/cell.ts';
import { printable } from '../terminal.ts';

/** Longer values are for the data formats. */
const LONGEST_VALUE = 60;

/** A line for each attribute that is not as it was: `changed hostId: a, was b (why)`. */
export function fidelityLines({ changed, lost }: Pick<ShortFidelity, 'changed' | 'lost'>): readonly string[] {
  return [
    ...changed.map(
      ({ attribute, wanted, found, why }) =>
        `changed ${attribute}: ${valueText(found)}, was ${valueText(wanted)} (${printable(why)})`,
    ),
    ...lost.map(({ attribute, wanted, why }) => `lost ${attribute}: was ${valueText(wanted)} (${printable(why)})`),
  ];
}

function valueText(value: unknown): string {
  const text = printable(cellText(value));
  if (text === '') return 'none';
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
