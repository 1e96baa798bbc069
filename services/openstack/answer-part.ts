import { ApiError, notFound } from '../api-error.ts';
import type { RequestOptions, ServiceClient } from './service-client.ts';

/**
 * Reads one object (or a list that is not paged) and takes it out of the `key` that the API wraps it in. An answer
 * without it is a `protocol` error. For `segments` see {@link pathOf}.
 */
export async function getPart<T>(
  client: ServiceClient,
  segments: readonly string[],
  key: string,
  options: RequestOptions = {},
): Promise<T> {
  const path = pathOf(client, segments);
  const answer = await client.get<unknown>(path, options);
  // The caller states the shape that the API reference promises for the key.
  return partOf(client, path, answer, key) as T;
}

/**
 * A path whose segments may be ids and names that people typed: what is in them does not change where the path leads.
 * One that cannot be a segment names nothing that exists: a `not-found` error.
 */
export function pathOf({ cloud, service }: ServiceClient, segments: readonly string[]): string {
  const path = segments.map((segment) => encodeURIComponent(segment)).join('/');
  // `..` stays as it is when it is encoded, and would be taken for a step up.
  const bad = segments.find((segment) => /^\.{0,2}$/.test(segment));
  if (bad !== undefined) {
    throw notFound({ cloud, service, path, reason: bad === '' ? 'the id is empty' : `"${bad}" is no id` });
  }
  return path;
}

/** What an answer has under `key`; a `protocol` error where it has nothing. */
export function partOf({ cloud, service }: ServiceClient, path: string, answer: unknown, key: string): unknown {
  const part: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
  if (part === undefined || part === null) {
    const reason = `the answer has no "${key}"`;
    throw new ApiError({ cloud, service, method: 'GET', path, kind: 'protocol', retry: { when: 'never' }, reason });
  }
  return part;
}
