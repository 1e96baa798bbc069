import type { Microversion } from './microversion.ts';

/** Service types of the catalogue that we speak to, by their official names (service-types-authority). */
export type ServiceType = 'identity' | 'compute' | 'network' | 'image' | 'block-storage' | 'placement';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * Which microversion a call wants. `atLeast`: without it the call has no sense, and a server below it is an error that
 * names both. `upTo`: the highest whose answer we understand; the highest that both sides know is sent.
 * Neither: the base version (no header).
 */
export interface MicroversionWish {
  readonly atLeast?: Microversion;
  readonly upTo?: Microversion;
}

export interface RequestOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly microversion?: MicroversionWish;
  readonly signal?: AbortSignal;
}

/** How a collection is paged. */
export interface ListOptions extends RequestOptions {
  /** Key of the array in the answer: `servers`, `networks` … */
  readonly collection: string;
  /** Items asked for in a page (`limit`); the server may give fewer. */
  readonly pageSize?: number;
  /** Id after which the first page begins (`marker`). */
  readonly after?: string;
  /** `none`: the API has no paging and must not be sent `limit` (Keystone v3, most of v2.0's extensions). */
  readonly paging?: 'links' | 'marker' | 'none';
  /** Field of an item that serves as `marker`; `id` unless told. */
  readonly markerField?: string;
}

/** One service's API: paths are relative to the versioned endpoint of the catalogue. Every error is an `ApiError`. */
export interface ServiceClient {
  /** The cloud's name in the configuration. */
  readonly cloud: string;
  readonly service: ServiceType;
  /** The endpoint in use, for reports. */
  endpoint(): Promise<string>;
  /** Highest microversion of the server; undefined where the service or its age has none. */
  maxMicroversion(): Promise<Microversion | undefined>;
  get<T>(path: string, options?: RequestOptions): Promise<T>;
  post<T>(path: string, body: unknown, options?: RequestOptions): Promise<T>;
  put<T>(path: string, body: unknown, options?: RequestOptions): Promise<T>;
  patch<T>(path: string, body: unknown, options?: RequestOptions): Promise<T>;
  delete(path: string, options?: RequestOptions): Promise<void>;
  /** Pages of a collection, fetched as they are asked for: never more than one page ahead of the reader. */
  pages<T>(path: string, options: ListOptions): AsyncIterable<readonly T[]>;
}
