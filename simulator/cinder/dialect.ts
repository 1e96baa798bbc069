import type { Cloud } from '../cloud.ts';
import { type Call, Refusal } from '../http/call.ts';
import { type Dialect, middlewareUnauthorized, webobPage } from '../http/service.ts';
import { type VersionRange, wantedMinor } from '../microversions.ts';

const ERRORS: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
  413: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

export function volumeVersions(cloud: Cloud): VersionRange {
  return { service: 'volume', major: 3, min: 0, max: cloud.settings.release === 'pike' ? 44 : 70 };
}

export const cinderDialect: Dialect = {
  service: 'volume',
  prefix: '/volume',
  negotiate: (call) => wantedMinor(call.headers, volumeVersions(call.cloud)),
  headers: (call, routed) => ({
    'X-Openstack-Request-Id': call.requestId,
    ...(routed ? versionHeaders(call) : {}),
  }),
  refuse(refusal, call) {
    if (refusal.status === 401) return middlewareUnauthorized(call);
    const key = ERRORS[refusal.status] ?? 'computeFault';
    // "Retry after 0 seconds" is what Cinder says to a request over quota.
    const retry = refusal.status === 413 ? { retryAfter: '0' } : {};
    return {
      status: refusal.status,
      ...(refusal.status === 413 ? { headers: { 'Retry-After': '0' } } : {}),
      body: { [key]: { code: refusal.status, message: refusal.message, ...retry } },
    };
  },
  unknown: (call) => webobPage(404, 'The resource could not be found.', call.headers.accept),
};

function versionHeaders(call: Call): Record<string, string> {
  return {
    'X-Compute-Request-Id': call.requestId,
    'Openstack-Api-Version': `volume 3.${call.minor}`,
    Vary: 'OpenStack-API-Version',
  };
}

export function requireAdmin(call: Call, rule: string): void {
  if (!call.caller.isAdmin) throw denied(rule);
}

export function denied(rule: string): Refusal {
  return new Refusal(403, `Policy doesn't allow ${rule} to be performed.`);
}

export function links(call: Call, path: string): object[] {
  const version = /^\/volume(\/v3(?:\/[0-9a-f]{32})?)(?=\/|\?|$)/.exec(call.url)?.[1] ?? '/v3';
  return [
    { rel: 'self', href: `${call.base}${version}/${path}` },
    { rel: 'bookmark', href: `${call.base}${version.replace(/^\/v3/, '')}/${path}` },
  ];
}
