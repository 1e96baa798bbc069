import { type CloudSettings, Secret } from '../../../config/index.ts';
import { ApiError, isApiError } from '../../api-error.ts';
import { HttpPool, type HttpTextAnswer } from '../../openstack/index.ts';
import { type FuelCall, fuelError, readAnswer, refusal } from './answer.ts';

/** As Fuel is installed. */
const DEFAULT_LOGIN = { username: 'admin', password: new Secret('admin'), tenant: 'admin' };

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

interface VersionAnswer {
  readonly release?: string;
  readonly auth_required?: boolean;
}

/**
 * HTTP to one Nailgun. Whether it wants a token is asked once: up to 9.0 its version says so without one, later the version itself is a
 * 401. A token that has expired is renewed once a call.
 */
export class FuelSession {
  readonly #name: string;
  readonly #pool: HttpPool;
  readonly #base: string;
  readonly #login: typeof DEFAULT_LOGIN;
  #token: Promise<Secret | undefined> | undefined;
  #release: Promise<string> | undefined;

  /** @throws {ApiError} `configuration`: the cloud has no fuel_url */
  constructor({ name, fuelUrl, fuelCredentials, tls, limits }: CloudSettings) {
    this.#name = name;
    this.#pool = new HttpPool(limits, tls);
    this.#login = fuelCredentials ?? DEFAULT_LOGIN;
    this.#pool.redactor.learn(this.#login.password, [this.#login.username, this.#login.tenant]);
    if (fuelUrl === undefined)
      throw fuelError(
        { cloud: name, method: '', path: '' },
        { kind: 'configuration', reason: 'it has no fuel_url', hint: "give Nailgun's: http://FUEL:8000/api/" },
      );
    const url = fuelUrl.replace(/\/+$/, '');
    this.#base = /\/api(\/v1)?$/.test(url) ? url : `${url}/api`;
  }

  /** As `9.2`; `unknown` where Nailgun does not say. */
  release(): Promise<string> {
    this.#release ??= this.send('GET', 'version')
      .then(({ body }) => (body as VersionAnswer | undefined)?.release ?? 'unknown')
      .catch((error: unknown) => {
        this.#release = undefined;
        throw error;
      });
    return this.#release;
  }

  /** What is there: an empty answer is a `protocol` error. */
  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    const { body } = await this.send('GET', path, undefined, signal);
    if (body !== undefined) return body as T;
    throw fuelError(this.call('GET', path), {
      kind: 'protocol',
      retry: { when: 'back-off' },
      reason: 'the answer is empty',
    });
  }

  async send(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown, signal?: AbortSignal): Promise<Answered> {
    const url = `${this.#base}/${path}`;
    const token = await this.#tokenOnce();
    let answer = await this.#http(method, url, body, token, signal);
    if (answer.status === 401 && token !== undefined) {
      this.#token = undefined;
      answer = await this.#http(method, url, body, await this.#tokenOnce(), signal);
    }
    const call = this.#call(method, url);
    if (answer.status >= 400) throw this.#refusal(call, answer);
    return { status: answer.status, body: readAnswer(call, answer) };
  }

  call(method: string, path: string): FuelCall {
    return this.#call(method, `${this.#base}/${path}`);
  }

  close(): void {
    this.#pool.close();
  }

  #tokenOnce(): Promise<Secret | undefined> {
    this.#token ??= this.#logIn().catch((error: unknown) => {
      this.#token = undefined;
      throw error;
    });
    return this.#token;
  }

  async #logIn(): Promise<Secret | undefined> {
    const version = await this.#http('GET', `${this.#base}/version`, undefined, undefined);
    if (version.status === 200) {
      const body = readAnswer(this.#call('GET', `${this.#base}/version`), version) as VersionAnswer | undefined;
      if (body?.auth_required !== true) return undefined;
    } else if (version.status !== 401) throw this.#refusal(this.#call('GET', `${this.#base}/version`), version);
    // Through Nailgun's own port: Keystone's may be closed to us.
    const url = `${new URL(this.#base).origin}/keystone/v2.0/tokens`;
    const { username, password, tenant } = this.#login;
    const auth = { tenantName: tenant, passwordCredentials: { username, password: password.reveal() } };
    const answer = await this.#http('POST', url, { auth }, undefined);
    const call = this.#call('POST', url);
    if (answer.status >= 400) throw withHint(this.#refusal(call, answer), 'check fuel_username and fuel_password');
    const body = readAnswer(call, answer) as { readonly access?: { readonly token?: { readonly id?: string } } };
    const id = body?.access?.token?.id;
    if (id === undefined) throw fuelError(call, { kind: 'protocol', reason: 'the answer has no token' });
    const token = new Secret(id);
    this.#pool.redactor.learnToken(token);
    return token;
  }

  /** A page of a debugging server shows the headers of the request, the token among them. */
  #refusal(call: FuelCall, answer: HttpTextAnswer): ApiError {
    return refusal(call, { ...answer, text: this.#pool.redactor.text(answer.text) });
  }

  async #http(
    method: string,
    url: string,
    body: unknown,
    token: Secret | undefined,
    signal?: AbortSignal,
  ): Promise<HttpTextAnswer> {
    const request = {
      cloud: this.#name,
      service: 'fuel',
      method,
      url: new URL(url),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { 'x-auth-token': token.reveal() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    };
    try {
      return await this.#pool.text(request);
    } catch (error) {
      // Where plain HTTP is switched off every call is led to port 8443: what changes something must not follow.
      if (!isApiError(error, 'configuration') || Math.trunc((error.details.status ?? 0) / 100) !== 3) throw error;
      throw withHint(error, `set fuel_url to that address, as https://${new URL(url).hostname}:8443/api/, and cacert`);
    }
  }

  #call(method: string, url: string): FuelCall {
    const { pathname, search } = new URL(url);
    return { cloud: this.#name, method, path: this.#pool.redactor.text(pathname + search) };
  }
}

function withHint({ details }: ApiError, hint: string): ApiError {
  return new ApiError({ ...details, hint });
}
