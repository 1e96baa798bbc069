import { isIP } from 'node:net';

/** An address of this machine to listen on; port 0 is any free one. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT` or `[IPV6]:PORT`, where HOST is an IP address or `localhost`; `undefined` when it is neither. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const name = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  const host = name === 'localhost' ? '127.0.0.1' : name;
  if (host === undefined || isIP(host) === 0 || port > 65_535) return undefined;
  return { host, port };
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
