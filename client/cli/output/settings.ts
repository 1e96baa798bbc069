import type { OptionSpecs } from '../option.ts';
import { isGiven } from '../option.ts';
import { UsageError } from '../usage-error.ts';
import { type Column, columnsNamed, type Shown } from './column.ts';

const LIST_FORMATS = ['table', 'json', 'yaml', 'csv', 'value'] as const;
type ListFormat = (typeof LIST_FORMATS)[number];

const QUOTES = ['all', 'minimal', 'none', 'nonnumeric'] as const;
export type Quote = (typeof QUOTES)[number];

const GROUP = 'Output';

/** How the data of a command are written: the same options as python-openstackclient's, with the same meaning. */
const WRITING = {
  column: { kind: 'texts', short: 'c', value: 'COLUMN', suggest: 'column', describe: 'Only this column', group: GROUP },
  'sort-column': { kind: 'texts', value: 'COLUMN', suggest: 'column', describe: 'Sort by this column', group: GROUP },
  noindent: { kind: 'flag', describe: 'JSON without line breaks and spaces', group: GROUP },
  quote: { kind: 'choice', choices: QUOTES, standard: 'nonnumeric', describe: 'What CSV quotes', group: GROUP },
  'max-width': { kind: 'number', value: 'COLUMNS', describe: 'Width that a table may have', group: GROUP },
  'fit-width': { kind: 'flag', describe: 'Fit tables into the window also when stdout is none', group: GROUP },
} as const satisfies OptionSpecs;

export function outputOptions<const F extends readonly string[], const S extends F[number]>(formats: F, standard: S) {
  const format = {
    kind: 'choice',
    choices: formats,
    standard,
    short: 'f',
    describe: 'How data are written',
    group: GROUP,
  } as const;
  return { format, ...WRITING };
}

export const listOptions = outputOptions(LIST_FORMATS, 'table');

/** The values of {@link listOptions}. */
export interface OutputSettings {
  readonly format: ListFormat;
  readonly column: readonly string[];
  readonly 'sort-column': readonly string[];
  readonly noindent: boolean;
  readonly quote: Quote;
  readonly 'max-width': number | undefined;
  readonly 'fit-width': boolean;
}

/** The columns to write. Throws a {@link UsageError} for unknown ones. */
export function chosenColumns<Row>(
  all: readonly Column<Row>[],
  settings: Pick<OutputSettings, 'format' | 'column' | 'sort-column'>,
  long = false,
): readonly Column<Row>[] {
  columnsNamed(all, settings['sort-column'], '--sort-column');
  const isTable = settings.format === 'table';
  // Some have the same name in tables and in data: the one of the format goes first.
  const isForeign = ({ shown }: Column<Row>) => shown === (isTable ? 'data' : 'table');
  const known = [...all].sort((a, b) => Number(isForeign(a)) - Number(isForeign(b)));
  if (settings.column.length > 0) return columnsNamed(known, settings.column);
  const everything = long || settings.format === 'json' || settings.format === 'yaml';
  const isShown: Readonly<Record<Shown, boolean>> = { always: true, long: everything, table: isTable, data: !isTable };
  return all.filter(({ shown }) => isShown[shown]);
}

/** Refuses options that mean nothing in a format which is no list of rows. */
export function refuseColumns(format: string, settings: Pick<OutputSettings, 'column' | 'sort-column'>): void {
  for (const name of ['column', 'sort-column'] as const)
    if (isGiven(settings[name])) throw new UsageError(`--${name} is for formats with columns, not for ${format}`);
}
