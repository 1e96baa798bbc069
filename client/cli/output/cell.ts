import { printable } from '../terminal.ts';

/** A value as one text, for tables, CSV and bare values. Lists and maps as python-openstackclient writes them. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(itemText).join(', ');
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return pairs(value);
  return String(value);
}

/** What is longer in a list, or of more words, is a sentence or a command. */
const LONGEST_WORD = 48;
const MOST_WORDS = 4;

/** The same with a line for each item of a list of maps or sentences; control characters are made visible. */
export function tableText(value: unknown): string {
  if (Array.isArray(value) && value.some(isLong)) return value.map((item) => printable(itemText(item))).join('\n');
  return printable(cellText(value));
}

function isLong(item: unknown): boolean {
  return typeof item === 'string'
    ? item.length > LONGEST_WORD || item.split(' ').length > MOST_WORDS
    : typeof item === 'object' && item !== null;
}

/** The same on one line, for bare values. */
export function lineText(value: unknown): string {
  return cellText(value).replaceAll(/\s*[\r\n]+\s*/g, ' ');
}

function itemText(item: unknown): string {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? pairs(item) : inner(item);
}

function pairs(map: object): string {
  const given = Object.entries(map).filter(([, value]) => value !== undefined && value !== null);
  return given.map(([key, value]) => `${key}=${quoted(value)}`).join(', ');
}

function quoted(value: unknown): string {
  return typeof value === 'string' && !/^[\w./:@+-]+$/.test(value) ? `'${value}'` : inner(value);
}

function inner(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
