export interface LoggedRequest {
  readonly cloud: string;
  readonly service: string;
  readonly method: string;
  /** Path and query, without tokens: they travel in headers. */
  readonly url: string;
  readonly status: number;
}

const KEPT = 5000;

/** What was asked: tests count calls and see how many were open at once. */
export class RequestLog {
  #recent: LoggedRequest[] = [];
  readonly #counts = new Map<string, number>();
  #open = 0;
  #highWater = 0;

  begin(): void {
    this.#open += 1;
    this.#highWater = Math.max(this.#highWater, this.#open);
  }

  end(route: string, request: LoggedRequest): void {
    this.#open -= 1;
    const key = `${request.cloud} ${request.method} ${route}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#recent.push(request);
    if (this.#recent.length > 2 * KEPT) this.#recent = this.#recent.slice(-KEPT);
  }

  /** By `CLOUD METHOD ROUTE`, the route with its parameters: `source GET /compute/v2.1/servers/:id`. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** All of the counted whose key contains the text. */
  count(part: string): number {
    return [...this.#counts].reduce((sum, [key, count]) => sum + (key.includes(part) ? count : 0), 0);
  }

  /** The last few thousand requests, oldest first. */
  get recent(): readonly LoggedRequest[] {
    return this.#recent.slice(-KEPT);
  }

  /** Most requests that were open at the same time. */
  get highWater(): number {
    return this.#highWater;
  }

  reset(): void {
    this.#recent = [];
    this.#counts.clear();
    this.#highWater = this.#open;
  }
}
