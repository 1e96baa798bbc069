import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { StartupError } from './startup-error.ts';

/** What a worker process is doing, as `/ready` tells it. */
export interface WorkerHealth {
  /** Whether tasks are taken now. */
  readonly ready: boolean;
  /** State by task queue, in the SDK's words: INITIALIZED, RUNNING, STOPPING, DRAINING, STOPPED, FAILED … */
  readonly workers: Readonly<Record<string, string>>;
}

export interface HealthServer {
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

/**
 * Answers `/live` (200 as long as the process answers at all) and `/ready` (200 while every worker takes tasks, else
 * 503), both with JSON, for a supervisor or a load balancer.
 *
 * @throws {StartupError} when the port cannot be had
 */
export async function startHealthServer(endpoint: Endpoint, health: () => WorkerHealth): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://health').pathname;
    const reply = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(`${JSON.stringify(body)}\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, { error: 'only GET' });
    if (path === '/live') return reply(200, { live: true });
    if (path === '/ready') {
      const state = health();
      return reply(state.ready ? 200 : 503, state);
    }
    return reply(404, { error: 'there is /live and /ready' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new StartupError(`cannot serve health at ${formatEndpoint(endpoint)}: ${error.message}`, 2, { cause: error }),
      );
    });
    server.listen(endpoint, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { host: endpoint.host, port },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
