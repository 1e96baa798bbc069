import { isDeepStrictEqual } from 'node:util';

/** A part of a value that is not as it was. `path` is the name of the field; empty: the value itself. */
export interface DifferingPart {
  readonly path: string;
  readonly wanted: unknown;
  readonly found: unknown;
}

const ID = /^([\da-f]{32}|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/;
/** More are for the data formats. */
const MOST = 3;

/** What differs within two values, without ids, which tell a person nothing; empty where only ids differ, or more than can be read. */
export function differingParts(wanted: unknown, found: unknown, path = ''): readonly DifferingPart[] {
  const parts = partsOf(wanted, found, path).filter((part) => !isId(part.wanted) && !isId(part.found));
  return parts.length > MOST ? [] : parts;
}

function partsOf(wanted: unknown, found: unknown, path: string): readonly DifferingPart[] {
  if (isDeepStrictEqual(wanted, found)) return [];
  if (Array.isArray(wanted) && Array.isArray(found) && wanted.length === found.length)
    return wanted.flatMap((item, index) => partsOf(item, found[index], path));
  if (!isMap(wanted) || !isMap(found)) return [{ path, wanted, found }];
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  return keys.flatMap((key) => partsOf(wanted[key], found[key], key));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && ID.test(value);
}
