import { type AddressInfo, createServer } from 'node:net';
import { DEFAULT_REQUEST_LIMITS, type RequestLimits } from '../../../config/cloud-settings.ts';
import { HttpPool, type HttpRequest } from '../../../services/openstack/http.ts';
import { type Handler, LocalServer } from './local-server.ts';
import { opened } from './opened.ts';

export async function serve(handler: Handler): Promise<LocalServer> {
  const server = await LocalServer.start(handler);
  opened.push(server);
  return server;
}

export function poolWith(limits: Partial<RequestLimits> = {}): HttpPool {
  const pool = new HttpPool({ ...DEFAULT_REQUEST_LIMITS, ...limits }, { verify: true });
  opened.push(pool);
  return pool;
}

export function request(url: string, over: Partial<HttpRequest> = {}): HttpRequest {
  return { cloud: 'old', service: 'image', method: 'GET', url: new URL(url), headers: {}, ...over };
}

/** The port of a server that takes connections and neither reads nor writes. */
export async function deafServer(): Promise<number> {
  const deaf = createServer((socket) => {
    socket.pause().on('error', () => undefined);
    opened.push({ close: () => socket.destroy() });
  });
  await new Promise<void>((listening) => deaf.listen(0, '127.0.0.1', listening));
  opened.push({ close: () => deaf.close() });
  return (deaf.address() as AddressInfo).port;
}
