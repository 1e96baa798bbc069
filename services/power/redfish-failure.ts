import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { ApiError, type ApiErrorDetails } from '../api-error.ts';

type Verdict = Pick<ApiErrorDetails, 'kind' | 'retry' | 'hint'>;

const NEVER = { when: 'never' } as const;
const BACK_OFF = { when: 'back-off' } as const;
const LONGEST_REASON = 600;

/** DSP0266 section 8.6: the messages of an error answer. */
const errorSchema = z.looseObject({
  error: z.looseObject({
    message: z.string().nullish(),
    '@Message.ExtendedInfo': z
      .array(z.looseObject({ MessageId: z.string().nullish(), Message: z.string().nullish() }))
      .nullish(),
  }),
});

export interface RedfishRefusal {
  /** As `Base.1.8.InsufficientPrivilege`. */
  readonly messageIds: readonly string[];
  readonly reason: string;
}

export function readRefusal(status: number, text: string): RedfishRefusal {
  const { success, data } = errorSchema.safeParse(parsed(text));
  if (!success) return { messageIds: [], reason: oneLine(text.replace(/<[^>]*>/g, ' ')) || statusText(status) };
  const messages = data.error['@Message.ExtendedInfo'] ?? [];
  const words = messages.flatMap(({ Message: message }) => (message ? [message] : []));
  const reason = oneLine(words.join(' ') || (data.error.message ?? '')) || statusText(status);
  return { messageIds: messages.flatMap(({ MessageId: id }) => (id ? [id] : [])), reason };
}

/** The error for an answer with a status of 400 or more. */
export function redfishFailure(
  call: Pick<ApiErrorDetails, 'cloud' | 'service' | 'method' | 'path'>,
  status: number,
  { messageIds, reason }: RedfishRefusal,
): ApiError {
  return new ApiError({ ...call, ...verdict(status, messageIds.join(' ')), status, reason });
}

function verdict(status: number, ids: string): Verdict {
  if (status === 401 || /UnauthorizedLogin|AuthenticationFail/i.test(ids))
    return { kind: 'authentication', retry: NEVER, hint: 'check bmc.username and bmc.password' };
  if (/SessionLimitExceeded/i.test(ids)) return { kind: 'busy', retry: BACK_OFF };
  switch (status) {
    case 403:
      return { kind: 'forbidden', retry: NEVER, hint: 'give the user more privilege in the controller' };
    case 404:
    case 410:
      return { kind: 'not-found', retry: NEVER, hint: 'check bmc.address' };
    // A power change or an update is under way; or somebody else writes.
    case 409:
    case 412:
    case 428:
      return { kind: 'busy', retry: BACK_OFF };
    case 429:
      return { kind: 'rate-limited', retry: BACK_OFF };
    default:
      return status >= 500 ? { kind: 'unavailable', retry: BACK_OFF } : { kind: 'invalid', retry: NEVER };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_REASON);
}

function statusText(status: number): string {
  return STATUS_CODES[status] ?? 'no reason given';
}
