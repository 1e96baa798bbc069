import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CloudSettings } from '../config/index.ts';
import { Reader } from '../resources/reader.ts';
import { Cloud } from '../services/openstack/index.ts';

/** A run that has not read for so long has ended, or begins afresh. */
const READER_IDLE_MS = 10 * 60_000;

interface KeptReader {
  readonly reader: Reader;
  usedAt: number;
}

/** The clouds of a worker's configuration by name, each with one session that all activities share. */
export class OpenClouds {
  readonly #settings: ReadonlyMap<string, CloudSettings>;
  readonly #open = new Map<string, Cloud>();
  readonly #readers = new Map<string, KeptReader>();

  constructor(settings: readonly CloudSettings[]) {
    this.#settings = new Map(settings.map((cloud) => [cloud.name, cloud]));
  }

  get(name: string): Cloud {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const settings = this.#settings.get(name);
    if (settings === undefined) {
      const names = [...this.#settings.keys()].join(', ') || 'none';
      throw ApplicationFailure.nonRetryable(
        `this worker's configuration has no cloud ${JSON.stringify(name)}; it has: ${names}`,
        'configuration',
      );
    }
    const cloud = new Cloud(settings);
    this.#open.set(name, cloud);
    return cloud;
  }

  /** A reader of the caller's own. */
  freshReader(name: string, options: { readonly rememberForMs?: number } = {}): Reader {
    return new Reader(this.get(name), options);
  }

  /** The reader that all activities of the present run share: what one tenant needed to look up serves the next. */
  reader(name: string): Reader {
    const now = Date.now();
    for (const [key, { usedAt }] of this.#readers) if (now - usedAt > READER_IDLE_MS) this.#readers.delete(key);
    const key = `${activityInfo().workflowExecution?.runId ?? ''} ${name}`;
    const kept = this.#readers.get(key) ?? { reader: new Reader(this.get(name)), usedAt: now };
    kept.usedAt = now;
    this.#readers.set(key, kept);
    return kept.reader;
  }
}
