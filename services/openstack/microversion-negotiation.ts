import { ApiError } from '../api-error.ts';
import { compareMicroversions, type Microversion } from './microversion.ts';
import type { MicroversionWish, ServiceType } from './service-client.ts';

/** The microversions that a server speaks. */
export interface MicroversionRange {
  readonly min: Microversion;
  readonly max: Microversion;
}

/** What {@link MicroversionWish} comes to on this server; undefined for the base version, which needs no header. */
export function negotiate(
  cloud: string,
  service: ServiceType,
  range: MicroversionRange | undefined,
  wish: MicroversionWish | undefined,
): Microversion | undefined {
  const { atLeast, upTo } = wish ?? {};
  if (atLeast !== undefined && (range === undefined || compareMicroversions(range.max, atLeast) < 0)) {
    const has = range === undefined ? 'none' : range.max;
    throw problem(cloud, service, `needs at least microversion ${atLeast}, the server has ${has}`);
  }
  const ceiling = upTo ?? atLeast;
  if (range === undefined || ceiling === undefined) {
    return undefined;
  }
  if (compareMicroversions(ceiling, range.min) < 0) {
    throw problem(cloud, service, `knows up to microversion ${ceiling}, the server begins at ${range.min}`);
  }
  return compareMicroversions(range.max, ceiling) < 0 ? range.max : ceiling;
}

/** The headers that ask for a microversion: api-sig's, and Nova's own for servers before 2.27. */
export function microversionHeaders(service: ServiceType, version: Microversion | undefined): Record<string, string> {
  if (version === undefined) {
    return {};
  }
  // Cinder calls itself "volume" here, whatever its catalogue entry says.
  const name = service === 'block-storage' ? 'volume' : service;
  return {
    'openstack-api-version': `${name} ${version}`,
    ...(service === 'compute' && { 'x-openstack-nova-api-version': version }),
  };
}

function problem(cloud: string, service: ServiceType, reason: string): ApiError {
  return new ApiError({
    cloud,
    service,
    method: '',
    path: '',
    kind: 'configuration',
    retry: { when: 'never' },
    reason,
  });
}
