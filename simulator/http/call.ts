import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Cloud } from '../cloud.ts';
import type { Caller } from '../policy.ts';

/** One request, as an API's handler sees it. */
export interface Call {
  readonly cloud: Cloud;
  readonly method: string;
  /** Path and query as they were sent: links of answers repeat them. */
  readonly url: string;
  /** Where the service answers, as the caller addressed it: `http://127.0.0.1:8080/compute`. */
  readonly base: string;
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  readonly stream: IncomingMessage;
  readonly requestId: string;
  /** Minor number of the microversion asked for; 0 where the service knows none. */
  readonly minor: number;
  /** Nova's `/v2`: the same API without microversions. */
  readonly legacy: boolean;
  /** The listener of Identity v2.0's admin API. */
  readonly adminPort: boolean;
  /** Who asks. Throws 401 where the route may be called without a token and was. */
  readonly caller: Caller;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly stream?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** An answer that says no. `type` is Neutron's exception name, which the other services have no place for. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, type = '', extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.extra = extra;
  }
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const accepted = (body?: unknown): Answer => (body === undefined ? { status: 202 } : { status: 202, body });
export const noContent = (): Answer => ({ status: 204 });

export function notFound(message: string, type?: string): Refusal {
  return new Refusal(404, message, type);
}

export function badRequest(message: string, type?: string): Refusal {
  return new Refusal(400, message, type);
}

export function conflict(message: string, type?: string): Refusal {
  return new Refusal(409, message, type);
}
