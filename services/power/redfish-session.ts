import type { z } from 'zod';
import type { ApiError } from '../api-error.ts';
import type { HttpTextAnswer } from '../openstack/index.ts';
import { readRefusal } from './redfish-failure.ts';
import type { Headers, RedfishHttp, RedfishRequest, RedfishSettings } from './redfish-http.ts';
import { type Root, rootSchema } from './redfish-shapes.ts';

const ROOT = { method: 'GET', path: '/redfish/v1/' } as const;
const SESSIONS = '/redfish/v1/SessionService/Sessions';
/** Of what a service answers that has no sessions. */
const WITHOUT_SESSIONS: ReadonlySet<number> = new Set([404, 405, 501]);
const NONE_FREE = /SessionLimitExceeded/i;
const UNAUTHORIZED = 401;
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
  const logIn = () => login(http, settings, root);
  const session = new RedfishSession(http, root, await logIn(), logIn);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** How requests say who asks. */
type Login =
  | { readonly by: 'token'; readonly headers: Headers; readonly session: string | undefined }
  /** `noneFree`: why not by a session; what a refused password means then. */
  | { readonly by: 'password'; readonly headers: Headers; readonly noneFree?: ApiError };

/** Requests of one login. A status of 400 or more is an `ApiError`. */
export class RedfishSession {
  readonly #http: RedfishHttp;
  readonly #root: Root | undefined;
  readonly #logIn: () => Promise<Login>;
  #login: Login;
  #isRenewed = false;

  constructor(http: RedfishHttp, root: Root | undefined, login: Login, logIn: () => Promise<Login>) {
    this.#http = http;
    this.#root = root;
    this.#login = login;
    this.#logIn = logIn;
  }

  /** Left behind it would end by itself, but there are controllers that have four places. */
  async close(): Promise<void> {
    if (this.#login.by !== 'token' || this.#login.session === undefined) return;
    const { headers, session: path } = this.#login;
    await this.#http.send({ method: 'DELETE', path, headers }).catch(() => undefined);
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

  /** Logs in once more where the controller has lost the session meanwhile, as after its restart: what is refused so was not done. */
  async #send(request: RedfishRequest): Promise<HttpTextAnswer> {
    const answer = await this.#sendAs(this.#login, request);
    if (answer.status !== UNAUTHORIZED) return answer;
    if (this.#login.by === 'password') {
      if (this.#login.noneFree !== undefined) throw this.#login.noneFree;
      return answer;
    }
    if (this.#isRenewed) return answer;
    this.#isRenewed = true;
    this.#login = await this.#logIn();
    return this.#sendAs(this.#login, request);
  }

  #sendAs({ headers }: Login, request: RedfishRequest): Promise<HttpTextAnswer> {
    return this.#http.send({ ...request, headers: { ...headers, ...request.headers } });
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
): Promise<Login> {
  const basic = Buffer.from(`${username}:${password.reveal()}`, 'utf8').toString('base64');
  const byPassword = { by: 'password', headers: { authorization: `Basic ${basic}` } } as const;
  const path = root === undefined ? SESSIONS : sessionsOf(root);
  if (path === undefined) return byPassword;
  const request = { method: 'POST', path, body: { UserName: username, Password: password.reveal() } } as const;
  const answer = await http.send(request);
  const { status, text, headers } = answer;
  if (WITHOUT_SESSIONS.has(status)) return byPassword;
  if (status >= 400) {
    const failure = http.failure(request, answer);
    if (readRefusal(status, text).messageIds.some((id) => NONE_FREE.test(id)))
      return { ...byPassword, noneFree: failure };
    throw failure;
  }
  const { 'x-auth-token': token, location } = headers;
  if (token === undefined) return byPassword;
  http.learnToken(token);
  return { by: 'token', headers: { 'x-auth-token': token }, session: location };
}

function sessionsOf({ Links: links, SessionService: service }: Root): string | undefined {
  if (links?.Sessions) return links.Sessions['@odata.id'];
  return service ? `${service['@odata.id'].replace(/\/+$/, '')}/Sessions` : undefined;
}
