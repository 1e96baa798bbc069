import { badRequest, type Call } from './http/call.ts';

export interface Page<T> {
  readonly rows: readonly T[];
  /** Marker of the next page; none on the last. */
  readonly next?: string;
}

/**
 * A page as Nova, Glance and Cinder cut it: `limit` (never more than the server's own) rows after the row `marker`.
 * There is a next page whenever this one is full, even if nothing follows: the real services do not look ahead.
 */
export function pageOf<T>(
  call: Call,
  rows: readonly T[],
  idOf: (row: T) => string,
  words: { readonly unknownMarker: (marker: string) => Error },
): Page<T> {
  const limit = limitOf(call);
  const marker = call.query.get('marker');
  let start = 0;
  if (marker !== null) {
    start = rows.findIndex((row) => idOf(row) === marker) + 1;
    if (start === 0) throw words.unknownMarker(marker);
  }
  const page = rows.slice(start, start + limit);
  const last = page.at(-1);
  const full = page.length === limit && last !== undefined;
  // Without a limit of the caller's own a link comes only when the server's limit cut the list.
  const linked = full && (call.query.has('limit') || start + page.length < rows.length);
  return linked ? { rows: page, next: idOf(last) } : { rows: page };
}

function limitOf(call: Call): number {
  const { maxLimit } = call.cloud.settings;
  const text = call.query.get('limit');
  if (text === null || text === '') return maxLimit;
  if (!/^\d+$/.test(text)) {
    if (!call.url.startsWith('/compute')) throw badRequest('limit param must be an integer');
    const pattern = `Invalid input for query parameters limit. Value: ${text}. '${text}' does not match '^[0-9]*$'`;
    throw badRequest(pattern);
  }
  const limit = Number(text);
  return limit === 0 ? maxLimit : Math.min(limit, maxLimit);
}

/** The request's own address with another marker, as `…_links` of Nova and Cinder have it. */
export function nextHref(call: Call, marker: string, prefix: string): string {
  const query = new URLSearchParams(call.query);
  query.delete('marker');
  query.append('marker', marker);
  const path = (call.url.split('?')[0] ?? '').slice(prefix.length);
  return `${call.base}${path}?${query.toString()}`;
}
