import { describe, expect, it } from '@jest/globals';
import type { HttpRequest } from '../../../services/openstack/http.ts';
import { sendJson } from '../../../services/openstack/json-http.ts';
import { deafServer, poolWith, request, serve } from './http-pool.ts';
import { LocalServer } from './local-server.ts';

/** A promise that a test settles from outside. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened: waiting, open };
}

describe('a request', () => {
  it('names the program and its version', async () => {
    const server = await serve(() => ({ body: {} }));
    await poolWith().text(request(server.origin));
    expect(server.received[0]?.headers['user-agent']).toMatch(/^pumphouse\/\d+\.\d+\.\d+$/);
  });

  it('goes over a connection that is kept', async () => {
    const server = await serve(() => ({ body: {} }));
    const pool = poolWith();
    for (let i = 0; i < 5; i++) await pool.text(request(server.origin));
    expect(server.connections).toBe(1);
  });

  it('waits for a slot while as many as allowed are in flight', async () => {
    const hold = gate();
    let inFlight = 0;
    let most = 0;
    const server = await serve(async () => {
      most = Math.max(most, ++inFlight);
      await hold.opened;
      inFlight--;
      return { body: {} };
    });
    const pool = poolWith({ maxConcurrentRequests: 3 });
    const all = Array.from({ length: 9 }, () => pool.text(request(server.origin)));
    while (server.received.length < 3) await new Promise((turn) => setImmediate(turn));
    hold.open();
    await Promise.all(all);
    expect(server.received).toHaveLength(9);
    expect(most).toBe(3);
  });

  it('leaves the queue when it is aborted, with the reason of its signal', async () => {
    const hold = gate();
    const server = await serve(async () => {
      await hold.opened;
      return { body: {} };
    });
    const pool = poolWith({ maxConcurrentRequests: 1 });
    const first = pool.text(request(server.origin));
    const abort = new AbortController();
    const queued = pool.text(request(server.origin, { signal: abort.signal }));
    abort.abort(new Error('the run was cancelled'));
    await expect(queued).rejects.toThrow('the run was cancelled');
    hold.open();
    await first;
    await expect(pool.text(request(server.origin))).resolves.toMatchObject({ status: 200 });
    expect(server.received).toHaveLength(2);
  });

  it('stops in mid-answer when it is aborted', async () => {
    const abort = new AbortController();
    const server = await serve((_request, response) => {
      response.write('{"half":');
      abort.abort(new Error('the run was cancelled'));
      return undefined;
    });
    await expect(poolWith().text(request(server.origin, { signal: abort.signal }))).rejects.toThrow(
      'the run was cancelled',
    );
  });
});

describe('a failing connection', () => {
  it('that is refused says where, and what to check', async () => {
    const server = await LocalServer.start(() => ({}));
    const url = new URL(server.origin);
    await server.stop();
    await expect(poolWith().text(request(`${server.origin}/v2/images`))).rejects.toMatchObject({
      kind: 'network',
      retry: { when: 'back-off' },
      message: `old: image: GET /v2/images: connection refused by ${url.host}; check that the address is right and the service is up`,
    });
  });

  it('to an unknown host says so', async () => {
    const pool = poolWith();
    await expect(pool.text(request('http://keystone.invalid:5000/'))).rejects.toMatchObject({ kind: 'network' });
  });

  it('that is reset is a network error', async () => {
    const server = await serve((_request, response) => {
      response.destroy();
      return undefined;
    });
    await expect(poolWith().text(request(server.origin))).rejects.toMatchObject({
      kind: 'network',
      retry: { when: 'back-off' },
    });
  });

  it.each([
    ['shorter than announced', { 'content-length': '1000' }],
    ['in chunks that stop', {}],
  ])('that gives a body %s is a network error, not half an answer', async (_case, headers) => {
    const server = await serve((_request, response) => {
      response.writeHead(200, headers);
      response.write('{"images": [', () => response.destroy());
      return undefined;
    });
    await expect(
      sendJson(poolWith(), request(server.origin) as HttpRequest & { body?: undefined }),
    ).rejects.toMatchObject({
      kind: 'network',
      details: { reason: 'the answer broke off' },
    });
  });

  it('whose server stays silent ends with the idle time-out', async () => {
    const server = await serve(() => undefined);
    await expect(poolWith({ idleTimeoutMs: 40 }).text(request(server.origin))).rejects.toMatchObject({
      kind: 'timeout',
      details: { reason: 'the server was silent for 40 ms' },
    });
  });

  it('whose server falls silent in mid-answer ends with the idle time-out', async () => {
    const server = await serve((_request, response) => {
      response.write('{"images": [');
      return undefined;
    });
    await expect(poolWith({ idleTimeoutMs: 40 }).text(request(server.origin))).rejects.toMatchObject({
      kind: 'timeout',
    });
  });

  it('frees its slot', async () => {
    let silent = true;
    const server = await serve(() => (silent ? undefined : { body: {} }));
    const pool = poolWith({ idleTimeoutMs: 40, maxConcurrentRequests: 1 });
    await expect(pool.text(request(server.origin))).rejects.toMatchObject({ kind: 'timeout' });
    silent = false;
    await expect(pool.text(request(server.origin))).resolves.toMatchObject({ status: 200 });
  });

  it('that cannot be made in time ends with the connect time-out', async () => {
    const url = `https://127.0.0.1:${await deafServer()}/`;
    await expect(poolWith({ connectTimeoutMs: 40 }).text(request(url))).rejects.toMatchObject({
      kind: 'timeout',
      details: { reason: `no connection within 40 ms (${new URL(url).host})` },
    });
  });

  it('that speaks no TLS says what to check', async () => {
    const server = await serve(() => ({ body: {} }));
    const url = server.origin.replace('http:', 'https:');
    await expect(poolWith().text(request(url))).rejects.toMatchObject({
      kind: 'configuration',
      details: { hint: 'check whether the address is http or https' },
    });
  });
});

describe('a redirect', () => {
  it('within the origin is followed by a read', async () => {
    const server = await serve(({ path }) =>
      path === '/old' ? { status: 301, headers: { location: '/new' } } : { body: { at: path } },
    );
    await expect(sendJson(poolWith(), { ...request(`${server.origin}/old`), body: undefined })).resolves.toMatchObject({
      body: { at: '/new' },
    });
  });

  it('to another origin is refused: the token goes nowhere else', async () => {
    const stranger = await serve(() => ({ body: {} }));
    const server = await serve(() => ({ status: 302, headers: { location: `${stranger.origin}/steal` } }));
    const headers = { 'x-auth-token': 'secret' };
    await expect(poolWith().text(request(server.origin, { headers }))).rejects.toMatchObject({
      kind: 'configuration',
      details: { reason: `the server redirects to ${stranger.origin}` },
    });
    expect(stranger.received).toHaveLength(0);
  });

  it('of a change is refused', async () => {
    const server = await serve(() => ({ status: 307, headers: { location: '/elsewhere' } }));
    await expect(poolWith().text(request(server.origin, { method: 'POST', body: '{}' }))).rejects.toMatchObject({
      kind: 'configuration',
    });
    expect(server.received).toHaveLength(1);
  });

  it('in circles comes to an end', async () => {
    const server = await serve(() => ({ status: 302, headers: { location: '/round' } }));
    await expect(poolWith().text(request(server.origin))).rejects.toMatchObject({
      details: { reason: 'the server redirects in circles' },
    });
  });
});
