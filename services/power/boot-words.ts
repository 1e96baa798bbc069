import { ApiError, type ApiErrorDetails } from '../api-error.ts';
import type { BootOverride, BootSetting } from './power-driver.ts';

/** As `pxe once uefi`. */
export function bootWords({ source, persistence, firmware }: BootOverride): string {
  const words = source === 'none' ? [source] : [source, persistence];
  return [...words, ...(firmware === undefined ? [] : [firmware])].join(' ');
}

/** Alike but for how long it lasts. */
export function isSameStart(seen: BootOverride, wanted: BootSetting): boolean {
  const isFirmware = wanted.firmware === undefined || seen.firmware === undefined || seen.firmware === wanted.firmware;
  return seen.source === wanted.source && isFirmware;
}

export function isSameOverride(seen: BootOverride, wanted: BootSetting): boolean {
  return isSameStart(seen, wanted) && (wanted.source === 'none' || seen.persistence === wanted.persistence);
}

/** The error for a controller that has accepted a setting and keeps another one. */
export function notTaken(
  call: Pick<ApiErrorDetails, 'cloud' | 'service' | 'method' | 'path'>,
  wanted: BootSetting,
  seen: BootOverride,
): ApiError {
  const reason = `the controller has accepted ${bootWords(wanted)} and keeps ${bootWords(seen)}`;
  const hint = 'set it in its own user interface, or use another driver';
  return new ApiError({ ...call, kind: 'protocol', retry: { when: 'back-off' }, reason, hint });
}
