import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../api-error.ts';
import { classifyAnswer, classifyUnreadable } from './classify.ts';
import { callOf, type HttpPool, type HttpRequest, type HttpTextAnswer } from './http.ts';

/** How the session's own reads are repeated when a repetition can help. */
export interface RetrySettings {
  /** Repetitions after the first try. */
  readonly retries: number;
  /** First pause; it doubles each time, with full jitter. */
  readonly backOffMs: number;
  /** A longer pause than this, asked for by the server, is left to the caller. */
  readonly longestPauseMs: number;
}

export const DEFAULT_RETRY_SETTINGS: RetrySettings = { retries: 3, backOffMs: 250, longestPauseMs: 20_000 };

export interface JsonRequest extends Omit<HttpRequest, 'body'> {
  readonly body?: unknown;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the answer has no body. */
  readonly body: unknown;
}

/** JSON over {@link HttpPool}: a status of 400 or more, and an answer that is no JSON, are errors. */
export async function sendJson(pool: HttpPool, request: JsonRequest): Promise<JsonAnswer> {
  const { body, ...rest } = request;
  const answer = await pool.text({
    ...rest,
    headers: body === undefined ? rest.headers : { 'content-type': 'application/json', ...rest.headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (answer.status >= 400) {
    throw classifyAnswer(callOf(rest), answer, pool.redactor);
  }
  return { status: answer.status, headers: answer.headers, body: parse(pool, rest, answer) };
}

/** Repeats `send` while its error says that trying again can help. For calls that may safely run twice. */
export async function repeating<T>(send: () => Promise<T>, settings: RetrySettings, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const pauseMs = attempt < settings.retries ? pauseAfter(error, attempt, settings) : undefined;
      if (pauseMs === undefined) {
        throw error;
      }
      await sleep(pauseMs, undefined, { ...(signal && { signal }) }).catch(() => {
        throw signal?.reason ?? error;
      });
    }
  }
}

function pauseAfter(error: unknown, attempt: number, settings: RetrySettings): number | undefined {
  // After a time-out the next try would take as long: that is for the caller to decide, as is waiting for a state to pass.
  if (!(error instanceof ApiError) || error.kind === 'busy' || error.kind === 'timeout') {
    return undefined;
  }
  const { retry } = error;
  switch (retry.when) {
    case 'never':
      return undefined;
    case 'back-off':
      return Math.random() * settings.backOffMs * 2 ** attempt;
    case 'after':
      return retry.delayMs <= settings.longestPauseMs ? retry.delayMs : undefined;
    default:
      return retry satisfies never;
  }
}

function parse(pool: HttpPool, request: HttpRequest, answer: HttpTextAnswer): unknown {
  if (answer.text.trim() === '') {
    return undefined;
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    throw classifyUnreadable(callOf(request), answer, pool.redactor);
  }
}
