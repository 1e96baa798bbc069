import {
  type CloudOptions,
  type FaultRule,
  type Population,
  populate,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';

/** Nothing takes time unless the test moves the clock. */
export const SLOW = {
  buildMs: 3000,
  deleteMs: 1000,
  powerMs: 1000,
  migrateMs: 3000,
  snapshotMs: 3000,
  volumeMs: 1000,
  attachMs: 500,
};

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What stands at a path of an answer: `at(body, 'servers', 0, 'name')`. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.entries(found).find(([name]) => name === String(key))?.[1];
  }
  return found;
}

/** The field of each item of a list. */
export function each(value: unknown, list: string, field: string): unknown[] {
  const items = at(value, list);
  return Array.isArray(items) ? items.map((item) => at(item, field)) : [];
}

export class Client {
  readonly token: string;
  readonly base: string;

  constructor(base: string, token: string) {
    this.base = base;
    this.token = token;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const own = { accept: 'application/json', ...(this.token === '' ? {} : { 'x-auth-token': this.token }) };
    const payload = body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(path.startsWith('http') ? path : `${this.base}${path}`, {
      method,
      headers: { ...own, ...type, ...headers },
      ...(body === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: json(text) };
  }

  get(path: string, microversion?: string): Promise<Reply> {
    return this.call(
      'GET',
      path,
      undefined,
      microversion === undefined ? {} : { 'openstack-api-version': microversion },
    );
  }

  post(path: string, body: unknown, microversion?: string): Promise<Reply> {
    return this.call('POST', path, body, microversion === undefined ? {} : { 'openstack-api-version': microversion });
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const SMALL: Population = {
  flavors: [{ name: 'm1', id: 'f1' }],
  images: [{ name: 'cirros', visibility: 'public' }],
  publicNetwork: { name: 'public' },
  tenants: [
    {
      name: 'acme',
      users: [{ name: 'ann', password: 'secret', keypairs: ['key'] }],
      networks: [{ name: 'net', cidr: '10.0.0.0/24' }],
      volumes: [{ name: 'data' }],
      servers: [
        { name: 'web', flavor: 'm1', image: 'cirros', networks: [{ name: 'net' }], keypair: 'key', userData: 'hello' },
        {
          name: 'db',
          flavor: 'm1',
          image: 'cirros',
          networks: [{ name: 'net' }],
          volumes: ['data'],
          status: 'SHUTOFF',
        },
      ],
    },
    { name: 'globex', users: [{ name: 'gus', password: 'secret' }] },
  ],
};

export function start(
  options: Partial<CloudOptions> = {},
  more: { fill?: Population; faults?: FaultRule[] } = {},
): Promise<Simulator> {
  return startSimulator({
    clouds: [{ name: 'one', durations: SLOW, ...options }],
    fill: (cloud) => populate(cloud, more.fill ?? SMALL),
    ...(more.faults === undefined ? {} : { faults: more.faults }),
  });
}

export async function login(
  simulator: Simulator,
  user = 'admin',
  password = 'admin',
  project = 'admin',
): Promise<Client> {
  const { state } = simulator.cloud('one');
  const root = new Client(state.publicUrl, '');
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name: user, domain, password } } };
  const answer = await root.post('/identity/v3/auth/tokens', {
    auth: { identity, scope: { project: { name: project, domain } } },
  });
  if (answer.status !== 201) throw new Error(`login of ${user}: ${answer.status}`);
  return new Client(state.publicUrl, answer.headers.get('x-subject-token') ?? '');
}
