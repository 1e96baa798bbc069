/**
 * Time of a simulator: what is due later runs then, in order of its due time. Tests move it by hand (`advance`), so that
 * an hour until a token expires, or a server that takes a minute to build, costs no waiting.
 */
export class Clock {
  #offsetMs = 0;
  #tasks: { dueMs: number; order: number; work: () => void }[] = [];
  #order = 0;
  #timer: NodeJS.Timeout | undefined;

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  /** Runs `work` when `delayMs` of this clock's time have passed, never at once: an answer shows the state before. */
  after(delayMs: number, work: () => void): void {
    this.#tasks.push({ dueMs: this.now().getTime() + delayMs, order: this.#order++, work });
    this.#tasks.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
    this.#arm();
  }

  /** Moves time forward; all that falls due on the way has run when this returns. */
  advance(ms: number): void {
    const endMs = this.now().getTime() + ms;
    for (let next = this.#tasks[0]; next !== undefined && next.dueMs <= endMs; next = this.#tasks[0]) {
      this.#offsetMs += Math.max(0, next.dueMs - this.now().getTime());
      this.#tasks.shift();
      next.work();
    }
    this.#offsetMs += Math.max(0, endMs - this.now().getTime());
    this.#arm();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#tasks = [];
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#tasks[0];
    if (next === undefined) return;
    // Node fires a timer of more than 2^31 ms at once.
    const waitMs = Math.min(Math.max(0, next.dueMs - this.now().getTime()), 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.advance(0), waitMs);
    this.#timer.unref();
  }
}
