interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Long enough to bridge two heartbeats of a copy, short enough to follow what happens. */
const WINDOW_MS = 15_000;

/** How fast bytes arrive, from what was told of them now and then. */
export class Rate {
  readonly #samples: Sample[] = [];

  /** Bytes that have been copied so far. Fewer than before, as after a retry, begin anew. */
  add(sample: Sample): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && sample.bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push(sample);
    while (this.#samples.length > 2 && sample.atMs - this.#samples[1]!.atMs >= WINDOW_MS) this.#samples.shift();
  }

  /** Undefined until it can be told. */
  get bytesPerSecond(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
  }
}
