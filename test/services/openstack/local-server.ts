import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as a server saw it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Objects go out as JSON, text as it is. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Gives a reply, or undefined when it has dealt with the raw response itself. */
export type Handler = (request: Received, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>;

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** A small HTTP server on a free port of 127.0.0.1 that remembers what it was asked. */
export class LocalServer {
  readonly received: Received[] = [];
  readonly origin: string;
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, origin: string) {
    this.#server = server;
    this.origin = origin;
    server.on('connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(handler: Handler, tls?: TlsFiles): Promise<LocalServer> {
    let self: LocalServer | undefined;
    const listener: RequestListener = (message, response) => {
      void read(message).then(async (request) => {
        self?.received.push(request);
        const reply = await handler(request, response);
        if (reply) send(response, reply);
      });
    };
    const server: Server = tls
      ? createTlsServer(
          { ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined },
          listener,
        )
      : createServer(listener);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    self = new LocalServer(server, `${tls ? 'https' : 'http'}://127.0.0.1:${port}`);
    return self;
  }

  /** What it was asked by method and path, in order. */
  calls(method: string, path: string): readonly Received[] {
    return this.received.filter((request) => request.method === method && request.path === path);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((closed) => this.#server.close(() => closed()));
  }
}

async function read(message: IncomingMessage): Promise<Received> {
  const url = new URL(message.url ?? '/', 'http://local');
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk);
  } catch {
    // The client left: what arrived is what there is.
  }
  return {
    method: message.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text);
}
