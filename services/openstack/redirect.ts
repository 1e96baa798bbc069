import { isRedirect, type Response } from 'node-fetch';
import { ApiError } from '../api-error.ts';
import type { Call } from './classify.ts';

const MOST_HOPS = 5;

/**
 * Where a redirect leads, undefined for any other answer. Only reads follow, and only within the origin: the token goes
 * nowhere else. 300 is no redirect: services answer it with their versions.
 */
export function nextHop(call: Call, from: URL, response: Response, hop: number): URL | undefined {
  const location = response.headers.get('location');
  if (!isRedirect(response.status) || location === null) {
    return undefined;
  }
  const refused = (reason: string, hint: string) =>
    new ApiError({ ...call, kind: 'configuration', retry: { when: 'never' }, status: response.status, reason, hint });
  if (!URL.canParse(location, from.href)) {
    throw refused('the server redirects to no valid address', 'check the endpoint');
  }
  const target = new URL(location, from);
  if (target.origin !== from.origin) {
    throw refused(`the server redirects to ${target.origin}`, 'configure that address if it is right');
  }
  if (call.method !== 'GET' && call.method !== 'HEAD') {
    throw refused(`the server redirects to ${target.pathname}, and only reads are redirected`, 'check the endpoint');
  }
  if (hop >= MOST_HOPS) {
    throw refused('the server redirects in circles', 'check the endpoint');
  }
  return target;
}
