import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
} from 'yaml';
import { childPath, type Located, type LocatedEntry, type LocatedMap, type Origin, problemAt } from './located.ts';
import type { Problem } from './problems.ts';
import { meaningOf, worthTelling } from './yaml-syntax.ts';

/** Aliases can make a small file grow without end ("billion laughs"): no real configuration comes near this. */
const MAX_NODES = 100_000;

export interface SourceText {
  readonly text: string;
  /** As people are told it. */
  readonly file: string;
  readonly directory: string;
}

/**
 * Reads YAML (or JSON) to values that know their place. Adds what is wrong to `problems`; `undefined` when nothing
 * can be made of the text. All scalars are taken as text: a password `0123` keeps its zero, `${PORT}` may be a number.
 */
export function readYaml(source: SourceText, problems: Problem[]): Located | undefined {
  const lines = new LineCounter();
  const documents = parseAllDocuments(source.text, {
    lineCounter: lines,
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
  });
  const originAt = (offset: number, keyPath: string): Origin => {
    const { line, col } = lines.linePos(offset);
    return { file: source.file, directory: source.directory, line, column: col, keyPath };
  };
  const broken = [...documents].flatMap((document) => [...document.errors, ...document.warnings]);
  if (broken.length > 0) {
    for (const { code, pos } of worthTelling(broken, (offset) => lines.linePos(offset).line)) {
      const { message, hint } = meaningOf(code, source.text, pos[0]);
      problems.push(problemAt(originAt(pos[0], ''), message, hint));
    }
    return undefined;
  }
  const [document, second] = documents;
  if (second !== undefined) {
    const start = originAt(second.range[0], '');
    problems.push(problemAt(start, 'a second YAML document', 'a file holds one: remove the "---" line'));
    return undefined;
  }
  const root = document?.contents ?? null;
  if (document === undefined || root === null) return undefined;
  return new Reader(document, originAt, problems).read(root, '', 0);
}

class Reader {
  readonly #document: Document;
  readonly #originAt: (offset: number, keyPath: string) => Origin;
  readonly #problems: Problem[];
  readonly #open = new Set<Node>();
  #nodes = 0;

  constructor(document: Document, originAt: (offset: number, keyPath: string) => Origin, problems: Problem[]) {
    this.#document = document;
    this.#originAt = originAt;
    this.#problems = problems;
  }

  read(node: Node, keyPath: string, offset: number): Located {
    const origin = this.#originAt(node.range?.[0] ?? offset, keyPath);
    this.#nodes += 1;
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined || this.#open.has(target)) {
        const quote = 'put a value that begins with * in quotes';
        this.#problems.push(problemAt(origin, '* refers to an anchor that is not defined above', quote));
        return nothing(origin);
      }
      return this.read(target, keyPath, offset);
    }
    if (this.#nodes > MAX_NODES) {
      if (this.#nodes === MAX_NODES + 1) this.#problems.push(problemAt(origin, 'aliases make this file too large'));
      return nothing(origin);
    }
    if (isMap(node)) return this.#inside(node, () => this.#readMap(node.items, origin));
    if (isSeq(node)) {
      const start = node.range?.[0] ?? offset;
      return this.#inside(node, () => ({
        kind: 'list',
        items: (node.items as Node[]).map((item, index) => this.read(item, childPath(keyPath, index), start)),
        origin,
      }));
    }
    const written = isScalar(node) ? node : undefined;
    const empty = written?.type === 'PLAIN' && /^(|~|null|Null|NULL)$/.test(written.source ?? '');
    return { kind: 'scalar', value: empty ? null : String(written?.value ?? ''), origin, interpolated: false };
  }

  #inside<T>(node: Node, read: () => T): T {
    this.#open.add(node);
    try {
      return read();
    } finally {
      this.#open.delete(node);
    }
  }

  #readMap(pairs: readonly Pair[], origin: Origin): LocatedMap {
    const own = new Map<string, LocatedEntry>();
    const merged = new Map<string, LocatedEntry>();
    for (const { key, value } of pairs as readonly Pair<Node | null, Node | null>[]) {
      if (!isScalar(key) || typeof key.value !== 'string' || key.value === '') {
        const place = key?.range ? this.#originAt(key.range[0], origin.keyPath) : origin;
        this.#problems.push(problemAt(place, 'a key must be a word', 'write "key: value"'));
        continue;
      }
      const offset = key.range?.[0] ?? 0;
      const keyOrigin = this.#originAt(offset, childPath(origin.keyPath, key.value));
      if (value === null) {
        // In `{ password: a,b }` the rest of a password looks like a key: it is not named.
        const place = this.#originAt(offset, origin.keyPath);
        const hint = 'write "key: value"; put a value that contains a comma or bracket in quotes';
        this.#problems.push(problemAt(place, 'text without a value', hint));
        continue;
      }
      const located = this.read(value, keyOrigin.keyPath, offset);
      const first = own.get(key.value);
      if (key.value === '<<') this.#merge(located, origin, merged);
      else if (first !== undefined) {
        const hint = `the first is in line ${first.key.line}: remove one`;
        this.#problems.push(problemAt(keyOrigin, 'the same key twice', hint));
      } else own.set(key.value, { key: keyOrigin, value: located });
    }
    return { kind: 'map', entries: new Map([...merged, ...own]), origin };
  }

  /** A merge key, https://yaml.org/type/merge.html: of several maps the earlier wins, and the map's own keys always. */
  #merge(value: Located, into: Origin, merged: Map<string, LocatedEntry>): void {
    const maps = value.kind === 'list' ? value.items : [value];
    for (const map of maps) {
      if (map.kind !== 'map') {
        this.#problems.push(problemAt(map.origin, '<< must be given a map', 'write "<<: *anchor"'));
        continue;
      }
      for (const [name, entry] of map.entries) {
        if (merged.has(name)) continue;
        const keyPath = childPath(into.keyPath, name);
        merged.set(name, { key: { ...entry.key, keyPath }, value: rerooted(entry.value, keyPath) });
      }
    }
  }
}

function nothing(origin: Origin): Located {
  return { kind: 'scalar', value: null, origin, interpolated: false };
}

/** The same values under the key path where they are used. */
function rerooted(node: Located, keyPath: string): Located {
  const origin = { ...node.origin, keyPath };
  if (node.kind === 'scalar') return { ...node, origin };
  if (node.kind === 'list') {
    return { ...node, origin, items: node.items.map((item, index) => rerooted(item, childPath(keyPath, index))) };
  }
  const entries = [...node.entries].map(([name, entry]): [string, LocatedEntry] => {
    const path = childPath(keyPath, name);
    return [name, { key: { ...entry.key, keyPath: path }, value: rerooted(entry.value, path) }];
  });
  return { ...node, origin, entries: new Map(entries) };
}
