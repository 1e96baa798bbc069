import type { z } from 'zod';
import { type BmcSettings, Secret } from '../../config/index.ts';
import { ApiError } from '../api-error.ts';
import { HttpPool, type HttpTextAnswer } from '../openstack/index.ts';
import { readRefusal, redfishFailure } from './redfish-failure.ts';

export type RedfishSettings = Extract<BmcSettings, { driver: 'redfish' }>;
export type Headers = Readonly<Record<string, string>>;

export interface RedfishRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: unknown;
}

/** JSON over HTTP to one controller; TLS as its settings say. */
export class RedfishHttp {
  readonly #host: string;
  readonly #origin: URL;
  readonly #pool: HttpPool;

  constructor(host: string, { address, tls, username, password }: RedfishSettings, timeLimitMs: number) {
    this.#host = host;
    this.#origin = new URL('/', address);
    const limits = { maxConcurrentRequests: 4, connectTimeoutMs: timeLimitMs, idleTimeoutMs: timeLimitMs };
    this.#pool = new HttpPool(limits, tls);
    this.#pool.redactor.learn(password, [username]);
  }

  /** Any status is an answer. */
  send({ method, path, headers, body }: RedfishRequest): Promise<HttpTextAnswer> {
    return this.#pool.text({
      ...{ cloud: this.#host, service: 'redfish', method, url: this.urlOf(path) },
      headers: {
        'odata-version': '4.0',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Addresses in answers are paths, or URLs with whatever name the controller gives itself: only the path counts. */
  urlOf(reference: string): URL {
    const { pathname, search } = new URL(reference, this.#origin);
    return new URL(pathname + search, this.#origin);
  }

  /** The error for an answer with a status of 400 or more. */
  failure({ method, path }: RedfishRequest, { status, text }: HttpTextAnswer): ApiError {
    return redfishFailure(this.call(method, path), status, readRefusal(status, this.#pool.redactor.text(text)));
  }

  /** @throws {ApiError} `protocol`: no JSON, or not of this shape */
  read<T>({ method, path }: RedfishRequest, { status, text }: HttpTextAnswer, schema: z.ZodType<T>): T {
    const said = schema.safeParse(parsed(text));
    if (said.success) return said.data;
    const at = said.error.issues.map((issue) => issue.path.join('.') || 'the answer').join(', ');
    const reason = `no Redfish that can be understood: ${at}`;
    const details = { ...this.call(method, path), status, reason, hint: 'check that bmc.address is a Redfish service' };
    throw new ApiError({ ...details, kind: 'protocol', retry: { when: 'back-off' } });
  }

  /** From now on it is told to nobody. */
  learnToken(token: string): void {
    this.#pool.redactor.learnToken(new Secret(token));
  }

  call(method: string, path: string) {
    return { cloud: this.#host, service: 'redfish', method, path };
  }

  close(): void {
    this.#pool.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
