import { STATUS_CODES } from 'node:http';
import { ApiError, type ApiErrorKind, type Retry } from '../api-error.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import type { Redactor } from './redact.ts';
import { retryAfterMs } from './retry-after.ts';

/** The call that an error is about. */
export interface Call {
  readonly cloud: string;
  readonly service: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
}

/** An answer as it came, its body as text. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Verdict {
  readonly kind: ApiErrorKind;
  readonly retry: Retry;
  readonly hint?: string;
}

const NEVER: Retry = { when: 'never' };
const BACK_OFF: Retry = { when: 'back-off' };

/** Words for "too much", and not for "you may not change quotas". */
const QUOTA =
  /overquota|quota[^.]{0,60}exceed|exceed[^.]{0,80}quota|quota has been met|maximum number of .{1,60} exceeded/i;
/** States that pass by themselves, as Nova (409), Cinder (400) and Glance (409) name them when they refuse a request. */
const PASSING_STATE =
  /task_state (?!none)|\b(building|scheduling|creating|deleting|attaching|detaching|extending|retyping|downloading|uploading|backing-up|restoring-backup|migrating|resizing|saving|importing|reserved|powering-o\w+|rebooting|spawning)\b/i;
const REFUSED_FOR_STATE =
  /while it is in|status must be|state must be|current status|currently in|current state|status transition|in saving|invalid volume|invalid snapshot/i;
const BUSY_TYPES: ReadonlySet<string> = new Set([
  'StateInvalid',
  'RetryRequest',
  'DBDeadlock',
  'StaleDataError',
  'placement.concurrent_update',
]);
const TRY_AGAIN = /try again|please retry|concurrent|temporarily|another (process|request)|lock wait timeout|deadlock/i;

/** The error for an answer with a status of 400 or more. */
export function classifyAnswer(call: Call, answer: Answer, redactor: Redactor): ApiError {
  const body = readErrorBody(answer.text, STATUS_CODES[answer.status] ?? 'no reason given');
  const requestId = requestIdOf(answer.headers);
  return new ApiError({
    ...call,
    path: redactor.text(call.path),
    ...verdict(answer, body),
    status: answer.status,
    reason: redactor.text(body.message),
    ...(requestId !== undefined && { requestId }),
  });
}

/** The error for an answer below 400 that is no JSON. */
export function classifyUnreadable(call: Call, answer: Answer, redactor: Redactor): ApiError {
  const body = readErrorBody(answer.text, 'an empty answer');
  const requestId = requestIdOf(answer.headers);
  return new ApiError({
    ...call,
    path: redactor.text(call.path),
    kind: 'protocol',
    // A page of a proxy stays; JSON that breaks off may be whole the next time.
    retry: body.isHtml ? NEVER : BACK_OFF,
    status: answer.status,
    reason: redactor.text(`the answer is ${body.isHtml ? 'HTML' : 'not JSON'}: ${body.message.slice(0, 120)}`),
    ...(requestId !== undefined && { requestId }),
    ...(body.isHtml && { hint: 'a proxy or a web page answers there: check the endpoint' }),
  });
}

/** `x-openstack-request-id`, or what older services call it. */
export function requestIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  return headers['x-openstack-request-id'] ?? headers['x-compute-request-id'] ?? headers['openstack-request-id'];
}

function verdict(answer: Answer, body: ErrorBody): Verdict {
  const { status, headers } = answer;
  const waitMs = retryAfterMs(headers['retry-after'] ?? body.retryAfter, headers.date);
  const asAsked: Retry = waitMs === undefined ? BACK_OFF : { when: 'after', delayMs: waitMs };
  switch (status) {
    case 401:
      return { kind: 'authentication', retry: NEVER };
    case 404:
    case 410:
      return { kind: 'not-found', retry: NEVER };
    case 403:
      return { kind: isQuota(body) ? 'over-quota' : 'forbidden', retry: NEVER };
    case 408:
      return { kind: 'timeout', retry: asAsked };
    case 409:
      return conflict(body, asAsked);
    case 413:
      if (isQuota(body)) {
        return { kind: 'over-quota', retry: NEVER };
      }
      return waitMs === undefined ? { kind: 'invalid', retry: NEVER } : { kind: 'rate-limited', retry: asAsked };
    case 423:
    case 425:
      return { kind: 'busy', retry: asAsked };
    case 429:
      return { kind: 'rate-limited', retry: asAsked };
    case 406:
      return { kind: /version/i.test(body.message) ? 'configuration' : 'invalid', retry: NEVER };
    case 501:
    case 505:
      return { kind: 'unavailable', retry: NEVER, hint: 'this cloud does not offer the call' };
    default:
  }
  if (status >= 500) {
    return { kind: 'unavailable', retry: asAsked };
  }
  // Cinder answers 400 where Nova answers 409.
  if (status === 400 && isPassingState(body)) {
    return { kind: 'busy', retry: asAsked };
  }
  return { kind: 'invalid', retry: NEVER };
}

function conflict(body: ErrorBody, asAsked: Retry): Verdict {
  if (isQuota(body)) {
    return { kind: 'over-quota', retry: NEVER };
  }
  const busy = BUSY_TYPES.has(body.type ?? '') || TRY_AGAIN.test(body.message) || isPassingState(body);
  return busy ? { kind: 'busy', retry: asAsked } : { kind: 'conflict', retry: NEVER };
}

function isQuota(body: ErrorBody): boolean {
  return body.type === 'OverQuota' || QUOTA.test(body.message);
}

function isPassingState(body: ErrorBody): boolean {
  // Glance names the present state first: "status transition from active to saving" will never be allowed.
  const message = body.message.replace(/(status transition from \S+) to \S+/i, '$1');
  return REFUSED_FOR_STATE.test(message) && PASSING_STATE.test(message);
}
