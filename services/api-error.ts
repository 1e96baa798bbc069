/**
 * The one error type of every call to a cloud, to Fuel, to a management controller or to a switch: what went wrong (`kind`), and
 * whether trying again can help (`retry`). Activities turn it into Temporal's retry behaviour, commands print its message;
 * neither looks at status codes.
 */

export type ApiErrorKind =
  | 'configuration' // our side is set up wrong: unknown endpoint, bad URL, certificate refused, microversion missing
  | 'authentication' // 401 that a new token does not mend
  | 'forbidden' // 403 by policy
  | 'not-found' // 404, 410
  | 'conflict' // 409 that stays: exists already, in use
  | 'over-quota' // 403/413 that speak of quota, 409 OverQuota
  | 'invalid' // 400, 422 and the other 4xx: the request itself is wrong
  | 'busy' // 409 of a state that passes: being built, locked by a task
  | 'rate-limited' // 429, 413 with Retry-After
  | 'unavailable' // 5xx
  | 'network' // no connection, reset, truncated body
  | 'timeout' // connect or idle time ran out
  | 'protocol'; // an answer that is no OpenStack API: HTML from a proxy, broken JSON

/** Whether the same request may succeed later: never, after a back-off, or after the time the server asked for. */
export type Retry =
  | { readonly when: 'never' }
  | { readonly when: 'back-off' }
  | { readonly when: 'after'; readonly delayMs: number };

export interface ApiErrorDetails {
  /** Or the host or the switch that a driver works on. */
  readonly cloud: string;
  /** Service type: `identity`, `compute`, `network` …; or the driver: `fuel`, `ipmi`, `redfish`, `snmp` … */
  readonly service: string;
  /** Empty, as `path` is, where the error comes before any request: an unknown endpoint, a missing microversion. */
  readonly method: string;
  /** Path and query as sent, never with a token in it. */
  readonly path: string;
  readonly kind: ApiErrorKind;
  readonly retry: Retry;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** The API's own words, or the system's for network errors. */
  readonly reason: string;
  /** `x-openstack-request-id` (older services: `x-compute-request-id`). */
  readonly requestId?: string;
  /** What the operator can do about it, one clause. */
  readonly hint?: string;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly details: ApiErrorDetails;

  constructor(details: ApiErrorDetails, options?: ErrorOptions) {
    super(describe(details), options);
    this.details = details;
  }

  get kind(): ApiErrorKind {
    return this.details.kind;
  }

  get retry(): Retry {
    return this.details.retry;
  }
}

/** True for an {@link ApiError} of one of the kinds. */
export function isApiError(error: unknown, ...kinds: readonly ApiErrorKind[]): error is ApiError {
  return error instanceof ApiError && (kinds.length === 0 || kinds.includes(error.kind));
}

/** Where something was looked for that is not there, although no service was asked or none said 404. */
type NotFound = Pick<ApiErrorDetails, 'cloud' | 'service' | 'path' | 'reason'>;

/** The error for a thing that does not exist: what a service's 404 would be, said by us. */
export function notFound(what: NotFound): ApiError {
  return new ApiError({ ...what, method: 'GET', kind: 'not-found', retry: { when: 'never' } });
}

function describe(d: ApiErrorDetails): string {
  const call = [d.cloud, d.service, `${d.method} ${d.path}`.trim()].filter((part) => part !== '').join(': ');
  const outcome = d.status === undefined ? d.reason : `${d.status}: ${d.reason}`;
  const request = d.requestId === undefined ? '' : ` (request id ${d.requestId})`;
  const hint = d.hint === undefined ? '' : `; ${d.hint}`;
  return `${call}: ${outcome}${request}${hint}`;
}
