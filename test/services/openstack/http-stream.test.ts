import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { deafServer, poolWith, request, serve } from './http-pool.ts';

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
    const answer = await poolWith({ idleTimeoutMs: 500 }).stream(request(server.origin));
    await new Promise((later) => setTimeout(later, 1_200));
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
