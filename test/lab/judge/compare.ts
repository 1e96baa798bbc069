import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../../resources/resource-type.ts';

/** One record of a judge: what a column holds is its business. */
export type Row = Readonly<Record<string, unknown>>;

/** A column of the judge's record, or what is made of the record where names or units differ. */
export type Theirs = string | ((row: Row) => unknown);

/** Our field (an attribute, or `name`, `projectId`, `host`) against the judge's. */
export type Fields = Readonly<Record<string, Theirs>>;

/** What both show and show differently, as sentences; also what only one of them has. */
export function differences(
  ours: readonly Resource[],
  theirs: readonly Row[],
  id: (row: Row) => string,
  fields: Fields,
): string[] {
  const rows = new Map(theirs.map((row) => [id(row), row]));
  const known = new Set(ours.map((resource) => resource.id));
  const found = [...rows.keys()].filter((key) => !known.has(key)).map((key) => `${key} is shown by the judge only`);
  for (const resource of ours) {
    const row = rows.get(resource.id);
    if (row === undefined) {
      found.push(`${resource.type} ${resource.id} is not shown by the judge`);
      continue;
    }
    for (const [field, their] of Object.entries(fields)) {
      const [mine, yours] = [
        plain(fieldOf(resource, field)),
        plain(typeof their === 'string' ? row[their] : their(row)),
      ];
      if (!isDeepStrictEqual(mine, yours))
        found.push(
          `${resource.type} ${resource.name} ${resource.id}: ${field} is ${text(mine)}, judged ${text(yours)}`,
        );
    }
  }
  return found;
}

function fieldOf(resource: Resource, field: string): unknown {
  const { name, projectId, host, attributes } = resource;
  const own: Row = { name, projectId, host };
  return field in own ? own[field] : ({ ...attributes } as Row)[field];
}

/** Nothing is said as null, as empty text or not at all; the order of lists and keys says nothing here. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return null;
  if (Array.isArray(value)) return value.map(plain).sort((a, b) => (text(a) < text(b) ? -1 : 1));
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, plain(inner)]);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== null).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
