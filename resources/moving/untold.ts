import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Difference } from './compare.ts';

type Values = Pick<Difference, 'wanted' | 'found'>;
type Fields = Readonly<Record<string, unknown>>;

const DIGITS_TOLD = 12;
/** What stands in plans and reports for a value that is not told. */
const VALUE = '(a value)';
const ANOTHER = '(another value)';

/**
 * The values of an attribute that may hold passwords, as plans, histories and reports may have them: of text its SHA-256 and length, of
 * fields only the names of those that differ.
 */
export function untold({ wanted, found }: Values): Values {
  return {
    ...(wanted === undefined ? {} : { wanted: instead(wanted, found, VALUE) }),
    ...(found === undefined ? {} : { found: instead(found, wanted, ANOTHER) }),
  };
}

/** `word`: for a field that the other has too, with something else in it. */
function instead(value: unknown, other: unknown, word: string): unknown {
  if (value === '' || value === null) return value;
  if (!isFields(value)) return digest(typeof value === 'string' ? value : JSON.stringify(value));
  const beside = isFields(other) ? other : {};
  const fields = Object.keys(value).flatMap((key) => {
    if (!Object.hasOwn(beside, key)) return [[key, VALUE]];
    return isDeepStrictEqual(value[key], beside[key]) ? [] : [[key, word]];
  });
  return Object.fromEntries(fields);
}

function digest(text: string): string {
  const sum = createHash('sha256').update(text).digest('hex');
  return `sha256 ${sum.slice(0, DIGITS_TOLD)}…, ${Buffer.byteLength(text)} bytes`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
