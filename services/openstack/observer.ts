/** A call that was sent. Everything here is free of secrets: tokens are fingerprints, secret fields are masked. */
export interface ObservedCall {
  readonly cloud: string;
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON sent; undefined for none and for streams. */
  readonly body?: string;
}

/** How a call ended: with an answer (also 4xx and 5xx), or without one. */
export interface ObservedOutcome {
  readonly durationMs: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId?: string;
  /** The text of the answer; undefined for streams. */
  readonly body?: string;
  /** Bytes of the answer's body. */
  readonly sizeBytes: number;
  /** Why there is no complete answer. */
  readonly failure?: string;
}

/** Sees every HTTP call of a session, logins and retries included. Must not throw. */
export interface CallObserver {
  finished(call: ObservedCall, outcome: ObservedOutcome): void;
}
