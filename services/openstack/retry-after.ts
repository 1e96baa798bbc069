/**
 * How long the server asks us to wait (RFC 9110 10.2.3): seconds or an HTTP date. A date counts against the server's own
 * `Date` header where there is one, so that a clock that is off does not matter.
 */
export function retryAfterMs(value: string | undefined, serverDate: string | undefined): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) {
    return Math.round(Number(value) * 1000);
  }
  const until = Date.parse(value);
  if (Number.isNaN(until)) {
    return undefined;
  }
  const now = Date.parse(serverDate ?? '');
  return Math.max(0, until - (Number.isNaN(now) ? Date.now() : now));
}
