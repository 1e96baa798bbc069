import type { JsonAnswer } from '../json-http.ts';

export type IdentityVersion = 'v2.0' | 'v3';

/** Keystone at one version of its API, before and during login. */
export interface IdentityApi {
  readonly cloud: string;
  readonly version: IdentityVersion;
  /** With the version: `https://keystone:5000/v3`. */
  readonly root: URL;
  /** Paths are relative to the root. Logging in twice does no harm, so every call here is repeated on passing errors. */
  call(method: 'GET' | 'POST', path: string, options?: IdentityCallOptions): Promise<JsonAnswer>;
}

interface IdentityCallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
