import type { Position, Problem } from './problems.ts';

/** Where a value comes from. */
export interface Origin extends Position {
  readonly keyPath: string;
  /** Relative paths in the value start here. */
  readonly directory: string;
}

/** A value of a configuration file that knows its place, so that it still does after files have been merged. */
export type Located = LocatedScalar | LocatedList | LocatedMap;

export interface LocatedScalar {
  readonly kind: 'scalar';
  /** The text as written; the schema decides whether it is a number or a boolean. `null`: nothing is written there. */
  readonly value: string | null;
  readonly origin: Origin;
  /** The value came through `${…}`: it must not be shown. */
  readonly interpolated: boolean;
}

export interface LocatedList {
  readonly kind: 'list';
  readonly items: readonly Located[];
  readonly origin: Origin;
}

export interface LocatedMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
  readonly origin: Origin;
}

export interface LocatedEntry {
  /** Where the key stands. */
  readonly key: Origin;
  readonly value: Located;
}

export function problemAt(origin: Origin, message: string, hint?: string): Problem {
  return {
    file: origin.file,
    ...(origin.line === undefined ? {} : { line: origin.line }),
    ...(origin.column === undefined ? {} : { column: origin.column }),
    keyPath: origin.keyPath,
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** The key path of a child: `a` + `b` = `a.b`, `a` + 0 = `a[0]`, `a` + `b c` = `a["b c"]`. */
export function childPath(parent: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${parent}[${step}]`;
  const key = String(step);
  if (!/^[\w-]+$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

export type Plain = string | null | readonly Plain[] | { readonly [key: string]: Plain };

/** The bare value, for the schema. */
export function toPlain(node: Located): Plain {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toPlain);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toPlain(entry.value)]));
    default:
      return node satisfies never;
  }
}

function childOf(node: Located, step: PropertyKey): Located | undefined {
  if (node.kind === 'map' && typeof step === 'string') return node.entries.get(step)?.value;
  if (node.kind === 'list' && typeof step === 'number') return node.items[step];
  return undefined;
}

/** The node at a path, if there is one. */
export function find(root: Located | undefined, path: readonly PropertyKey[]): Located | undefined {
  if (root === undefined) return undefined;
  const { node, rest } = follow(root, path);
  return rest.length === 0 ? node : undefined;
}

/** Follows a path as far as it goes: the last node there is, and the steps that led nowhere. */
export function follow(root: Located, path: readonly PropertyKey[]): { node: Located; rest: readonly PropertyKey[] } {
  let node = root;
  for (const [index, step] of path.entries()) {
    const child = childOf(node, step);
    if (child === undefined) return { node, rest: path.slice(index) };
    node = child;
  }
  return { node, rest: [] };
}

/** Every scalar below, with the key it stands under. */
export function* scalarsOf(
  node: Located,
  key = '',
): Generator<{ readonly key: string; readonly scalar: LocatedScalar }> {
  if (node.kind === 'scalar') yield { key, scalar: node };
  else if (node.kind === 'list') for (const item of node.items) yield* scalarsOf(item, key);
  else for (const [name, entry] of node.entries) yield* scalarsOf(entry.value, name);
}
