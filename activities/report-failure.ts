import { CancelledFailure } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { AmbiguousName, UnknownName } from '../resources/find.ts';
import { ApiError } from '../services/openstack/index.ts';

type Activity = (...args: never[]) => Promise<unknown>;

/**
 * Activities whose errors tell Temporal whether trying again can help, as `ApiError` has classified them: workflows need
 * no knowledge of HTTP. The failure's type is the error's kind (`over-quota`, `busy` …), its message the whole sentence.
 */
export function reportingFailures<A extends Record<string, Activity>>(activities: A): A {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: never[]) => {
      try {
        return await activity(...args);
      } catch (error) {
        throw asFailure(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as A;
}

function asFailure(error: unknown): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof UnknownName || error instanceof AmbiguousName)
    return ApplicationFailure.nonRetryable(error.message, error.name);
  if (!(error instanceof ApiError)) return error;
  const { kind, retry, message } = error;
  switch (retry.when) {
    case 'never':
      return ApplicationFailure.nonRetryable(message, kind);
    case 'back-off':
      return ApplicationFailure.retryable(message, kind);
    case 'after':
      return ApplicationFailure.create({ message, type: kind, nextRetryDelay: retry.delayMs });
  }
}
