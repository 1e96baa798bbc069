import { stringify } from 'csv-stringify/sync';
import type { Terminal } from '../terminal.ts';
import { cellText } from './cell.ts';
import type { Quote } from './settings.ts';

/** One line of CSV with its line break (RFC 4180 but for the bare `\n`). */
export function csvLine(terminal: Terminal, values: readonly unknown[], quote: Quote): string {
  const cells = values.map((value) => (typeof value === 'number' ? value : terminal.safe(cellText(value))));
  if (quote === 'none') return `${cells.join(',')}\n`;
  return stringify([cells], {
    quoted: quote === 'all',
    quoted_string: quote === 'nonnumeric',
    quoted_empty: quote !== 'minimal',
  });
}
