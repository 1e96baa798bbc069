import { type CloudSettings, DEFAULT_REQUEST_LIMITS } from '../../../config/cloud-settings.ts';
import { Secret } from '../../../config/secret.ts';
import { type Handler, LocalServer, type Received, type Reply } from './local-server.ts';

const HOUR_MS = 3_600_000;

export interface LocalService {
  readonly type: string;
  /** Path on the cloud's own server, or a whole URL. */
  readonly at: string;
  readonly region?: string;
  readonly interface?: string;
}

export interface LocalCloudOptions {
  readonly versions?: readonly ('v3' | 'v2.0')[];
  readonly catalog?: readonly LocalService[];
  readonly routes?: Handler;
  /** Projects that the user has a role in. */
  readonly projects?: readonly string[];
  /** The user's default project (v3). */
  readonly defaultProject?: string;
  /** The server's clock. */
  readonly now?: () => number;
  readonly tokenLifeMs?: number;
  readonly password?: string;
  /** Host that its version documents name. */
  readonly documentOrigin?: string;
}

/** One Keystone and whatever `routes` answers behind it, on one port; every path but Keystone's wants a valid token. */
export class LocalCloud {
  readonly server: LocalServer;
  readonly #valid: Set<string>;
  readonly #state: { issued: number };

  private constructor(server: LocalServer, valid: Set<string>, state: { issued: number }) {
    this.server = server;
    this.#valid = valid;
    this.#state = state;
  }

  static async start(options: LocalCloudOptions = {}): Promise<LocalCloud> {
    const valid = new Set<string>();
    const state = { issued: 0 };
    let server: LocalServer | undefined;
    const handler: Handler = async (request, response) => {
      const origin = server?.origin ?? '';
      const date = { date: new Date((options.now ?? Date.now)()).toUTCString() };
      const issue = () => {
        const token = `token-${++state.issued}`;
        valid.add(token);
        return token;
      };
      const identity = keystone(request, options, origin, valid, issue);
      if (identity) return { ...identity, headers: { ...date, ...identity.headers } };
      if (!valid.has(String(request.headers['x-auth-token'])))
        return { status: 401, headers: date, body: unauthorized };
      return (
        (await options.routes?.(request, response)) ??
        (response.headersSent || response.destroyed ? undefined : notFound)
      );
    };
    server = await LocalServer.start(handler);
    return new LocalCloud(server, valid, state);
  }

  get issued(): number {
    return this.#state.issued;
  }

  /** As an administrator's change of roles does: every token so far is refused from now on. */
  revokeTokens(): void {
    this.#valid.clear();
  }

  admit(token: string): void {
    this.#valid.add(token);
  }

  settings(over: Partial<CloudSettings> = {}): CloudSettings {
    return settingsFor(`${this.server.origin}/v3`, over);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

export function settingsFor(authUrl: string, over: Partial<CloudSettings> = {}): CloudSettings {
  return {
    name: 'old',
    role: 'source',
    authUrl,
    credentials: {
      kind: 'password',
      user: { name: 'admin', domain: { id: 'default' } },
      password: new Secret('correct-horse'),
    },
    scope: { kind: 'project', project: { name: 'ops', domain: { id: 'default' } } },
    interface: 'public',
    tls: { verify: true },
    limits: DEFAULT_REQUEST_LIMITS,
    endpointOverrides: {},
    ...over,
  };
}

const unauthorized = {
  error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
};
const notFound: Reply = {
  status: 404,
  body: { itemNotFound: { code: 404, message: 'The resource could not be found.' } },
};

function keystone(
  request: Received,
  options: LocalCloudOptions,
  origin: string,
  valid: ReadonlySet<string>,
  issue: () => string,
): Reply | undefined {
  const { versions = ['v3'], projects = ['ops'], documentOrigin = origin } = options;
  const path = request.path.replace(/\/+$/, '');
  const entry = (id: string) => ({
    id: id === 'v3' ? 'v3.14' : 'v2.0',
    status: 'stable',
    links: [{ rel: 'self', href: `${documentOrigin}/${id}/` }],
    'media-types': [{ base: 'application/json', type: `application/vnd.openstack.identity-${id}+json` }],
  });
  if (path === '') return { status: 300, body: { versions: { values: versions.map(entry) } } };
  const version = versions.find((one) => path === `/${one}` || path.startsWith(`/${one}/`));
  if (version === undefined) return undefined;
  const refused: Reply = { status: 401, body: unauthorized };
  const tenants = projects.map((name) => ({ id: `${name}-id`, name, enabled: true }));
  const expires = new Date((options.now ?? Date.now)() + (options.tokenLifeMs ?? HOUR_MS)).toISOString();
  const token = String(request.headers['x-auth-token']);
  switch (`${request.method} ${path}`) {
    case `GET /${version}`:
      return { body: { version: entry(version) } };
    case 'GET /v3/auth/projects':
      return valid.has(token) ? { body: { projects: tenants } } : refused;
    case 'GET /v2.0/tenants':
      return valid.has(token) ? { body: { tenants, tenants_links: [] } } : refused;
    case 'GET /v3/auth/tokens':
      return valid.has(token) ? { body: v3Token(options, origin, expires, 'ops') } : refused;
    case 'POST /v3/auth/tokens': {
      const { identity, scope } = JSON.parse(request.body).auth;
      const proof = identity.password?.user.password ?? identity.application_credential?.secret;
      if (proof !== (options.password ?? 'correct-horse') && !valid.has(identity.token?.id)) return refused;
      const wanted = scope?.project?.name ?? scope?.project?.id?.replace(/-id$/, '');
      const bound = identity.application_credential ? 'ops' : undefined;
      const project = wanted ?? (scope ? undefined : (bound ?? options.defaultProject));
      if (project !== undefined && !projects.includes(project)) return refused;
      const body = v3Token(options, origin, expires, project, scope);
      return { status: 201, headers: { 'x-subject-token': issue() }, body };
    }
    case 'POST /v2.0/tokens': {
      const { auth } = JSON.parse(request.body);
      if (auth.passwordCredentials?.password !== (options.password ?? 'correct-horse') && !valid.has(auth.token?.id))
        return refused;
      const tenant = tenants.find(({ id, name }) => id === auth.tenantId || name === auth.tenantName);
      if ((auth.tenantId ?? auth.tenantName) !== undefined && !tenant) return refused;
      const user = { id: 'admin-id', name: 'admin', username: 'admin', roles: tenant ? [{ name: 'admin' }] : [] };
      const serviceCatalog = tenant ? v2Catalog(options, origin) : [];
      return { body: { access: { token: { id: issue(), expires, ...(tenant && { tenant }) }, user, serviceCatalog } } };
    }
    default:
      return undefined;
  }
}

function v3Token(
  options: LocalCloudOptions,
  origin: string,
  expires: string,
  project?: string,
  scope?: { domain?: object; system?: object },
) {
  const domain = { id: 'default', name: 'Default' };
  const scoped = project !== undefined || scope !== undefined;
  return {
    token: {
      methods: ['password'],
      expires_at: expires,
      user: { id: 'admin-id', name: 'admin', domain },
      ...(project !== undefined && { project: { id: `${project}-id`, name: project, domain } }),
      ...(scope?.domain && { domain }),
      ...(scope?.system && { system: { all: true } }),
      ...(scoped && {
        roles: [
          { id: 'r1', name: 'member' },
          { id: 'r2', name: 'admin' },
        ],
        catalog: (options.catalog ?? []).map((service) => ({
          type: service.type,
          name: `${service.type}-service`,
          endpoints: [
            {
              interface: service.interface ?? 'public',
              region_id: service.region ?? 'RegionOne',
              url: service.at.startsWith('http') ? service.at : origin + service.at,
            },
          ],
        })),
      }),
    },
  };
}

function v2Catalog(options: LocalCloudOptions, origin: string) {
  return (options.catalog ?? []).map((service) => ({
    type: service.type,
    name: `${service.type}-service`,
    endpoints: [
      {
        region: service.region ?? 'RegionOne',
        [`${service.interface ?? 'public'}URL`]: service.at.startsWith('http') ? service.at : origin + service.at,
      },
    ],
  }));
}
