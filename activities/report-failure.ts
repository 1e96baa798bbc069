import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { AmbiguousName, UnknownName } from '../resources/find.ts';
import { HostTaken } from '../resources/hosts/host-facts.ts';
import { InTheWay, NotMade, NotOurs } from '../resources/moving/make.ts';
import { NotInTarget } from '../resources/moving/translation.ts';
import { ApiError } from '../services/openstack/index.ts';

/** What trying again can't change. The failure's type is the error's name. */
const FINAL = [UnknownName, AmbiguousName, HostTaken, NotInTarget, InTheWay, NotMade, NotOurs];

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
  if (error instanceof TemporalFailure) return error;
  if (FINAL.some((type) => error instanceof type)) {
    const { message, name } = error as Error;
    return ApplicationFailure.nonRetryable(message, name);
  }
  if (!(error instanceof ApiError)) return unexpected(error);
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

/** A fault of ours, or an answer that no API reference knows: trying for ever would only hide it. */
function unexpected(error: unknown): ApplicationFailure {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const failure = ApplicationFailure.nonRetryable(`unexpected error, please report it: ${message}`, 'unexpected');
  if (error instanceof Error && error.stack !== undefined) failure.stack = error.stack;
  return failure;
}
