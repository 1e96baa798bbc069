import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a session and Keystone, and remembers the tokens that Keystone gave out. */
export class KeystoneTap {
  readonly tokens: string[] = [];
  readonly #server: Server;
  readonly #target: URL;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.#target = target;
  }

  /** `authUrl` as the cloud's settings have it. */
  static async start(authUrl: string): Promise<KeystoneTap> {
    const server = createServer();
    const tap = new KeystoneTap(server, new URL(authUrl));
    server.on('request', (request, response) => {
      tap.#forward(request).then(
        ({ status, headers, body }) => {
          for (const [name, value] of headers) response.setHeader(name, value);
          response.writeHead(status).end(body);
        },
        (error: unknown) => response.writeHead(502).end(String(error)),
      );
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return tap;
  }

  /** What the session takes for Keystone's address. */
  get authUrl(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.#target.pathname}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #forward(request: IncomingMessage) {
    const sent: Buffer[] = [];
    for await (const chunk of request) sent.push(chunk as Buffer);
    const headers = new Headers({ 'content-type': 'application/json' });
    for (const name of ['x-auth-token', 'x-subject-token', 'accept']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const answer = await fetch(new URL(request.url ?? '/', this.#target), {
      method: request.method ?? 'GET',
      headers,
      redirect: 'manual',
      ...(sent.length > 0 && { body: Buffer.concat(sent) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (request.method === 'POST' && request.url?.endsWith('/tokens') && answer.ok)
      this.tokens.push(tokenIn(answer, body));
    const kept = [...answer.headers].filter(
      ([name]) =>
        !['content-length', 'content-encoding', 'connection', 'transfer-encoding', 'keep-alive'].includes(name),
    );
    return { status: answer.status, headers: kept, body };
  }
}

/** v3 gives it in a header, v2.0 in the body. */
function tokenIn(answer: Response, body: Buffer): string {
  const header = answer.headers.get('x-subject-token');
  if (header !== null) return header;
  const { access } = JSON.parse(body.toString('utf8')) as { access: { token: { id: string } } };
  return access.token.id;
}
