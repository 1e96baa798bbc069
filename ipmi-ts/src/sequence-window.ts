/** How far a packet may be behind the newest: IPMI v2.0 section 6.12.13. */
const BEHIND = 16;
/** A jump further ahead is no packet of this session: section 6.12.13 allows a receiver to choose, and packets do get lost. */
const AHEAD = 64;

/** Which packets of a session were seen: late ones pass within a window, none passes twice. */
export class SequenceWindow {
  #newest: number;
  /** Bit n: the packet n behind the newest was seen. */
  #seen = 0;

  /** `newest`: what was the last number before; a session begins at 0. */
  constructor(newest = 0) {
    this.#newest = newest;
  }

  /** Takes it in; false for one that was seen before, is too old or too far ahead, and for 0, which is no session's. */
  accept(sequence: number): boolean {
    if (sequence === 0) return false;
    // Numbers begin again after 2³²−1.
    const ahead = (sequence - this.#newest) | 0;
    if (ahead > AHEAD || ahead <= -BEHIND) return false;
    if (ahead > 0) {
      this.#seen = ahead >= BEHIND ? 1 : ((this.#seen << ahead) | 1) & ((1 << BEHIND) - 1);
      this.#newest = sequence;
      return true;
    }
    const bit = 1 << -ahead;
    if ((this.#seen & bit) !== 0) return false;
    this.#seen |= bit;
    return true;
  }
}
