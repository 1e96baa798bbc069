import type { z } from 'zod';
import type { HttpTextAnswer } from '../openstack/index.ts';
import { readRefusal } from './redfish-failure.ts';
import type { Headers, RedfishHttp, RedfishRequest, RedfishSettings } from './redfish-http.ts';
import { type Root, rootSchema } from './redfish-shapes.ts';

const ROOT = { method: 'GET', path: '/redfish/v1/' } as const;
const SESSIONS = '/redfish/v1/SessionService/Sessions';
/** Of what a service answers that has no sessions. */
const WITHOUT_SESSIONS: ReadonlySet<number> = new Set([404, 405, 501]);
const NONE_FREE = /SessionLimitExceeded/i;
const PRECONDITION: ReadonlySet<number> = new Set([412, 428]);

export interface Resource<T> {
  readonly value: T;
  readonly etag?: string;
}

/**
 * Does the work within one login, which ends with it. Where the service has no sessions, or none is free, each request carries
 * user and password (basic authentication), DSP0266 section 13.3.
 */
export async function withinSession<T>(
  http: RedfishHttp,
  settings: RedfishSettings,
  work: (session: RedfishSession) => Promise<T>,
): Promise<T> {
  const root = await rootWithoutLogin(http);
  const { headers, session } = await login(http, settings, root);
  try {
    return await work(new RedfishSession(http, headers, root));
  } finally {
    // Left behind it would end by itself, but there are controllers that have four places.
    if (session !== undefined) await http.send({ method: 'DELETE', path: session, headers }).catch(() => undefined);
  }
}

/** Requests of one login. A status of 400 or more is an `ApiError`. */
export class RedfishSession {
  readonly #http: RedfishHttp;
  readonly #headers: Headers;
  readonly #root: Root | undefined;

  constructor(http: RedfishHttp, headers: Headers, root: Root | undefined) {
    this.#http = http;
    this.#headers = headers;
    this.#root = root;
  }

  async root(): Promise<Root> {
    return this.#root ?? (await this.get(ROOT.path, rootSchema)).value;
  }

  async get<T>(path: string, schema: z.ZodType<T>): Promise<Resource<T>> {
    const request = { method: 'GET', path } as const;
    const answer = await this.#send(request);
    if (answer.status >= 400) throw this.#http.failure(request, answer);
    const value = this.#http.read(request, answer, schema);
    const etag = answer.headers.etag ?? etagOf(value);
    return { value, ...(etag === undefined ? {} : { etag }) };
  }

  async post(path: string, body: unknown): Promise<void> {
    const request = { method: 'POST', path, body } as const;
    const answer = await this.#send(request);
    if (answer.status >= 400) throw this.#http.failure(request, answer);
  }

  /** Of what has the ETag; when it has another one meanwhile, once more with that. */
  async patch(path: string, body: unknown, etag: string | undefined, schema: z.ZodType): Promise<void> {
    const request = { method: 'PATCH', path, body } as const;
    const first = await this.#send({ ...request, headers: ifMatch(etag) });
    if (first.status < 400) return;
    if (!PRECONDITION.has(first.status)) throw this.#http.failure(request, first);
    const { etag: present = '*' } = await this.get(path, schema);
    const second = await this.#send({ ...request, headers: ifMatch(present) });
    if (second.status >= 400) throw this.#http.failure(request, second);
  }

  #send(request: RedfishRequest): Promise<HttpTextAnswer> {
    return this.#http.send({ ...request, headers: { ...this.#headers, ...request.headers } });
  }
}

function ifMatch(etag: string | undefined): Headers {
  return etag === undefined ? {} : { 'if-match': etag };
}

function etagOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('@odata.etag' in value)) return undefined;
  const etag = value['@odata.etag'];
  return typeof etag === 'string' ? etag : undefined;
}

/** Undefined where even the root wants a login, which DSP0266 forbids and some do. */
async function rootWithoutLogin(http: RedfishHttp): Promise<Root | undefined> {
  const answer = await http.send(ROOT);
  if (answer.status === 401 || answer.status === 403) return undefined;
  if (answer.status >= 400) throw http.failure(ROOT, answer);
  return http.read(ROOT, answer, rootSchema);
}

async function login(
  http: RedfishHttp,
  { username, password }: RedfishSettings,
  root: Root | undefined,
): Promise<{ readonly headers: Headers; readonly session?: string }> {
  const basic = Buffer.from(`${username}:${password.reveal()}`, 'utf8').toString('base64');
  const byPassword = { headers: { authorization: `Basic ${basic}` } };
  const path = root === undefined ? SESSIONS : sessionsOf(root);
  if (path === undefined) return byPassword;
  const request = { method: 'POST', path, body: { UserName: username, Password: password.reveal() } } as const;
  const answer = await http.send(request);
  const { status, text, headers } = answer;
  if (WITHOUT_SESSIONS.has(status)) return byPassword;
  if (status >= 400) {
    if (readRefusal(status, text).messageIds.some((id) => NONE_FREE.test(id))) return byPassword;
    throw http.failure(request, answer);
  }
  const { 'x-auth-token': token, location } = headers;
  if (token === undefined) return byPassword;
  http.learnToken(token);
  return { headers: { 'x-auth-token': token }, ...(location === undefined ? {} : { session: location }) };
}

function sessionsOf({ Links: links, SessionService: service }: Root): string | undefined {
  if (links?.Sessions) return links.Sessions['@odata.id'];
  return service ? `${service['@odata.id'].replace(/\/+$/, '')}/Sessions` : undefined;
}
