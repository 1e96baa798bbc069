import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { FuelLink } from '../hardware/fuel-link.ts';
import { FuelRefusal, sendRefusal } from './answers.ts';
import { clusterRoutes } from './cluster-api.ts';
import { nodeRoutes } from './node-api.ts';
import { type FuelOptions, fuelOptionsSchema } from './options.ts';
import { Raw, type Route, type Routed } from './routes.ts';
import { defaultLayout, FuelState, type Node } from './state.ts';

/** As it comes: `PUT`, `clusters/1/changes?nodes=7`. */
export interface FuelCall {
  readonly method: string;
  /** Below `/api/`, with its query and without a slash at its end. */
  readonly path: string;
  readonly body: unknown;
}

export interface SimulatedFuel {
  /** For `fuel_url`: `http://127.0.0.1:PORT/api/`. */
  readonly url: string;
  /** Tests may look and change. */
  readonly state: FuelState;
  /** The next provisioning or deployment fails, with these words among the notifications. */
  failNext(what: 'provision' | 'deploy', why: string): void;
  /** Called with each call before it is carried out, and before it is answered; that waits until it has settled. */
  before: (what: 'carrying-out' | 'answering', call: FuelCall) => Promise<void> | undefined;
  close(): Promise<void>;
}

const TENANT = 'admin';
/** What the agents call, and nobody else knows a token for. */
const WITHOUT_TOKEN: ReadonlySet<string> = new Set(['POST nodes', 'PUT nodes/agent']);

/** Starts a Fuel master (Nailgun) on loopback. Throws a ZodError for options without sense. */
export async function startFuel(
  options: FuelOptions & { readonly clock: Clock; readonly link?: FuelLink },
): Promise<SimulatedFuel> {
  const { clock, link, ...given } = options;
  const state = new FuelState(fuelOptionsSchema.parse(given), clock, link);
  furnish(state);
  const tokens = new Map<string, number>();
  const app = Fastify({
    forceCloseConnections: true,
    // Both bases are the same application, and a slash at the end is optional.
    rewriteUrl: ({ url = '/' }) => url.replace(/^\/api\/v1(?=\/|$)/, '/api').replace(/\/+(?=\?|$)/, ''),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      done(new FuelRefusal(400, 'Invalid JSON') as Error);
    }
  });
  app.setErrorHandler((error, _request, reply) =>
    error instanceof FuelRefusal
      ? sendRefusal(reply, state, error)
      : reply
          .code(500)
          .type('text/plain')
          .send(`Unexpected exception, please check logs: ${String(error)}`),
  );
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('not found'));
  let before: SimulatedFuel['before'] = () => undefined;
  app.addHook('preHandler', async (request) => before('carrying-out', callOf(request)));
  app.addHook('onSend', async (request) => before('answering', callOf(request)));
  routeIdentity(app, state, tokens);
  routeVersion(app, state, tokens);
  for (const route of [...nodeRoutes, ...clusterRoutes]) addRoute(app, state, route, tokens);
  const address = await app.listen({ host: '127.0.0.1', port: state.settings.port });
  return {
    url: `${address}/api/`,
    state,
    failNext: (what, why) => void state.failures.set(what, why),
    get before() {
      return before;
    },
    set before(hook) {
      before = hook;
    },
    close: () => app.close(),
  };
}

function addRoute(
  app: FastifyInstance,
  state: FuelState,
  [method, path, answer]: Route,
  tokens: Map<string, number>,
): void {
  app.route({
    method,
    url: `/api/${path}`,
    handler: (request, reply) => {
      if (!WITHOUT_TOKEN.has(`${method} ${path}`)) requireToken(request, state, tokens);
      // Only the first type that is asked for counts.
      if (!state.isOld && /^\s*text\/html/.test(request.headers.accept ?? ''))
        throw new FuelRefusal(415, 'Unsupported Media Type', 'text');
      const call: Routed = {
        params: request.params as Routed['params'],
        query: request.query as Routed['query'],
        body: request.body,
        created: () => void reply.code(201),
        accepted: () => void reply.code(202),
        raw: (text) => new Raw(text),
      };
      const body = answer(state, call);
      return send(reply, body instanceof Raw ? body.text : JSON.stringify(body));
    },
  });
}

function callOf({ method, url, body }: FastifyRequest): FuelCall {
  return { method, path: url.replace(/^\/api\//, ''), body };
}

function send(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('application/json').send(text);
}

function requireToken({ headers }: FastifyRequest, { clock }: FuelState, tokens: Map<string, number>): void {
  const expires = tokens.get(String(headers['x-auth-token'] ?? ''));
  if (expires === undefined || expires < clock.now().getTime()) throw new FuelRefusal(401, '', 'text');
}

/** Up to 9.0 anybody may ask; later nobody without a token. */
function routeVersion(app: FastifyInstance, state: FuelState, tokens: Map<string, number>): void {
  app.get('/api/version', (request, reply) => {
    if (!state.isOld) requireToken(request, state, tokens);
    const { version } = state.settings;
    return send(reply, JSON.stringify({ release: version, api: '1', auth_required: true, feature_groups: [] }));
  });
}

/** Keystone v2.0, through Nailgun's own port. */
function routeIdentity(app: FastifyInstance, { settings, clock }: FuelState, tokens: Map<string, number>): void {
  app.post('/keystone/v2.0/tokens', (request, reply) => {
    const { auth } = request.body as {
      auth?: { tenantName?: string; passwordCredentials?: { username?: string; password?: string } };
    };
    const { username, password } = auth?.passwordCredentials ?? {};
    if (username !== settings.username || password !== settings.password || auth?.tenantName !== TENANT)
      return reply
        .code(401)
        .type('application/json')
        .send(
          JSON.stringify({
            error: { message: 'The request you have made requires authentication.', code: 401, title: 'Unauthorized' },
          }),
        );
    const id = randomUUID().replaceAll('-', '');
    const expires = clock.now().getTime() + settings.tokenLifetimeMs;
    tokens.set(id, expires);
    const token = { id, expires: new Date(expires).toISOString(), tenant: { id: '1', name: 'admin' } };
    return send(reply, JSON.stringify({ access: { token, user: { name: username } } }));
  });
}

/** Environments with what is deployed in them already: nodes that no machine stands for. */
function furnish(state: FuelState): void {
  const admin = { id: 1, name: 'fuelweb_admin', cidr: '10.20.0.0/24', vlan: null, ranges: [state.settings.adminRange] };
  for (const [index, { name, nodes }] of state.settings.environments.entries()) {
    const network = (named: string, vlan: number | null) => {
      const id = state.next('network');
      return {
        id,
        name: named,
        cidr: `192.168.${id}.0/24`,
        vlan,
        ranges: [[`192.168.${id}.1`, `192.168.${id}.254`]] as [string, string][],
      };
    };
    const networks = [
      admin,
      network('public', null),
      network('management', 101),
      network('storage', 102),
      network('private', null),
    ];
    const cluster = {
      id: index + 1,
      name,
      status: nodes.length === 0 ? 'new' : 'operational',
      networks,
      vlanRange: [1000, 1003] as const,
    };
    state.clusters.push(cluster);
    for (const given of nodes) {
      const node = paperNode(state, given, cluster.id);
      defaultLayout(node, cluster, given.roles);
      state.nodes.push(node);
    }
  }
}

function paperNode(
  state: FuelState,
  {
    name,
    roles,
    status,
    online,
  }: { readonly name: string; readonly roles: string[]; readonly status: string; readonly online: boolean },
  cluster: number,
): Node {
  const id = state.next('node');
  const mac = (nic: number) => `52:54:01:00:${id.toString(16).padStart(2, '0')}:0${nic}`;
  const nics = ['eth0', 'eth1'].map((nic, index) => {
    return {
      id: state.next('nic'),
      name: nic,
      mac: mac(index),
      pxe: index === 0,
      busInfo: `0000:0${4 + index}:00.0`,
      networks: [],
    };
  });
  const disks = ['sda', 'sdb'].map((disk, index) => {
    return { id: `disk/by-path/pci-0000:00:1f.2-scsi-${index}:0:0:0`, name: disk, size: 953_177, volumes: [] };
  });
  return {
    id,
    name,
    hostname: name,
    status,
    online,
    cluster,
    roles: [...roles],
    pendingRoles: [],
    pendingAddition: false,
    pendingDeletion: false,
    progress: 100,
    errorType: null,
    isPaper: true,
    isDeployed: true,
    mac: mac(0),
    ip: `10.20.0.${9 + id}`,
    meta: {
      interfaces: nics.map(({ name: nic, mac: address, pxe }) => ({ name: nic, mac: address, pxe })),
    },
    nics,
    disks,
    labels: {},
    lastSeen: state.clock.now(),
    checksum: undefined,
  };
}
