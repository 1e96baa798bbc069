import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Cloud } from '../cloud.ts';
import type { FaultEffect, Faults } from '../faults.ts';
import type { Caller } from '../policy.ts';
import type { RequestLog } from '../request-log.ts';
import { callerOf } from '../tokens.ts';
import { type Answer, badRequest, type Call, Refusal } from './call.ts';
import { breakBefore, corrupted, sendTruncated } from './mischief.ts';
import type { Route, Service } from './service.ts';

export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

interface Origin {
  readonly url: string;
  readonly legacy: boolean;
  readonly projectId: string | undefined;
}

const origins = new WeakMap<IncomingMessage, Origin>();

/** One port of a cloud: all services of it below their prefixes, with faults and the request log in front. */
export async function listen(
  cloud: Cloud,
  services: readonly Service[],
  where: { readonly host: string; readonly port: number; readonly admin: boolean },
  watch: { readonly faults: Faults; readonly log: RequestLog },
): Promise<Listener> {
  const app = Fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    bodyLimit: 64 * 1024 * 1024,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000 },
    rewriteUrl: (request) => rewrite(request),
    requestIdHeader: false,
  });
  parseBodies(app);
  const context = { cloud, admin: where.admin, ...watch };
  for (const service of services) {
    for (const route of service.routes) {
      const url = route.path === '/' ? service.dialect.prefix : `${service.dialect.prefix}${route.path}`;
      app.route({
        method: route.method,
        url,
        handler: (request, reply) => serve(context, service, route, request, reply),
      });
    }
  }
  app.setNotFoundHandler((request, reply) => {
    const service = services.find((candidate) => request.url.startsWith(candidate.dialect.prefix));
    if (service === undefined) return reply.code(404).type('text/plain').send('Not Found');
    return serve(context, service, undefined, request, reply);
  });
  app.setErrorHandler((error, request, reply) => {
    const service = services.find((candidate) => request.url.startsWith(candidate.dialect.prefix));
    const message = error instanceof Error ? error.message : String(error);
    if (service === undefined) return reply.code(400).send(message);
    const failing: Route = {
      method: 'GET',
      path: request.url,
      access: 'anonymous',
      handler: () => {
        throw badRequest(`Malformed request: ${message}`);
      },
    };
    return serve(context, service, failing, request, reply);
  });
  await app.listen({ host: where.host, port: where.port });
  const address = app.server.address();
  const port = isAddressInfo(address) ? address.port : where.port;
  return { url: `http://${where.host}:${port}`, close: () => app.close() };
}

function isAddressInfo(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

/** Nova and Cinder take the project's id in the path or not; Nova's /v2 is its /v2.1; Neutron takes `.json`. */
function rewrite(request: Pick<IncomingMessage, 'url'> & object): string {
  const url = request.url ?? '/';
  const [path = '', query] = url.split('?', 2);
  const match = /^\/(compute\/v2(?:\.1)?|volume\/v3)(?:\/([0-9a-f]{32}))?(\/.*)?$/.exec(path);
  let inner = path.startsWith('/networking/') ? path.replace(/\.json$/, '') : path;
  let legacy = false;
  let projectId: string | undefined;
  if (match !== null) {
    const [, version = '', project, rest = ''] = match;
    // The version document of /v2 is not that of /v2.1.
    legacy = version === 'compute/v2';
    projectId = project;
    const bare = rest === '' || rest === '/';
    if (!(legacy && bare)) inner = `/${legacy ? 'compute/v2.1' : version}${rest}`;
  }
  if (isMessage(request)) origins.set(request, { url, legacy, projectId });
  return query === undefined ? inner : `${inner}?${query}`;
}

function isMessage(request: object): request is IncomingMessage {
  return 'socket' in request;
}

/** JSON is read; all else is left in the stream for the one who wants it. An empty JSON body is no error. */
function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/(.+\+)?json|^application\/openstack-images/,
    { parseAs: 'string' },
    (_r, body, done) => {
      try {
        done(null, body.length === 0 ? undefined : JSON.parse(String(body)));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)), undefined);
      }
    },
  );
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
}

interface Context {
  readonly cloud: Cloud;
  readonly admin: boolean;
  readonly faults: Faults;
  readonly log: RequestLog;
}

async function serve(
  context: Context,
  service: Service,
  route: Route | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { cloud, log, faults } = context;
  const call = callOf(context, service, request);
  const facts = { cloud: cloud.name, service: service.dialect.service, method: call.method, url: call.url };
  const pattern = route === undefined ? '(no route)' : `${service.dialect.prefix}${route.path}`;
  log.begin();
  request.raw.socket.setKeepAlive(true);
  let status = 0;
  reply.raw.once('close', () => log.end(pattern, { ...facts, status }));
  reply.hijack();
  const fault = faults.strike(facts);
  if (fault !== undefined && (await breakBefore(fault, reply.raw, call)) === 'answered') return;
  const answer = fault?.kind === 'status' ? faultAnswer(service, fault, call) : await answerTo(service, route, call);
  if (fault?.kind === 'reset') {
    reply.raw.socket?.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'hang') return;
  status = answer.status;
  const headers = service.dialect.headers(call, route !== undefined);
  const stream =
    fault?.kind === 'corrupted-body' && answer.stream ? Readable.from(corrupted(answer.stream)) : undefined;
  const sent = stream === undefined ? answer : { ...answer, stream };
  send(headers, call, sent, reply, fault?.kind === 'truncated-body');
}

async function answerTo(service: Service, route: Route | undefined, call: Call & { minor: number }): Promise<Answer> {
  const { dialect } = service;
  try {
    // Keystone routes first and asks who it is then; the others ask first.
    if (route === undefined && dialect.service === 'identity') return dialect.unknown(call);
    if (route?.access !== 'anonymous') refuseForeignProject(call);
    call.minor = dialect.negotiate(call);
    if (route === undefined) return dialect.unknown(call);
    return await route.handler(call);
  } catch (error) {
    if (error instanceof Refusal) return dialect.refuse(error, call);
    // A mistake of ours must look like one and not like an answer of OpenStack's.
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 500, headers: { 'Content-Type': 'text/plain' }, body: `pump-sim failed: ${words}` };
  }
}

/** First of all the token; then the project in the path must be the token's (Nova and Cinder, 400). */
function refuseForeignProject(call: Call): void {
  const { caller } = call;
  const projectId = origins.get(call.stream)?.projectId;
  if (projectId === undefined || projectId === caller.projectId) return;
  const words = `URL's project_id '${projectId}' doesn't match Context's project_id '${caller.projectId}'`;
  throw badRequest(`Malformed request URL: ${words}`);
}

function faultAnswer(service: Service, fault: Extract<FaultEffect, { kind: 'status' }>, call: Call): Answer {
  const refused = service.dialect.refuse(new Refusal(fault.status, 'Injected by pump-sim.'), call);
  const retry = fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) };
  const headers = { ...refused.headers, ...retry };
  return fault.body === undefined ? { ...refused, headers } : { status: fault.status, body: fault.body, headers };
}

function callOf(context: Context, service: Service, request: FastifyRequest): Call & { minor: number } {
  const { cloud } = context;
  const origin = origins.get(request.raw) ?? { url: request.url, legacy: false, projectId: undefined };
  const params: Record<string, string> = {};
  if (typeof request.params === 'object' && request.params !== null) {
    for (const [key, value] of Object.entries(request.params)) params[key] = String(value);
  }
  const host = request.headers.host ?? 'localhost';
  let caller: Caller | undefined;
  return {
    cloud,
    method: request.method,
    url: origin.url,
    base: `http://${host}${service.dialect.prefix}`,
    query: new URLSearchParams(origin.url.split('?', 2)[1] ?? ''),
    params,
    headers: request.headers,
    body: request.body,
    stream: request.raw,
    requestId: `req-${cloud.random.uuid()}`,
    minor: 0,
    legacy: origin.legacy,
    adminPort: context.admin,
    get caller() {
      caller ??= callerOf(cloud, request.headers['x-auth-token']);
      return caller;
    },
  };
}

function send(
  own: Readonly<Record<string, string | string[]>>,
  call: Call,
  answer: Answer,
  reply: FastifyReply,
  truncated: boolean,
): void {
  const { raw } = reply;
  const headers: Record<string, string | string[]> = { ...own, ...answer.headers };
  if (answer.stream !== undefined) {
    raw.writeHead(answer.status, { 'Content-Type': 'application/octet-stream', ...headers });
    if (truncated) sendTruncated(raw, answer.stream);
    else answer.stream.on('error', () => raw.destroy()).pipe(raw);
    return;
  }
  const text =
    answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const payload = Buffer.from(text);
  if (answer.body !== undefined && headers['Content-Type'] === undefined) headers['Content-Type'] = 'application/json';
  raw.writeHead(answer.status, { ...headers, ...(answer.status === 204 ? {} : { 'Content-Length': payload.length }) });
  if (call.method === 'HEAD') raw.end();
  else if (truncated && payload.length > 1) sendTruncated(raw, payload);
  else raw.end(payload);
}
