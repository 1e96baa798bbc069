import { stringify as stringifyYaml } from 'yaml';
import type { Terminal } from '../terminal.ts';
import { cellText, lineText } from './cell.ts';
import { type Column, columnsNamed } from './column.ts';
import { csvLine } from './csv.ts';
import { chosenColumns, type OutputSettings } from './settings.ts';
import { renderTable, tableWidth } from './table.ts';

type Rows<Row> = Iterable<Row> | AsyncIterable<Row>;

/**
 * Writes rows as they come, in all formats but tables, which are as wide as their widest row, and when they are sorted.
 * Gives how many there were.
 */
export async function writeList<Row>(
  terminal: Terminal,
  all: readonly Column<Row>[],
  rows: Rows<Row>,
  settings: OutputSettings,
  long = false,
): Promise<number> {
  const columns = chosenColumns(all, settings, long);
  const order = columnsNamed(all, settings['sort-column'], '--sort-column');
  const ordered = order.length === 0 ? rows : await sorted(rows, order);
  switch (settings.format) {
    case 'table':
      return writeTable(terminal, columns, ordered, settings);
    case 'json':
      return writeJson(terminal, columns, ordered, settings.noindent);
    case 'yaml':
      return writeYaml(terminal, columns, ordered);
    case 'csv':
      return writeCsv(terminal, columns, ordered, settings);
    case 'value':
      return eachRow(ordered, async (row) => {
        await terminal.write(`${terminal.safe(columns.map(({ value }) => lineText(value(row))).join(' '))}\n`);
      });
    default:
      return settings.format satisfies never;
  }
}

async function sorted<Row>(rows: Rows<Row>, order: readonly Column<Row>[]): Promise<readonly Row[]> {
  const all: Row[] = [];
  await eachRow(rows, async (row) => {
    all.push(row);
  });
  const collator = new Intl.Collator('en', { numeric: true });
  const compare = (a: unknown, b: unknown): number =>
    typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(cellText(a), cellText(b));
  return all.sort((a, b) => {
    for (const { value } of order) {
      const result = compare(value(a), value(b));
      if (result !== 0) return result;
    }
    return 0;
  });
}

async function eachRow<Row>(rows: Rows<Row>, write: (row: Row, index: number) => Promise<void>): Promise<number> {
  let count = 0;
  for await (const row of rows) await write(row, count++);
  return count;
}

async function writeTable<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  rows: Rows<Row>,
  settings: OutputSettings,
): Promise<number> {
  const cells: unknown[][] = [];
  await eachRow(rows, async (row) => {
    cells.push(columns.map(({ value }) => value(row)));
  });
  if (cells.length === 0) return 0;
  // A column without a value only takes room, unless somebody asked for it.
  const used = columns.map(
    (_, index) => settings.column.length > 0 || cells.some((row) => cellText(row[index]) !== ''),
  );
  const shown = columns.filter((_, index) => used[index]);
  const values = cells.map((row) => row.filter((_, index) => used[index]));
  await terminal.write(renderTable(shown, values, tableWidth(terminal, settings)));
  return cells.length;
}

/** A row as the data formats have it: null where there is no value, so that all rows have the same keys. */
export function recordOf<Row>(columns: readonly Column<Row>[], row: Row): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ key, value }) => [key, value(row) ?? null]));
}

async function writeJson<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  rows: Rows<Row>,
  noindent: boolean,
): Promise<number> {
  const json = (row: Row): string =>
    noindent
      ? JSON.stringify(recordOf(columns, row))
      : `\n${JSON.stringify(recordOf(columns, row), null, 2).replaceAll(/^/gm, '  ')}`;
  // Nothing is written before there is a row: a cloud that cannot be read leaves no half of a list.
  const count = await eachRow(rows, (row, index) => terminal.write(`${index === 0 ? '[' : ','}${json(row)}`));
  if (count === 0) await terminal.write('[]\n');
  else await terminal.write(noindent ? ']\n' : '\n]\n');
  return count;
}

async function writeYaml<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: Rows<Row>): Promise<number> {
  const count = await eachRow(rows, (row) =>
    terminal.write(stringifyYaml([recordOf(columns, row)], { aliasDuplicateObjects: false })),
  );
  if (count === 0) await terminal.write('[]\n');
  return count;
}

async function writeCsv<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  rows: Rows<Row>,
  { quote }: OutputSettings,
): Promise<number> {
  const headings = columns.map(({ heading }) => heading);
  const head = csvLine(terminal, headings, quote);
  const count = await eachRow(rows, (row, index) => {
    const values = columns.map(({ value }) => value(row));
    return terminal.write(`${index === 0 ? head : ''}${csvLine(terminal, values, quote)}`);
  });
  if (count === 0) await terminal.write(head);
  return count;
}
