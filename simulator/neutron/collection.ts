import { badRequest, type Call, ok, Refusal } from '../http/call.ts';
import { isObject, type Json } from '../http/json.ts';

/** What every list of Neutron can do: filter by any attribute, choose fields, sort, page by marker. */
export interface Listing<T> {
  readonly plural: string;
  readonly rows: readonly T[];
  readonly view: (row: T) => Json;
  /** Attributes that may be filtered by. */
  readonly filters: ReadonlySet<string>;
  readonly unknownMarker: (id: string) => Error;
  /** False for the few collections that the real one gives whole, whatever `limit` says. */
  readonly paged?: boolean;
}

const RESERVED = new Set(['limit', 'marker', 'page_reverse', 'fields', 'sort_key', 'sort_dir']);
const TAG_FILTERS = new Set(['tags', 'tags-any', 'not-tags', 'not-tags-any']);

export function listAnswer<T extends { readonly id: string }>(call: Call, listing: Listing<T>) {
  const { query } = call;
  const keys = [...new Set(query.keys())].filter((key) => !RESERVED.has(key));
  const unknown = keys.filter((key) => !listing.filters.has(key) && !TAG_FILTERS.has(key));
  if (unknown.length > 0 && call.cloud.settings.release !== 'pike') {
    const names = unknown.map((key) => `'${key}'`).join(', ');
    throw badRequest(`[${names}] is invalid attribute for filtering`);
  }
  // Python 2's Neutron breaks on a filter with letters beyond ASCII.
  if (
    call.cloud.settings.release === 'pike' &&
    keys.some((key) => query.getAll(key).some((text) => /[^ -~]/.test(text)))
  ) {
    throw new Refusal(
      500,
      'Request Failed: internal server error while processing your request.',
      'HTTPInternalServerError',
    );
  }
  const fields = query.getAll('fields').filter((field) => field !== '');
  const shown = (view: Json): Json =>
    fields.length === 0 ? view : Object.fromEntries(Object.entries(view).filter(([key]) => fields.includes(key)));
  const sortKeys = query.getAll('sort_key');
  const sortDirs = query.getAll('sort_dir');
  if (sortKeys.length !== sortDirs.length) throw badRequest('The number of sort_keys and sort_dirs must be same');
  const unsortable = sortKeys.filter((key) => !listing.filters.has(key));
  if (unsortable.length > 0) {
    throw badRequest(`[${unsortable.map((key) => `'${key}'`).join(', ')}] is invalid attribute for sort_keys`);
  }
  const odd = sortDirs.filter((direction) => direction !== 'asc' && direction !== 'desc');
  if (odd.length > 0) {
    throw badRequest(
      `[${odd.map((direction) => `'${direction}'`).join(', ')}] is invalid value for sort_dirs, valid value is 'asc' and 'desc'`,
    );
  }
  // Without filters and sorting only the rows of the page are rendered: lists of 20,000 ports are read page by page.
  const plain = keys.length === 0 && sortKeys.length === 0;
  const rendered = plain
    ? listing.rows.map((row) => ({ id: row.id, row }))
    : narrowed(listing.rows, query).flatMap((row) => {
        const view = listing.view(row);
        return keys.every((key) => matches(view, key, query.getAll(key))) ? [{ id: row.id, row, view }] : [];
      });
  if (sortKeys.length > 0) sort(rendered, sortKeys, sortDirs);
  const { page, links } = listing.paged === false ? { page: rendered, links: [] } : cut(call, listing, rendered);
  const body: Json = {
    [listing.plural]: page.map((item) =>
      shown('view' in item && isObject(item.view) ? item.view : listing.view(item.row)),
    ),
  };
  if (links.length > 0) body[`${listing.plural}_links`] = links;
  return ok(body);
}

/** Ports of many servers are asked for at once: rows of other devices are not even rendered. */
function narrowed<T extends { readonly id: string }>(rows: readonly T[], query: URLSearchParams): readonly T[] {
  let left = rows;
  for (const key of ['device_id', 'port_id', 'network_id', 'id']) {
    if (!query.has(key)) continue;
    const wanted = new Set(query.getAll(key));
    left = left.filter((row) => {
      const value = (row as Readonly<Record<string, unknown>>)[key];
      return typeof value !== 'string' || wanted.has(value);
    });
  }
  return left;
}

function cut<T extends { readonly id: string }, I extends { readonly id: string; readonly row: T }>(
  call: Call,
  listing: Listing<T>,
  items: readonly I[],
): { page: readonly I[]; links: object[] } {
  const { query } = call;
  const limitText = query.get('limit');
  if (limitText !== null && !/^\d+$/.test(limitText)) {
    const words = `Limit must be an integer 0 or greater and not '${limitText}'.`;
    throw badRequest(`Bad limit request: ${words}`, 'BadRequest');
  }
  const limit = limitText === null ? 0 : Math.min(Number(limitText), call.cloud.settings.maxLimit);
  const marker = query.get('marker');
  const reverse = /^true$/i.test(query.get('page_reverse') ?? '');
  let rows = items;
  if (marker !== null && marker !== '') {
    const at = items.findIndex((item) => item.id === marker);
    if (at < 0) throw listing.unknownMarker(marker);
    rows = reverse ? items.slice(0, at) : items.slice(at + 1);
  }
  if (limit === 0) return { page: rows, links: [] };
  const page = reverse ? rows.slice(-limit) : rows.slice(0, limit);
  const full = page.length === limit;
  const links: object[] = [];
  if (full || reverse) links.push({ rel: 'next', href: href(call, page.at(-1)?.id, false) });
  if (full || !reverse) links.push({ rel: 'previous', href: href(call, page[0]?.id, true) });
  return { page, links };
}

function href(call: Call, marker: string | undefined, reverse: boolean): string {
  const query = new URLSearchParams(call.query);
  query.delete('marker');
  query.delete('page_reverse');
  if (marker !== undefined) query.append('marker', marker);
  if (reverse) query.append('page_reverse', 'True');
  const path = (call.url.split('?')[0] ?? '').replace(/^\/networking/, '');
  return `${call.base}${path}?${query.toString()}`;
}

/** One key given several times means any of the values. */
function matches(view: Json, key: string, wanted: readonly string[]): boolean {
  const tags = Array.isArray(view.tags) ? view.tags : [];
  const named = wanted.flatMap((text) => text.split(','));
  if (key === 'tags') return named.every((tag) => tags.includes(tag));
  if (key === 'tags-any') return named.some((tag) => tags.includes(tag));
  if (key === 'not-tags') return !named.every((tag) => tags.includes(tag));
  if (key === 'not-tags-any') return !named.some((tag) => tags.includes(tag));
  const value = key === 'tenant_id' ? view.project_id : view[key];
  if (key === 'fixed_ips') return wanted.some((text) => fixedIpMatches(value, text));
  return wanted.some((text) => {
    if (Array.isArray(value)) return value.includes(text);
    if (typeof value === 'boolean') return String(value) === text.toLowerCase() || text === (value ? '1' : '0');
    return String(value ?? '') === text;
  });
}

/** `fixed_ips=ip_address=10.0.0.5` and `fixed_ips=subnet_id=…`. */
function fixedIpMatches(value: unknown, text: string): boolean {
  const [field = '', wanted = ''] = text.split('=', 2);
  return Array.isArray(value) && value.some((item) => isObject(item) && item[field] === wanted);
}

function sort(items: { readonly view?: Json; readonly id: string }[], keys: string[], dirs: string[]): void {
  items.sort((a, b) => {
    for (const [i, key] of keys.entries()) {
      const left = String(a.view?.[key] ?? '');
      const right = String(b.view?.[key] ?? '');
      if (left !== right) return (left < right ? -1 : 1) * (dirs[i] === 'desc' ? -1 : 1);
    }
    return a.id < b.id ? -1 : 1;
  });
}
