import type { Cloud } from '../cloud.ts';
import { type Call, Refusal } from '../http/call.ts';
import { type Dialect, middlewareUnauthorized, webobPage } from '../http/service.ts';
import { type VersionRange, wantedMinor } from '../microversions.ts';

const ERRORS: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

export function computeVersions(cloud: Cloud): VersionRange {
  const highest = cloud.settings.computeMaxVersion ?? (cloud.settings.release === 'pike' ? '2.53' : '2.93');
  const header = 'X-OpenStack-Nova-API-Version';
  return { service: 'compute', header, major: 2, min: 1, max: Number(highest.split('.')[1]) };
}

export const novaDialect: Dialect = {
  service: 'compute',
  prefix: '/compute',
  // /v2 does not know microversions: their headers are not even looked at.
  negotiate(call) {
    if (call.url.startsWith('/compute/v2/') || call.url === '/compute/v2') return 1;
    return wantedMinor(call.headers, computeVersions(call.cloud));
  },
  headers(call, routed) {
    // The list of versions stands outside of what numbers requests.
    if (/^\/compute\/?$/.test(call.url)) return {};
    const versioned = call.url.startsWith('/compute/v2.1') && routed;
    const minor = Math.max(1, call.minor);
    return {
      ...(versioned
        ? {
            'Openstack-Api-Version': `compute 2.${minor}`,
            'X-Openstack-Nova-Api-Version': `2.${minor}`,
            Vary: ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'],
          }
        : {}),
      'X-Openstack-Request-Id': call.requestId,
      'X-Compute-Request-Id': call.requestId,
    };
  },
  refuse(refusal, call) {
    if (refusal.status === 401) return middlewareUnauthorized(call);
    const key = ERRORS[refusal.status] ?? 'computeFault';
    const headers = { 'Content-Type': 'application/json; charset=UTF-8' };
    return {
      status: refusal.status,
      headers,
      body: { [key]: { code: refusal.status, message: refusal.message, ...refusal.extra } },
    };
  },
  unknown: (call) => webobPage(404, 'The resource could not be found.', call.headers.accept),
};

/** Nova's own words for a rule that says no. */
export function requireAdmin(call: Call, rule: string): void {
  if (!call.caller.isAdmin) throw denied(rule);
}

export function denied(rule: string): Refusal {
  return new Refusal(403, `Policy doesn't allow os_compute_api:${rule} to be performed.`);
}

/** A version of an API that begins or ends with a microversion: outside of it there is no such path. */
export function requireMinor(call: Call, from: number, below = Number.POSITIVE_INFINITY): void {
  if (call.minor < from || call.minor >= below) throw new Refusal(404, 'The resource could not be found.');
}

/** What later releases dropped with nova-network and cells: 410 there. */
export function refuseRemoved(call: Call): void {
  if (call.cloud.settings.release === 'pike') return;
  throw new Refusal(410, 'This resource is no longer available. No forwarding address is given.');
}

export function bookmark(call: Call, path: string): { rel: string; href: string } {
  return { rel: 'bookmark', href: `${call.base}/${path}` };
}

export function links(call: Call, path: string): object[] {
  return [{ rel: 'self', href: `${call.base}${versionPath(call)}/${path}` }, bookmark(call, path)];
}

/** `/v2.1`, or `/v2.1/PROJECT` when the caller put the project in. */
function versionPath(call: Call): string {
  return /^\/compute(\/v2(?:\.1)?(?:\/[0-9a-f]{32})?)(?=\/|\?|$)/.exec(call.url)?.[1] ?? '/v2.1';
}
