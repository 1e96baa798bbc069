import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly call: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers agents as Nailgun does a machine that it does not know, and one that it knows; nothing else of Fuel. */
export class FuelListener {
  readonly heard: Heard[] = [];
  readonly #known = new Set<unknown>();
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const isNew = !this.#known.has(body.mac);
    const status = request.method === 'POST' ? (isNew ? 201 : 409) : isNew ? 400 : 200;
    if (request.method === 'POST') this.#known.add(body.mac);
    response.writeHead(status).end();
    this.heard.push({ call: `${request.method} ${request.url} ${status}`, body });
    this.#notify();
  });
  #notify: () => void = () => undefined;

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/v1`;
  }

  /** When so many calls have come since the beginning. */
  async calls(count: number): Promise<readonly string[]> {
    while (this.heard.length < count) {
      await new Promise<void>((heard) => {
        this.#notify = heard;
      });
    }
    return this.heard.map(({ call }) => call);
  }

  forget(): void {
    this.#known.clear();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
