import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_REQUEST_LIMITS, type RequestLimits } from '../../../config/cloud-settings.ts';
import { HttpPool, type HttpRequest } from '../../../services/openstack/http.ts';
import { sendJson } from '../../../services/openstack/json-http.ts';
import { type Handler, LocalServer } from './local-server.ts';

const opened: { close?: () => void; stop?: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) {
    one.close?.();
    await one.stop?.();
  }
});

async function serve(handler: Handler): Promise<LocalServer> {
  const server = await LocalServer.start(handler);
  opened.push(server);
  return server;
}

function poolWith(limits: Partial<RequestLimits> = {}): HttpPool {
  const pool = new HttpPool({ ...DEFAULT_REQUEST_LIMITS, ...limits }, { verify: true });
  opened.push(pool);
  return pool;
}

function request(url: string, over: Partial<HttpRequest> = {}): HttpRequest {
  return { cloud: 'old', service: 'image', method: 'GET', url: new URL(url), headers: {}, ...over };
}

/** The port of a server that takes connections and neither reads nor writes. */
async function deafServer(): Promise<number> {
  const deaf = createServer((socket) => {
    socket.pause().on('error', () => undefined);
    opened.push({ close: () => socket.destroy() });
  });
  await new Promise<void>((listening) => deaf.listen(0, '127.0.0.1', listening));
  opened.push({ close: () => deaf.close() });
  return (deaf.address() as AddressInfo).port;
}

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

describe('a stream', () => {
  const megabyte = Buffer.alloc(1024 * 1024, 7);

  it('brings bytes as they come and holds its slot until they are read', async () => {
    const server = await serve(({ path }, response) => {
      if (path === '/data') {
        response.end(megabyte);
        return undefined;
      }
      return { body: {} };
    });
    const pool = poolWith({ maxConcurrentRequests: 1 });
    const answer = await pool.stream(request(`${server.origin}/data`));
    const next = pool.text(request(`${server.origin}/next`));
    expect(server.calls('GET', '/next')).toHaveLength(0);
    expect(Buffer.concat(await answer.body.toArray()).equals(megabyte)).toBe(true);
    await next;
  });

  it('that its reader leaves early frees the slot', async () => {
    const server = await serve(({ path }, response) => {
      if (path === '/data') {
        response.write(megabyte);
        return undefined;
      }
      return { body: {} };
    });
    const pool = poolWith({ maxConcurrentRequests: 1 });
    const answer = await pool.stream(request(`${server.origin}/data`));
    answer.body.destroy();
    await expect(pool.text(request(server.origin))).resolves.toMatchObject({ status: 200 });
  });

  it('whose reader is slow is not taken for a silent server', async () => {
    const server = await serve((_request, response) => {
      response.end(megabyte);
      return undefined;
    });
    const answer = await poolWith({ idleTimeoutMs: 30 }).stream(request(server.origin));
    await new Promise((later) => setTimeout(later, 120));
    expect(Buffer.concat(await answer.body.toArray())).toHaveLength(megabyte.length);
  });

  it('that breaks off fails with an API error', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': String(megabyte.length) });
      response.write(megabyte.subarray(0, 1000), () => response.destroy());
      return undefined;
    });
    const answer = await poolWith().stream(request(server.origin));
    await expect(answer.body.toArray()).rejects.toMatchObject({ kind: 'network' });
  });

  it('is sent with its length, without being buffered', async () => {
    const server = await serve(({ body, headers }) => ({
      body: { got: body.length, said: headers['content-length'] },
    }));
    const parts = Array.from({ length: 10 }, () => Buffer.from('x'.repeat(100_000)));
    const headers = { 'content-length': '1000000' };
    const answer = await poolWith().text(
      request(server.origin, { method: 'PUT', headers, body: Readable.from(parts) }),
    );
    expect(JSON.parse(answer.text)).toEqual({ got: 1_000_000, said: '1000000' });
  });

  it('that fails at its source gives the error of the source, not of this cloud', async () => {
    const server = await serve(() => ({ body: {} }));
    const body = Readable.from(
      (async function* () {
        yield Buffer.from('x');
        throw new Error('the other cloud went away');
      })(),
    );
    const sent = poolWith().text(request(server.origin, { method: 'PUT', headers: { 'content-length': '10' }, body }));
    await expect(sent).rejects.toThrow('the other cloud went away');
  });

  it('that the server does not take ends with the idle time-out', async () => {
    const port = await deafServer();
    const endless = Readable.from(
      (function* () {
        for (;;) yield megabyte;
      })(),
    );
    const sent = poolWith({ idleTimeoutMs: 60 }).text(
      request(`http://127.0.0.1:${port}/`, { method: 'PUT', body: endless }),
    );
    await expect(sent).rejects.toMatchObject({ kind: 'timeout' });
  });
});
