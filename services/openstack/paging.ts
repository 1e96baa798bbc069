import { ApiError, isApiError } from '../api-error.ts';
import type { Call } from './classify.ts';
import type { ListOptions, Query } from './service-client.ts';

const DEFAULT_PAGE_SIZE = 500;

/** One page as it was fetched. */
interface Page {
  readonly items: readonly unknown[];
  /** Query of the next page, as the server's link says. */
  readonly next: URLSearchParams | undefined;
}

/** Fetches `path` with a query and gives the answer's JSON. */
export type FetchPage = (query: Query | URLSearchParams) => Promise<unknown>;

/**
 * Pages of a collection, each fetched when the reader asks for it. Of a server's link only the query is taken: the
 * path is ours, so that a link that names another host, scheme or path (proxies, old bugs) leads nowhere else.
 */
export async function* readPages(
  call: Call,
  options: ListOptions,
  fetchPage: FetchPage,
): AsyncGenerator<readonly unknown[]> {
  const { collection, paging = 'links', after, markerField = 'id' } = options;
  const pageSize = options.pageSize ?? DEFAULT_PAGE_SIZE;
  if (paging === 'none') {
    yield readPage(call, collection, await fetchPage(options.query ?? {})).items;
    return;
  }
  const seen = new Set<string>();
  let query: Query | URLSearchParams = {
    ...options.query,
    limit: pageSize,
    ...(after !== undefined && { marker: after }),
  };
  let previous: readonly unknown[] = [];
  for (;;) {
    const asked = query;
    const answer = await fetchPage(asked).catch((error: unknown) => {
      throw seen.size > 0 && isAboutMarker(error, asked) ? listChanged(error) : error;
    });
    const page = readPage(call, collection, answer);
    if (paging === 'marker' && ignoresMarker(previous, page.items, pageSize, markerField)) {
      return;
    }
    if (page.items.length > 0 || seen.size === 0) {
      yield page.items;
    }
    const marker = paging === 'marker' ? nextMarker(call, page.items, pageSize, markerField) : undefined;
    const next: Query | URLSearchParams | undefined =
      page.next ?? (marker === undefined ? undefined : { ...options.query, limit: pageSize, marker });
    if (next === undefined) {
      return;
    }
    const key = next instanceof URLSearchParams ? next.toString() : `marker=${marker}`;
    if (seen.has(key)) {
      throw broken(
        call,
        `the pages of ${collection} go round in a circle (${next instanceof URLSearchParams ? (next.get('marker') ?? key) : marker} came twice)`,
      );
    }
    seen.add(key);
    query = next;
    previous = page.items;
  }
}

function readPage(call: Call, collection: string, body: unknown): Page {
  const answer = asObject(body);
  const items = answer?.[collection];
  if (!Array.isArray(items)) {
    throw broken(call, `the answer has no list "${collection}"`);
  }
  const href = nextLink(answer ?? {}, collection);
  if (href === undefined) {
    return { items, next: undefined };
  }
  if (!URL.canParse(href, 'http://host')) {
    throw broken(call, `the link to the next page of ${collection} is no address`);
  }
  return { items, next: new URL(href, 'http://host').searchParams };
}

/** Nova, Neutron, Cinder: `servers_links`; Keystone v3: `links.next`; Glance: `next`. */
function nextLink(answer: Record<string, unknown>, collection: string): string | undefined {
  const list = answer[`${collection}_links`];
  const entry = Array.isArray(list) ? list.map(asObject).find((link) => link?.rel === 'next') : undefined;
  return text(entry?.href) ?? text(asObject(answer.links)?.next) ?? text(answer.next);
}

/** A server without links goes on until an empty page; one that gave more than it was asked for has given all. */
function nextMarker(call: Call, items: readonly unknown[], pageSize: number, field: string): string | undefined {
  const last = items.at(-1);
  if (last === undefined || items.length > pageSize) {
    return undefined;
  }
  const marker = markerOf(last, field);
  if (marker === undefined) {
    throw broken(call, `an item has no "${field}" to continue after`);
  }
  return marker;
}

/** The same short page again: the server knows no markers, and the first page was all there is. */
function ignoresMarker(
  previous: readonly unknown[],
  items: readonly unknown[],
  pageSize: number,
  field: string,
): boolean {
  const first = markerOf(previous[0], field);
  return first !== undefined && previous.length < pageSize && first === markerOf(items[0], field);
}

function markerOf(item: unknown, field: string): string | undefined {
  const value = asObject(item)?.[field];
  return typeof value === 'number' ? String(value) : text(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** The item that the page begins after is gone: Neutron says 404, Nova and Glance 400, Cinder either. */
function isAboutMarker(error: unknown, query: Query | URLSearchParams): error is ApiError {
  if (!isApiError(error)) {
    return false;
  }
  const { status, reason } = error.details;
  const marker = query instanceof URLSearchParams ? query.get('marker') : text(query.marker);
  // Glance does not say "marker": "No image found with ID …".
  const speaksOfIt = /marker/i.test(reason) || (!!marker && reason.includes(marker));
  return status === 404 || (status === 400 && speaksOfIt);
}

/** Read from its beginning again, the list is whole. */
function listChanged(error: ApiError): ApiError {
  return new ApiError(
    {
      ...error.details,
      kind: 'busy',
      retry: { when: 'back-off' },
      reason: `the list changed while it was read: ${error.details.reason}`,
    },
    { cause: error },
  );
}

function broken(call: Call, reason: string): ApiError {
  return new ApiError({ ...call, kind: 'protocol', retry: { when: 'never' }, reason });
}
