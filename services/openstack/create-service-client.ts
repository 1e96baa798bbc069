import type { Readable } from 'node:stream';
import type { EndpointInterface } from '../../config/index.ts';
import type { JsonAnswer } from './json-http.ts';
import type { Microversion } from './microversion.ts';
import { microversionHeaders, negotiate } from './microversion-negotiation.ts';
import { readPages } from './paging.ts';
import type { ListOptions, Query, RequestOptions, ServiceClient, ServiceType } from './service-client.ts';
import type { Session } from './session.ts';

export interface ServiceClientOptions {
  /** Another endpoint than the session's: identity v2.0 administers users on its `admin` one only. */
  readonly interface?: EndpointInterface;
}

export interface StreamOptions extends RequestOptions {
  /** Bytes to send; with `sizeBytes` where it is known, chunked otherwise. */
  readonly body?: Readable;
  readonly sizeBytes?: number;
}

export interface StreamAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Read it to its end or destroy it: it holds a request slot. Fails with an `ApiError`. */
  readonly body: Readable;
}

/** A {@link ServiceClient} that also moves bytes: image data. */
export interface StreamingServiceClient extends ServiceClient {
  requestStream(method: 'GET' | 'PUT' | 'POST' | 'PATCH', path: string, options?: StreamOptions): Promise<StreamAnswer>;
}

/** The client of one service over a session. Nothing is sent before its first call. */
export function createServiceClient(
  session: Session,
  service: ServiceType,
  options: ServiceClientOptions = {},
): StreamingServiceClient {
  const prepare = async (path: string, query: Query | URLSearchParams | undefined, call: RequestOptions) => {
    const endpoint = await session.endpoint(service, options.interface, call.signal);
    const microversion = negotiate(session.cloud, service, endpoint.microversions, call.microversion);
    return {
      service,
      url: urlOf(endpoint.url, path, query),
      headers: { ...microversionHeaders(service, microversion), ...call.headers },
      ...(call.signal && { signal: call.signal }),
    };
  };
  const send = async (method: string, path: string, call: RequestOptions, body?: unknown): Promise<JsonAnswer> =>
    session.request({ method, ...(await prepare(path, call.query, call)), ...(body !== undefined && { body }) });
  // The caller states the shape that the API reference promises for the path.
  const json = async <T>(answer: Promise<JsonAnswer>): Promise<T> => (await answer).body as T;

  return {
    cloud: session.cloud,
    service,
    endpoint: async () => (await session.endpoint(service, options.interface)).url,
    maxMicroversion: async (): Promise<Microversion | undefined> =>
      (await session.endpoint(service, options.interface)).microversions?.max,
    get: (path, call = {}) => json(send('GET', path, call)),
    post: (path, body, call = {}) => json(send('POST', path, call, body)),
    put: (path, body, call = {}) => json(send('PUT', path, call, body)),
    patch: (path, body, call = {}) => json(send('PATCH', path, call, body)),
    delete: async (path, call = {}) => {
      await send('DELETE', path, call);
    },
    pages: <T>(path: string, list: ListOptions): AsyncIterable<readonly T[]> => {
      const about = { cloud: session.cloud, service, method: 'GET', path };
      const pages = readPages(about, list, async (query) => {
        const prepared = await prepare(path, query, list);
        return (await session.request({ method: 'GET', ...prepared })).body;
      });
      return pages as AsyncIterable<readonly T[]>;
    },
    requestStream: async (method, path, call = {}) => {
      const { url, headers, ...rest } = await prepare(path, call.query, call);
      const length = call.sizeBytes === undefined ? {} : { 'content-length': String(call.sizeBytes) };
      const accept = { accept: '*/*' };
      return session.requestStream({
        method,
        url,
        headers: { ...accept, ...(call.body && { 'content-type': 'application/octet-stream', ...length }), ...headers },
        ...rest,
        ...(call.body && { body: call.body }),
      });
    },
  };
}

function urlOf(endpoint: string, path: string, query: Query | URLSearchParams | undefined): URL {
  const url = new URL(endpoint + (path.startsWith('/') ? path : `/${path}`));
  if (query instanceof URLSearchParams) {
    url.search = query.toString();
    return url;
  }
  for (const [name, value] of Object.entries(query ?? {})) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (one !== undefined) {
        url.searchParams.append(name, String(one));
      }
    }
  }
  return url;
}
