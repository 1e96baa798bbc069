const AHEAD = 15;
const BEHIND = 16;

/** Which packets of a session are taken: none twice, none too far from the newest (section 6.12.13). */
export class SequenceWindow {
  #highest = 0;
  /** Bit n: the packet n before the highest has come. */
  #seen = 0;

  accept(sequence: number): boolean {
    if (sequence === 0) return false;
    const ahead = (sequence - this.#highest) >>> 0;
    if (ahead !== 0 && ahead <= AHEAD) {
      this.#seen = ((this.#seen << ahead) | 1) & (2 ** BEHIND - 1);
      this.#highest = sequence;
      return true;
    }
    const behind = (this.#highest - sequence) >>> 0;
    if (behind >= BEHIND || (this.#seen & (1 << behind)) !== 0) return false;
    this.#seen |= 1 << behind;
    return true;
  }
}
