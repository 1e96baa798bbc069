import type { ApiError } from '../api-error.ts';
import { requestIdOf } from './classify.ts';
import type { CallObserver, ObservedCall } from './observer.ts';
import type { Redactor } from './redact.ts';

/** How a call ended, before its secrets are taken out. */
export interface CallEnd {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly failure?: ApiError;
}

interface ObservableRequest {
  readonly cloud: string;
  readonly service: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Follows one call for the observers: measures it and hands it on without its secrets. */
export class CallObservation {
  readonly #observers: readonly CallObserver[];
  readonly #redactor: Redactor;
  readonly #request: ObservableRequest;
  readonly #startedAtMs = performance.now();
  #sizeBytes = 0;

  constructor(observers: readonly CallObserver[], redactor: Redactor, request: ObservableRequest) {
    this.#observers = observers;
    this.#redactor = redactor;
    this.#request = request;
  }

  count(chunk: Uint8Array): void {
    this.#sizeBytes += chunk.byteLength;
  }

  finished(end: CallEnd): void {
    if (this.#observers.length === 0) {
      return;
    }
    const { cloud, service, method, url, headers, body } = this.#request;
    const call: ObservedCall = {
      cloud,
      service,
      method,
      url: this.#redactor.text(url.href),
      headers: this.#redactor.headers(headers),
      ...(typeof body === 'string' && { body: this.#redactor.body(body) }),
    };
    const requestId = end.headers && requestIdOf(end.headers);
    for (const observer of this.#observers) {
      observer.finished(call, {
        durationMs: performance.now() - this.#startedAtMs,
        sizeBytes: this.#sizeBytes,
        ...(end.status !== undefined && { status: end.status }),
        ...(end.headers && { headers: this.#redactor.headers(end.headers) }),
        ...(requestId !== undefined && { requestId }),
        ...(end.text !== undefined && { body: this.#redactor.body(end.text) }),
        ...(end.failure && { failure: end.failure.details.reason }),
      });
    }
  }
}
