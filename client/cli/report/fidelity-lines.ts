import type { ShortFidelity } from '../../../activities/short-fidelity.ts';
import { withoutMarks } from '../output/absent.ts';
import { cellText } from '../output/cell.ts';
import { printable } from '../terminal.ts';
import { differingParts } from './differing-parts.ts';

/** What was made of one resource, as far as it is not as it was. */
export interface NotKept {
  readonly type: string;
  /** What people call it. */
  readonly name: string;
  readonly fidelity: Pick<ShortFidelity, 'changed' | 'lost'>;
}

/** Longer values are for the data formats. */
const LONGEST_VALUE = 100;
const NAMES_SHOWN = 5;

/** What operators call it, where the word of the API tells them something else. */
const WORDS: Readonly<Record<string, string>> = { userId: 'owner', memberIds: 'members', ipAddress: 'address' };

/** An attribute in words: `imageId` is the image, `lockedReason` the locked reason. */
export function attributeWord(attribute: string): string {
  const word = WORDS[attribute] ?? attribute.replace(/Ids?$/, '');
  return word.replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/**
 * A line for each way in which something is not as it was, with all that it holds for: `server web-1, web-2: owner changed (why); image
 * changed (why)`. Ids tell a person nothing: they are in the data formats.
 */
export function fidelityLines(all: Iterable<NotKept>): readonly string[] {
  const groups = new Map<string, { readonly type: string; readonly names: string[]; readonly told: string }>();
  for (const { type, name, fidelity } of all) {
    const told = toldOf(fidelity);
    if (told === '') continue;
    const known = groups.get(`${type} ${told}`);
    if (known === undefined) groups.set(`${type} ${told}`, { type, names: [name], told });
    else known.names.push(name);
  }
  return [...groups.values()].map(({ type, names, told }) => {
    const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
    return `${type} ${names.slice(0, NAMES_SHOWN).map(printable).join(', ')}${more}: ${told}`;
  });
}

function toldOf({ changed, lost }: NotKept['fidelity']): string {
  return [
    ...changed.map(({ attribute, wanted, found, why }) => {
      const parts = differingParts(wanted, found);
      const values = parts.map(
        ({ path, wanted: before, found: now }) =>
          `${path === '' ? '' : `${attributeWord(path)} `}${valueText(now)}, was ${valueText(before)}`,
      );
      const isTold = values.length > 0 && !/Ids?$/.test(attribute);
      return `${attributeWord(attribute)} ${isTold ? `is ${values.join(', ')}` : 'changed'} (${printable(why)})`;
    }),
    ...lost.map(
      ({ attribute, wanted, why }) => `${attributeWord(attribute)} lost: was ${valueText(wanted)} (${printable(why)})`,
    ),
  ].join('; ');
}

function valueText(value: unknown): string {
  const text = printable(withoutMarks(cellText(value)));
  if (text === '') return 'none';
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
