import type { Cloud } from '../services/openstack/index.ts';
import type { ResourceTypeName } from './resource-type.ts';

/** Something the operator should know about what was read: less was visible, a service is missing, a guess was made. */
export interface Note {
  readonly cloud: string;
  readonly type?: ResourceTypeName;
  readonly text: string;
}

/**
 * One look at a cloud: the cloud, the notes taken on the way, and what several types need to look up (flavors by name,
 * members of server groups …), fetched once. A reader is short-lived: what it remembers is as old as itself.
 */
export class Reader {
  readonly cloud: Cloud;
  readonly #notes = new Map<string, Note>();
  readonly #remembered = new Map<string, { readonly fetched: Promise<unknown>; readonly at: number }>();
  readonly #rememberForMs: number;

  /** `rememberForMs`: for one that lives while what it reads changes. */
  constructor(cloud: Cloud, { rememberForMs = Number.POSITIVE_INFINITY } = {}) {
    this.cloud = cloud;
    this.#rememberForMs = rememberForMs;
  }

  get notes(): readonly Note[] {
    return [...this.#notes.values()];
  }

  /** Takes a note; the same note twice is one. */
  note(text: string, type?: ResourceTypeName): void {
    const key = `${type ?? ''} ${text}`;
    if (this.#notes.has(key)) return;
    this.#notes.set(key, { cloud: this.cloud.name, ...(type === undefined ? {} : { type }), text });
  }

  /** Runs `fetch` once for this reader, also when several callers ask at the same time. A failure is not remembered. */
  once<T>(what: string, fetch: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(what);
    if (known !== undefined && Date.now() - known.at < this.#rememberForMs) return known.fetched as Promise<T>;
    const fetched = fetch();
    this.#remembered.set(what, { fetched, at: Date.now() });
    fetched.catch(() => this.#remembered.delete(what));
    return fetched;
  }
}
