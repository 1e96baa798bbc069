import { type InventoryTotals, NOTHING_FOUND, withResource } from '../planning/inventory-totals.ts';
import { digestOf } from '../resources/digest.ts';
import type { Reader } from '../resources/reader.ts';
import type { Resource, ResourceTypeName } from '../resources/resource-type.ts';

/** Room for totals, notes and the envelope below the 256 KiB that a payload may have. */
const ENTRIES_LIMIT_BYTES = 200 * 1024;
const NOTES_LIMIT = 50;
const NOTE_LIMIT_CHARACTERS = 500;

/** A resource as the record keeps it: enough to find it again and to see that it has changed. */
export interface InventoryEntry {
  readonly type: ResourceTypeName;
  readonly id: string;
  readonly name: string;
  readonly digest: string;
}

/** Where the next shard begins: after so many of a type, which are listed again and passed over. */
export interface ShardStart {
  readonly type: ResourceTypeName;
  readonly passOver: number;
}

export interface InventoryShard extends InventoryTotals {
  readonly entries: readonly InventoryEntry[];
  readonly notes: readonly string[];
  /** Absent when nothing is left. */
  readonly next?: ShardStart;
}

/** A shard that is being filled. */
export class ShardBuilder {
  readonly #entries: InventoryEntry[] = [];
  readonly #reader: Reader;
  #totals = NOTHING_FOUND;
  #bytes = 0;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** False when there is no room left. */
  add(resource: Resource): boolean {
    const { type, id, name } = resource;
    const entry: InventoryEntry = { type, id, name, digest: digestOf(resource) };
    const bytes = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (this.#bytes + bytes > ENTRIES_LIMIT_BYTES) return false;
    this.#bytes += bytes;
    this.#entries.push(entry);
    this.#totals = withResource(this.#totals, type, entry.digest);
    return true;
  }

  done(next?: ShardStart): InventoryShard {
    // The newest, whoever took them: a note of a try that failed, or of another call of the run, would be lost otherwise.
    const notes = this.#reader.notes.slice(-NOTES_LIMIT).map(({ text }) => text.slice(0, NOTE_LIMIT_CHARACTERS));
    return { ...this.#totals, entries: this.#entries, notes, ...(next === undefined ? {} : { next }) };
  }
}
