import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../services/api-error.ts';
import { readPages } from '../../../services/openstack/paging.ts';
import type { ListOptions } from '../../../services/openstack/service-client.ts';

const call = { cloud: 'old', service: 'compute', method: 'GET', path: '/servers/detail' };
const items = (...ids: string[]) => ids.map((id) => ({ id }));

/** A server that answers by marker; remembers the queries it was asked. */
function pager(pages: Record<string, object>) {
  const asked: string[] = [];
  const fetchPage = async (query: object) => {
    const params =
      query instanceof URLSearchParams
        ? query
        : new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]));
    asked.push(params.toString());
    return pages[params.get('marker') ?? ''] ?? { servers: [] };
  };
  return { asked, fetchPage };
}

async function all(pages: Record<string, object>, options: Partial<ListOptions> = {}) {
  const { asked, fetchPage } = pager(pages);
  const read: string[][] = [];
  for await (const page of readPages(call, { collection: 'servers', pageSize: 2, ...options }, fetchPage)) {
    read.push(page.map((item) => (item as { id: string }).id));
  }
  return { read, asked };
}

const link = (marker: string, base = 'http://api/servers/detail') => [
  { rel: 'next', href: `${base}?limit=2&all_tenants=1&marker=${marker}` },
];

describe('pages that are linked', () => {
  it("follow Nova's, Neutron's and Cinder's links", async () => {
    const { read, asked } = await all(
      { '': { servers: items('a', 'b'), servers_links: link('b') }, b: { servers: items('c'), servers_links: [] } },
      { query: { all_tenants: 1 } },
    );
    expect(read).toEqual([['a', 'b'], ['c']]);
    expect(asked).toEqual(['all_tenants=1&limit=2', 'limit=2&all_tenants=1&marker=b']);
  });

  it.each([
    ['Glance', { next: '/v2/images?limit=2&marker=b' }],
    ['Keystone v3', { links: { next: 'http://api/v3/projects?limit=2&marker=b', self: 'x', previous: null } }],
    ['Neutron', { servers_links: [{ rel: 'previous', href: 'x' }, ...link('b')] }],
  ])("follow %s's way of linking", async (_service, next) => {
    const { read } = await all({ '': { servers: items('a', 'b'), ...next }, b: { servers: items('c') } });
    expect(read).toEqual([['a', 'b'], ['c']]);
  });

  it('take only the query of a link, whatever host, scheme or path it names', async () => {
    const { read } = await all({
      '': { servers: items('a', 'b'), servers_links: link('b', 'http://evil.example/other') },
      b: { servers: items('c') },
    });
    expect(read).toEqual([['a', 'b'], ['c']]);
  });

  it('go on after a short page that has a link, and after an empty one', async () => {
    const { read } = await all({
      '': { servers: items('a'), servers_links: link('a') },
      a: { servers: [], servers_links: link('x') },
      x: { servers: items('b') },
    });
    expect(read).toEqual([['a'], ['b']]);
  });

  it('end at a page without a link, also when the server ignored the limit', async () => {
    const { read, asked } = await all({ '': { servers: items('a', 'b', 'c', 'd') } });
    expect(read).toEqual([['a', 'b', 'c', 'd']]);
    expect(asked).toHaveLength(1);
  });

  it('that go round in a circle are an error', async () => {
    const pages = {
      '': { servers: items('a', 'b'), servers_links: link('b') },
      b: { servers: items('c', 'd'), servers_links: link('d') },
      d: { servers: items('a', 'b'), servers_links: link('b') },
    };
    await expect(all(pages)).rejects.toMatchObject({ kind: 'protocol', retry: { when: 'never' } });
  });

  it('are fetched only when they are asked for', async () => {
    const { asked, fetchPage } = pager({ '': { servers: items('a', 'b'), servers_links: link('b') } });
    for await (const page of readPages(call, { collection: 'servers' }, fetchPage)) {
      expect(page).toHaveLength(2);
      break;
    }
    expect(asked).toHaveLength(1);
  });

  it('begin after a marker', async () => {
    const { asked } = await all({ b: { servers: items('c') } }, { after: 'b' });
    expect(asked).toEqual(['limit=2&marker=b']);
  });

  it('of an empty collection are one empty page', async () => {
    expect((await all({ '': { servers: [] } })).read).toEqual([[]]);
  });
});

describe('pages by marker', () => {
  it('go on until an empty page, because the server may give fewer than asked', async () => {
    const { read, asked } = await all(
      { '': { servers: items('a', 'b') }, b: { servers: items('c') }, c: { servers: items('d') } },
      { paging: 'marker', query: { all: 1 } },
    );
    expect(read).toEqual([['a', 'b'], ['c'], ['d']]);
    expect(asked).toEqual([
      'all=1&limit=2',
      'all=1&limit=2&marker=b',
      'all=1&limit=2&marker=c',
      'all=1&limit=2&marker=d',
    ]);
  });

  it('use the field that the API continues after', async () => {
    const pages = { '': { servers: [{ id: 'x', name: 'web' }] }, web: { servers: [] } };
    expect((await all(pages, { paging: 'marker', markerField: 'name' })).asked).toEqual([
      'limit=2',
      'limit=2&marker=web',
    ]);
  });

  it('end when the server ignores limit or marker', async () => {
    const tooMany = { servers: items('a', 'b', 'c') };
    expect((await all({ '': tooMany }, { paging: 'marker' })).read).toEqual([['a', 'b', 'c']]);
    const short = { servers: items('a') };
    expect((await all({ '': short, a: short }, { paging: 'marker' })).read).toEqual([['a']]);
  });

  it('that come again and again are an error', async () => {
    const same = { servers: items('a', 'b') };
    await expect(all({ '': same, b: same }, { paging: 'marker' })).rejects.toMatchObject({
      kind: 'protocol',
      details: { reason: 'the pages of servers go round in a circle (b came twice)' },
    });
  });

  it('need items with the field to continue after', async () => {
    await expect(all({ '': { servers: [{ name: 'x' }] } }, { paging: 'marker' })).rejects.toMatchObject({
      kind: 'protocol',
    });
  });
});

describe('a page after the first', () => {
  const refusal = (status: number, reason: string) =>
    new ApiError({
      ...call,
      kind: status === 404 ? 'not-found' : 'invalid',
      retry: { when: 'never' },
      status,
      reason,
    });

  /** Two pages, the second or both of which are refused. */
  async function readRefused(refused: ApiError, which: 'first' | 'second' = 'second') {
    const fetchPage = async (query: object) => {
      if (which === 'first' || query instanceof URLSearchParams) throw refused;
      return { servers: items('a', 'b'), servers_links: link('b') };
    };
    for await (const _page of readPages(call, { collection: 'servers', pageSize: 2 }, fetchPage));
  }

  it.each([
    ['Neutron', 404, 'Network b could not be found.'],
    ['Nova', 400, 'marker [b] not found'],
    ['Glance', 400, 'No image found with ID b'],
    ['Cinder', 404, 'Volume b could not be found.'],
  ])('that %s refuses because the last item was deleted can be read again later', async (_service, status, reason) => {
    await expect(readRefused(refusal(status, reason))).rejects.toMatchObject({
      kind: 'busy',
      retry: { when: 'back-off' },
      details: { status, reason: `the list changed while it was read: ${reason}` },
    });
  });

  it('that is refused for another reason stays refused', async () => {
    const refused = refusal(400, 'Invalid input for query parameters');
    await expect(readRefused(refused)).rejects.toBe(refused);
  });

  it('is what it is about: the first page is never refused because the list changed', async () => {
    const refused = refusal(404, 'Not Found');
    await expect(readRefused(refused, 'first')).rejects.toBe(refused);
  });
});

describe('a collection', () => {
  it('without paging is asked for without a limit, once', async () => {
    const { asked } = await all({ '': { servers: items('a', 'b', 'c') } }, { paging: 'none', query: { name: 'x' } });
    expect(asked).toEqual(['name=x']);
  });

  it.each([{}, { servers: {} }, [], undefined])(
    'that is missing in the answer (%j) is a protocol error',
    async (body) => {
      const read = async () => {
        for await (const page of readPages(call, { collection: 'servers' }, async () => body)) expect(page).toEqual([]);
      };
      await expect(read()).rejects.toMatchObject({
        kind: 'protocol',
        details: { reason: 'the answer has no list "servers"' },
      });
    },
  );
});
