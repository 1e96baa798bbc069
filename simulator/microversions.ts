import { badRequest, type Call, Refusal } from './http/call.ts';

export interface VersionRange {
  /** Name in `OpenStack-API-Version`: `compute`. */
  readonly service: string;
  /** Older header of its own: Nova's `X-OpenStack-Nova-API-Version`. */
  readonly header?: string;
  readonly major: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Minor number of the version that a request wants (api-sig, "Microversion specification"); the lowest when it says
 * nothing, the highest for `latest`.
 */
export function wantedMinor(headers: Call['headers'], range: VersionRange): number {
  const text = wantedText(headers, range);
  if (text === undefined) return range.min;
  if (text === 'latest') return range.max;
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) {
    throw badRequest(`API Version String ${text} is of invalid format. Must be of format MajorNum.MinorNum.`);
  }
  if (Number(major) !== range.major || Number(minor) < range.min || Number(minor) > range.max) {
    const bounds = `Minimum is ${range.major}.${range.min} and maximum is ${range.major}.${range.max}.`;
    throw new Refusal(406, `Version ${text} is not supported by the API. ${bounds}`);
  }
  return Number(minor);
}

function wantedText(headers: Call['headers'], range: VersionRange): string | undefined {
  const common = headers['openstack-api-version'];
  for (const item of typeof common === 'string' ? common.split(',') : []) {
    const [service, version] = item.trim().split(/\s+/);
    if (service?.toLowerCase() === range.service && version !== undefined) return version;
  }
  const own = range.header === undefined ? undefined : headers[range.header.toLowerCase()];
  return typeof own === 'string' ? own : undefined;
}
