type KeyOf<T> = (row: T) => string | readonly string[] | null | undefined;

/**
 * Rows of one kind by id, with indexes and kept orders: ten thousand servers are listed page by page, and looking all
 * of them through for every page would make the simulator the slowest part of a test.
 */
export class Table<T extends { readonly id: string }, Index extends string = never> {
  readonly #rows = new Map<string, T>();
  readonly #indexes = new Map<string, { keys: KeyOf<T>; ids: Map<string, Set<T>> }>();
  readonly #orders = new Map<(a: T, b: T) => number, readonly T[]>();

  constructor(indexes: { readonly [name in Index]: KeyOf<T> } = {} as { readonly [name in Index]: KeyOf<T> }) {
    for (const [name, keys] of Object.entries<KeyOf<T>>(indexes)) this.#indexes.set(name, { keys, ids: new Map() });
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** One of the same id gives way. */
  add(row: T): T {
    const before = this.#rows.get(row.id);
    if (before !== undefined) this.#leave(before);
    this.#rows.set(row.id, row);
    this.#enter(row);
    return row;
  }

  /** All changes of a row go through here: a key changed behind the table's back would leave its indexes wrong. */
  change(row: T, patch: Partial<T>): T {
    this.#leave(row);
    Object.assign(row, patch);
    this.#enter(row);
    return row;
  }

  remove(id: string): T | undefined {
    const row = this.#rows.get(id);
    if (row === undefined) return undefined;
    this.#leave(row);
    this.#rows.delete(id);
    return row;
  }

  all(): T[] {
    return [...this.#rows.values()];
  }

  filter(test: (row: T) => boolean): T[] {
    return this.all().filter(test);
  }

  find(test: (row: T) => boolean): T | undefined {
    for (const row of this.#rows.values()) if (test(row)) return row;
    return undefined;
  }

  where(index: Index, key: string): T[] {
    return [...(this.#indexes.get(index)?.ids.get(key) ?? [])];
  }

  /** In the order of `compare`, which must be one function object for one order: it is the key under which it is kept. */
  sorted(compare: (a: T, b: T) => number): readonly T[] {
    let rows = this.#orders.get(compare);
    if (rows === undefined) {
      rows = this.all().sort(compare);
      this.#orders.set(compare, rows);
    }
    return rows;
  }

  #enter(row: T): void {
    this.#orders.clear();
    for (const { keys, ids } of this.#indexes.values()) {
      for (const key of keysOf(keys(row))) {
        const set = ids.get(key);
        if (set === undefined) ids.set(key, new Set([row]));
        else set.add(row);
      }
    }
  }

  #leave(row: T): void {
    this.#orders.clear();
    for (const { keys, ids } of this.#indexes.values()) {
      for (const key of keysOf(keys(row))) {
        const set = ids.get(key);
        set?.delete(row);
        if (set?.size === 0) ids.delete(key);
      }
    }
  }
}

function keysOf(keys: string | readonly string[] | null | undefined): readonly string[] {
  if (keys === null || keys === undefined) return [];
  return typeof keys === 'string' ? [keys] : keys;
}
