import { suggestion, UsageError } from '../usage-error.ts';

/**
 * When a column is there without being asked for by name. `long`: only with `--long`, and always in JSON and YAML.
 * `table`: for people, in tables alone, such as "3/64". `data`: in all formats but tables.
 */
export type Shown = 'always' | 'long' | 'table' | 'data';

/** One value of a row: a heading for people, a key that scripts can rely on. */
export interface Column<Row> {
  /** Key in JSON and YAML, and a name for `--column`: lower case with `_`. */
  readonly key: string;
  readonly heading: string;
  /** Plain data: text, number, boolean, a list or a map of such; undefined where there is none. */
  readonly value: (row: Row) => unknown;
  readonly shown: Shown;
  /** Never broken over lines in a table: ids are copied from there. */
  readonly whole: boolean;
}

/** Words that are written otherwise than with one capital. */
const SPELLING: Readonly<Record<string, string>> = {
  id: 'ID',
  ip: 'IP',
  url: 'URL',
  vcpus: 'vCPUs',
  mib: 'MiB',
  gib: 'GiB',
  ms: 'ms',
};

/** `memory_used_mib` is headed "Memory Used MiB". */
function headingOf(key: string): string {
  const words = key.split('_').map((word) => SPELLING[word] ?? word.charAt(0).toUpperCase() + word.slice(1));
  return words.join(' ');
}

export function column<Row>(
  key: string,
  value: (row: Row) => unknown,
  options: { readonly shown?: Shown; readonly whole?: true; readonly heading?: string } = {},
): Column<Row> {
  const { shown = 'always', whole = false, heading = headingOf(key) } = options;
  return { key, heading, value, shown, whole };
}

/** The columns with these names, in the order asked for. Throws a {@link UsageError} that lists the known ones. */
export function columnsNamed<Row>(
  all: readonly Column<Row>[],
  names: readonly string[],
  option = '--column',
): readonly Column<Row>[] {
  return names.map((name) => {
    const wanted = name.toLowerCase().replaceAll(/[\s-]/g, '_');
    const found = all.find((candidate) => candidate.key.toLowerCase() === wanted);
    if (found !== undefined) return found;
    const keys = all.map(({ key }) => key);
    const meant = suggestion(wanted, keys);
    const hint = meant === '' ? '; t' : `${meant} T`;
    throw new UsageError(`${option} ${JSON.stringify(name)} is unknown${hint}he columns are ${keys.join(', ')}`);
  });
}
