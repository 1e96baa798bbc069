import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { FuelLink } from '../hardware/fuel-link.ts';
import { FuelRefusal, sendRefusal } from './answers.ts';
import { clusterRoutes } from './cluster-api.ts';
import { furnish } from './furnish.ts';
import { requireToken, routeIdentity, routeVersion, type Tokens } from './identity.ts';
import { layoutRoutes } from './layout-api.ts';
import { lifecycleRoutes } from './lifecycle-api.ts';
import { addMischief } from './mischief.ts';
import { nodeRoutes } from './node-api.ts';
import { type FuelOptions, fuelOptionsSchema } from './options.ts';
import { releaseRoutes } from './releases.ts';
import { Raw, type Route, type Routed } from './routes.ts';
import { settingsRoutes } from './settings-api.ts';
import { FuelState } from './state.ts';
import { taskRoutes } from './task-api.ts';
import { templateRoutes } from './template-api.ts';

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
  /** The next provisioning, deployment or wiping fails, with these words among the notifications. */
  failNext(what: 'provision' | 'deploy' | 'deletion', why: string): void;
  /** Called with each call before it is carried out, and before it is answered; that waits until it has settled. */
  before: (what: 'carrying-out' | 'answering', call: FuelCall) => Promise<void> | undefined;
  close(): Promise<void>;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** What the agents call, and nobody else knows a token for. */
const WITHOUT_TOKEN: ReadonlySet<string> = new Set(['POST nodes', 'PUT nodes/agent']);

/** Starts a Fuel master (Nailgun) on loopback. Throws a ZodError for options without sense. */
export async function startFuel(
  options: FuelOptions & { readonly clock: Clock; readonly link?: FuelLink; readonly faults?: Faults },
): Promise<SimulatedFuel> {
  const { clock, link, faults, ...given } = options;
  const state = new FuelState(fuelOptionsSchema.parse(given), clock, link);
  furnish(state);
  const tokens: Tokens = new Map();
  const app = Fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
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
  if (faults !== undefined) addMischief(app, state, faults, tokens);
  routeIdentity(app, state, tokens);
  routeVersion(app, state, tokens);
  const routes = [
    nodeRoutes,
    layoutRoutes,
    clusterRoutes,
    lifecycleRoutes,
    releaseRoutes,
    settingsRoutes,
    taskRoutes,
    templateRoutes,
  ].flat();
  for (const route of routes) addRoute(app, state, route, tokens);
  refuseOtherMethods(app, state, routes, tokens);
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

function addRoute(app: FastifyInstance, state: FuelState, [method, path, answer]: Route, tokens: Tokens): void {
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
        gone: () => void reply.code(204),
        raw: (text) => new Raw(text),
      };
      const body = answer(state, call);
      if (reply.statusCode === 204) return reply.send();
      return send(reply, body instanceof Raw ? body.text : JSON.stringify(body));
    },
  });
}

/** What is known and cannot be done is 405; what nginx does not know (444) ends the connection. */
function refuseOtherMethods(app: FastifyInstance, state: FuelState, routes: readonly Route[], tokens: Tokens): void {
  app.addHook('onRequest', async ({ method }, reply) => {
    if (METHODS.has(method)) return undefined;
    reply.hijack();
    reply.raw.socket?.destroy();
    return reply;
  });
  for (const path of new Set(routes.map(([, each]) => each)))
    for (const method of METHODS)
      if (!routes.some((route) => route[0] === method && route[1] === path))
        app.route({
          method,
          url: `/api/${path}`,
          handler: (request) => {
            requireToken(request, state, tokens);
            throw new FuelRefusal(405, '', 'text');
          },
        });
}

function callOf({ method, url, body }: FastifyRequest): FuelCall {
  return { method, path: url.replace(/^\/api\//, ''), body };
}

function send(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('application/json').send(text);
}
