import { stringify as stringifyYaml } from 'yaml';
import type { Terminal } from '../terminal.ts';
import { type Column, column, columnsNamed } from './column.ts';
import { csvLine } from './csv.ts';
import { recordOf, writeList } from './list.ts';
import type { OutputSettings } from './settings.ts';
import { renderTable, tableWidth } from './table.ts';

/** Writes one thing in full: a line for each field in a table, one object in JSON and YAML. */
export async function writeRecord<Row>(
  terminal: Terminal,
  all: readonly Column<Row>[],
  row: Row,
  settings: OutputSettings,
): Promise<void> {
  const columns = settings.column.length === 0 ? all : columnsNamed(all, settings.column);
  switch (settings.format) {
    case 'table': {
      const fields = columns.map(({ key, value }) => [key, value(row)]);
      return terminal.write(renderTable(FIELDS, fields, tableWidth(terminal, settings)));
    }
    case 'json':
      return terminal.write(`${JSON.stringify(recordOf(columns, row), null, settings.noindent ? 0 : 2)}\n`);
    case 'yaml':
      return terminal.write(stringifyYaml(recordOf(columns, row), { aliasDuplicateObjects: false }));
    case 'csv':
      await terminal.write(
        csvLine(
          terminal,
          columns.map(({ key }) => key),
          settings.quote,
        ),
      );
      return terminal.write(
        csvLine(
          terminal,
          columns.map(({ value }) => value(row)),
          settings.quote,
        ),
      );
    case 'value': {
      const lines = columns.map(({ key, value }) => ({ key, value: value(row) }));
      await writeList(terminal, [column('value', (line: { value: unknown }) => line.value)], lines, {
        ...settings,
        column: [],
        'sort-column': [],
      });
      return;
    }
    default:
      return settings.format satisfies never;
  }
}

const FIELDS = [
  { heading: 'Field', whole: true },
  { heading: 'Value', whole: false },
];
