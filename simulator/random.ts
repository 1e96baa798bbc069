/** Random numbers that come out the same for the same seed, so that a run with faults can be repeated. */
export class Random {
  #state: number;

  constructor(seed: string | number) {
    // FNV-1a: spreads seeds that differ in one character.
    let hash = 0x811c9dc5;
    for (const char of String(seed)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
    this.#state = hash >>> 0;
  }

  /** In [0, 1). Mulberry32: small and even enough for ids and dice. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** In [0, below). */
  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.int(from.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) {
      text += Math.floor(this.next() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    }
    return text.slice(0, digits);
  }

  /** 32 hex digits without dashes, as Keystone's ids. */
  id32(): string {
    const h = this.hex(32);
    return `${h.slice(0, 12)}4${h.slice(13, 16)}${'89ab'[this.int(4)]}${h.slice(17)}`;
  }

  uuid(): string {
    return dashed(this.id32());
  }

  base64url(chars: number): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    let text = '';
    while (text.length < chars) text += alphabet[this.int(64)];
    return text;
  }
}

function dashed(id32: string): string {
  return [id32.slice(0, 8), id32.slice(8, 12), id32.slice(12, 16), id32.slice(16, 20), id32.slice(20)].join('-');
}
