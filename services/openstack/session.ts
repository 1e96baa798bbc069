import type { CloudSettings, Credentials, EndpointInterface, Scope, Secret } from '../../config/index.ts';
import { ApiError, isApiError } from '../api-error.ts';
import { abortable } from './abortable.ts';
import type { IdentityVersion } from './auth/identity-api.ts';
import { IdentityGateway } from './auth/identity-gateway.ts';
import { learnSecrets } from './auth/known-secrets.ts';
import type { Login, WhoAmI } from './auth/login.ts';
import { Catalog, type CatalogService, type EndpointAddress } from './catalog.ts';
import { classifyAnswer } from './classify.ts';
import { callOf, HttpPool, type HttpRequest, type HttpStreamAnswer } from './http.ts';
import {
  DEFAULT_RETRY_SETTINGS,
  type JsonAnswer,
  type JsonRequest,
  type RetrySettings,
  repeating,
  sendJson,
} from './json-http.ts';
import type { CallObserver } from './observer.ts';
import type { ServiceType } from './service-client.ts';
import { TokenHolder } from './token-holder.ts';
import { type ServiceEndpoint, VersionDiscovery } from './versions.ts';

export interface SessionOptions {
  readonly observers?: readonly CallObserver[];
  readonly retry?: Partial<RetrySettings>;
  /** Milliseconds since the epoch; for tests of expiry. */
  readonly now?: () => number;
}

export type SessionRequest = Omit<JsonRequest, 'cloud'>;
export type SessionStreamRequest = Omit<HttpRequest, 'cloud'>;

/** What sessions of one cloud share whatever their scope: connections, version documents, the way to Keystone. */
interface Shared {
  readonly pool: HttpPool;
  readonly retry: RetrySettings;
  readonly now: () => number;
  readonly versions: VersionDiscovery;
  readonly identity: IdentityGateway;
}

/** A login at one cloud with one scope. Logs in when first used; safe for any number of concurrent callers. */
export class Session {
  readonly cloud: string;
  readonly #settings: CloudSettings;
  readonly #shared: Shared;
  readonly #holder: TokenHolder;
  /** A token given beside a password is good for one try. */
  #readyToken: Secret | undefined;

  /** `shared` is for {@link Session.scopedTo}. */
  constructor(settings: CloudSettings, options: SessionOptions = {}, shared: Shared = share(settings, options)) {
    this.cloud = settings.name;
    this.#settings = settings;
    this.#shared = shared;
    this.#readyToken = settings.credentials.kind === 'password' ? settings.credentials.token : undefined;
    this.#holder = new TokenHolder((refused) => this.#logIn(refused), this.#shared.now);
  }

  /** What the operator should know about this cloud's way of logging in, one sentence each. */
  get notes(): readonly string[] {
    return this.#shared.identity.notes;
  }

  async whoAmI(signal?: AbortSignal): Promise<WhoAmI> {
    return (await this.#login(undefined, signal)).whoAmI;
  }

  /** Everything the catalogue has, also types that we do not use. */
  async services(signal?: AbortSignal): Promise<readonly CatalogService[]> {
    return (await this.#login(undefined, signal)).services;
  }

  async catalog(signal?: AbortSignal): Promise<Catalog> {
    return new Catalog(await this.services(signal), this.#settings);
  }

  async has(service: ServiceType): Promise<boolean> {
    return service === 'identity' || (await this.catalog()).has(service);
  }

  /** The versioned endpoint of a service. A service that the cloud lacks is a `configuration` error. */
  async endpoint(service: ServiceType, over?: EndpointInterface, signal?: AbortSignal): Promise<ServiceEndpoint> {
    const login = await this.#login(undefined, signal);
    const catalog = new Catalog(login.services, this.#settings);
    const identity = await this.#shared.identity.endpoint(this.#settings);
    const read = (url: URL) => this.request({ service, method: 'GET', url, headers: {} });
    if (service === 'identity') {
      const address =
        over === undefined ? catalog.override('identity') : identityAddress(catalog, identity.version, over);
      // The address that we logged in at is known to work, which the catalogue's internal one may not.
      return address === undefined
        ? { url: identity.root.href.replace(/\/+$/, ''), microversions: undefined }
        : this.#shared.versions.resolve(service, address, undefined, read, [identity.version === 'v3' ? '3' : '2.0']);
    }
    const { scope } = login.whoAmI;
    const projectId = scope.kind === 'project' ? scope.project.id : undefined;
    return this.#shared.versions.resolve(service, catalog.require(service, over), projectId, read);
  }

  /** One authenticated call. Reads are repeated on passing errors; any call once, with a new token, on 401. */
  async request(request: SessionRequest): Promise<JsonAnswer> {
    const send = () =>
      this.#authenticated(request, (headers) =>
        sendJson(this.#shared.pool, { ...request, cloud: this.cloud, headers }),
      );
    // Logging in repeats by itself: not within the repetitions of the call.
    await this.#login(undefined, request.signal);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    return isRead ? repeating(send, this.#shared.retry, request.signal) : send();
  }

  /** One authenticated call with bytes out, in or both. Never repeated, but for a 401 of a call without a stream to send. */
  async requestStream(request: SessionStreamRequest): Promise<HttpStreamAnswer> {
    const { pool } = this.#shared;
    const sendOnce = async (headers: Readonly<Record<string, string>>) => {
      const full = { ...request, cloud: this.cloud, headers };
      const answer = await pool.stream(full);
      if (answer.status < 400) {
        return answer;
      }
      const text = Buffer.concat(await answer.body.toArray()).toString('utf8');
      throw classifyAnswer(callOf(full), { ...answer, text }, pool.redactor);
    };
    if (request.body === undefined || typeof request.body === 'string') {
      return this.#authenticated(request, sendOnce);
    }
    const login = await this.#login(undefined, request.signal);
    try {
      return await sendOnce({ ...request.headers, 'x-auth-token': login.token.reveal() });
    } catch (error) {
      if (!isApiError(error, 'authentication')) {
        throw error;
      }
      // The stream is spent, so the caller must come again with another; the next try has a new token.
      await this.#login(login, request.signal);
      throw new ApiError({ ...error.details, retry: { when: 'back-off' } });
    }
  }

  /** The same credentials, scoped to another project; connections and discoveries are shared. */
  scopedTo(project: { readonly projectId: string }): Session {
    const scope: Scope = { kind: 'project', project: { id: project.projectId } };
    return new Session({ ...this.#settings, scope }, {}, this.#shared);
  }

  /** The same cloud with somebody else's credentials, which the log is taught to hide; connections are shared. */
  loggedInAs(credentials: Credentials, project: { readonly projectId: string }): Session {
    const scope: Scope = { kind: 'project', project: { id: project.projectId } };
    const settings: CloudSettings = { ...this.#settings, credentials, scope };
    learnSecrets(this.#shared.pool.redactor, settings);
    return new Session(settings, {}, this.#shared);
  }

  /** Closes the connections, also of the sessions made by {@link scopedTo} and {@link loggedInAs}. */
  close(): void {
    this.#shared.pool.close();
  }

  #login(refused: Login | undefined, signal: AbortSignal | undefined): Promise<Login> {
    return abortable(this.#holder.login(refused), signal);
  }

  async #authenticated<T>(
    request: { readonly headers: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
    send: (headers: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T> {
    const login = await this.#login(undefined, request.signal);
    try {
      return await send({ ...request.headers, 'x-auth-token': login.token.reveal() });
    } catch (error) {
      if (!isApiError(error, 'authentication')) {
        throw error;
      }
      const renewed = await this.#login(login, request.signal);
      return send({ ...request.headers, 'x-auth-token': renewed.token.reveal() });
    }
  }

  #logIn(refused: Login | undefined): Promise<Login> {
    const readyToken = refused === undefined ? this.#readyToken : undefined;
    this.#readyToken = undefined;
    return this.#shared.identity.logIn(this.#settings, readyToken);
  }
}

/** v3 is the same on every interface, so one that is missing does no harm; v2.0's admin calls exist on `admin` alone. */
function identityAddress(
  catalog: Catalog,
  version: IdentityVersion,
  over: EndpointInterface,
): EndpointAddress | undefined {
  return version === 'v2.0' ? catalog.require('identity', over) : catalog.find('identity', over);
}

function share(settings: CloudSettings, options: SessionOptions): Shared {
  const pool = new HttpPool(settings.limits, settings.tls, options.observers);
  const retry = { ...DEFAULT_RETRY_SETTINGS, ...options.retry };
  learnSecrets(pool.redactor, settings);
  return {
    pool,
    retry,
    now: options.now ?? Date.now,
    versions: new VersionDiscovery(),
    identity: new IdentityGateway(pool, retry),
  };
}
