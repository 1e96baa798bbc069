import Table from 'cli-table3';
import type { Terminal } from '../terminal.ts';
import { tableText } from './cell.ts';
import type { OutputSettings } from './settings.ts';

/** The frame that python-openstackclient draws. */
const FRAME = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '+',
  mid: '-',
  'mid-mid': '+',
  right: '|',
  'right-mid': '+',
  middle: '|',
};
/** Narrower than this, a column is a tower of fragments. */
const NARROWEST = 7;
/** What a table takes in a window that is too narrow for it: the terminal breaks its lines then. */
const WIDE = 120;
const PADDING = 2;
const LONGEST_TEXT = 400;
/** Ids up to this length stay whole; a role assignment's is made of three others, and nobody copies it. */
const LONGEST_ID = 48;

export interface TableColumn {
  readonly heading: string;
  readonly whole: boolean;
}

/** Width that a table may have: as asked, else the window's; undefined when nothing needs to fit. */
export function tableWidth(
  terminal: Terminal,
  settings: Pick<OutputSettings, 'max-width' | 'fit-width'>,
): number | undefined {
  return settings['max-width'] ?? terminal.columns ?? (settings['fit-width'] ? 80 : undefined);
}

/** A table with its last line break. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly unknown[])[],
  width: number | undefined,
): string {
  const cells = rows.map((row) => row.map((value) => shortened(tableText(value))));
  const numeric = columns.map((_, index) =>
    rows.every((row) => row[index] === undefined || typeof row[index] === 'number'),
  );
  const aligns = numeric.map((isNumber) => (isNumber ? 'right' : 'left') as 'right' | 'left');
  const natural = draw(columns, cells, aligns);
  const top = natural.slice(0, natural.indexOf('\n'));
  if (width === undefined || top.length <= width) return natural;
  // The library knows the width of wide characters: the columns' widths are read off the frame that it drew.
  const widths = top
    .slice(1, -1)
    .split('+')
    .map((line) => line.length);
  const ids = columns.map(({ whole }, index) => (whole ? longestId(cells.map((row) => row[index] ?? '')) : 0));
  return draw(columns, cells, aligns, fitted(columns, { widths, ids }, width));
}

function draw(
  columns: readonly TableColumn[],
  cells: readonly (readonly string[])[],
  colAligns: ('left' | 'right')[],
  colWidths?: number[],
): string {
  const broken = (text: string, index: number) =>
    colWidths === undefined ? text : brokenAt(text, (colWidths[index] ?? 0) - PADDING);
  const table = new Table({
    head: columns.map(({ heading }, index) => broken(heading, index)),
    chars: FRAME,
    style: { head: [], border: [], compact: true },
    colAligns,
    ...(colWidths === undefined ? {} : { colWidths, wordWrap: true, wrapOnWordBoundary: false }),
  });
  table.push(...cells.map((row) => row.map(broken)));
  return `${table.toString()}\n`;
}

/**
 * Takes from the widest columns what is too much. Ids and the words of headings stay whole, and no column gets narrower
 * than can be read, so the result may still be too wide: then no column is squeezed for nothing.
 */
function fitted(
  columns: readonly TableColumn[],
  { widths, ids }: { readonly widths: readonly number[]; readonly ids: readonly number[] },
  width: number,
): number[] {
  const result = [...widths];
  const narrowest = columns.map(({ heading }, index) => {
    const readable = Math.max(NARROWEST, ids[index]!, ...heading.split(' ').map((word) => word.length)) + PADDING;
    return Math.min(readable, widths[index]!);
  });
  const frame = widths.length + 1;
  const least = narrowest.reduce((sum, each) => sum + each, frame);
  let surplus = widths.reduce((sum, each) => sum + each, frame) - (least <= width ? width : Math.max(width, WIDE));
  while (surplus > 0) {
    const [widest] = [...result.keys()]
      .filter((at) => result[at]! > narrowest[at]!)
      .sort((a, b) => result[b]! - result[a]!);
    if (widest === undefined) break;
    result[widest] = result[widest]! - 1;
    surplus -= 1;
  }
  return result;
}

function longestId(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length).filter((length) => length <= LONGEST_ID));
}

/** Breaks lines behind a space or a sign where there is one. What is still too long is broken by the library. */
function brokenAt(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => brokenLine(line, width))
    .join('\n');
}

function brokenLine(line: string, width: number): string {
  if (line.length <= width) return line;
  const space = line.lastIndexOf(' ', width);
  const sign = Math.max(...['-', '/', ',', '=', ':', '_', '.'].map((each) => line.lastIndexOf(each, width - 1) + 1));
  // A break near the left edge wastes the line.
  const at = space > width / 3 ? space : sign > width / 3 ? sign : width;
  return `${line.slice(0, at)}\n${brokenLine(line.slice(at).trimStart(), width)}`;
}

/** A table is for reading: user data and keys of many lines are for the data formats. */
function shortened(text: string): string {
  return text.length <= LONGEST_TEXT || text.includes('\n')
    ? text
    : `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)`;
}
