import type { CloudSettings, Secret } from '../../../config/index.ts';
import { Catalog } from '../catalog.ts';
import type { HttpPool } from '../http.ts';
import { type RetrySettings, repeating, sendJson } from '../json-http.ts';
import { authProblem } from './auth-problem.ts';
import { discoverIdentity, type IdentityEndpoint } from './discover.ts';
import type { IdentityApi } from './identity-api.ts';
import { logIn } from './log-in.ts';
import type { Login } from './login.ts';
import { needsV3 } from './v2.ts';

const VERSIONS = { '2.0': 'v2.0', '3': 'v3' } as const;

/** One cloud's Keystone: finds it once, logs in with any scope. */
export class IdentityGateway {
  readonly #pool: HttpPool;
  readonly #retry: RetrySettings;
  #endpoint: Promise<IdentityEndpoint> | undefined;
  #notes: readonly string[] = [];

  constructor(pool: HttpPool, retry: RetrySettings) {
    this.#pool = pool;
    this.#retry = retry;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  /** A failure is not kept: Keystone may be back the next time. */
  endpoint(settings: CloudSettings): Promise<IdentityEndpoint> {
    const { name: cloud, authUrl, identityApiVersion, credentials, scope } = settings;
    const wanted = identityApiVersion === undefined ? undefined : VERSIONS[identityApiVersion];
    const wish = { cloud, authUrl, wanted, needsV3: needsV3(credentials, scope) };
    this.#endpoint ??= discoverIdentity(wish, (url) =>
      repeating(
        () => sendJson(this.#pool, { cloud, service: 'identity', method: 'GET', url, headers: {} }),
        this.#retry,
      ),
    ).then(
      (endpoint) => {
        this.#notes = endpoint.note === undefined ? [] : [endpoint.note];
        return endpoint;
      },
      (error: unknown) => {
        this.#endpoint = undefined;
        throw error;
      },
    );
    return this.#endpoint;
  }

  async logIn(settings: CloudSettings, readyToken: Secret | undefined): Promise<Login> {
    const { name: cloud, credentials, scope } = settings;
    const { version, root } = await this.endpoint(settings);
    const api: IdentityApi = {
      cloud,
      version,
      root,
      call: (method, path, options) =>
        repeating(() => {
          const url = new URL(root.pathname.replace(/\/+$/, '') + path, root);
          return sendJson(this.#pool, { cloud, service: 'identity', method, url, headers: {}, ...options });
        }, this.#retry),
    };
    const login = await logIn(api, credentials, scope, readyToken);
    this.#pool.redactor.learnToken(login.token);
    checkRegion(settings, login);
    return login;
  }
}

function checkRegion(settings: CloudSettings, login: Login): void {
  const { name, regionName } = settings;
  const regions = new Catalog(login.services, settings).regions();
  if (regionName !== undefined && regions.length > 0 && !regions.includes(regionName)) {
    throw authProblem(name, `the cloud has no region ${regionName}`, `its regions: ${regions.join(', ')}`);
  }
}
