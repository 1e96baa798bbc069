import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FuelRefusal } from './answers.ts';
import type { FuelState } from './state.ts';

/** Until when each is good, in milliseconds since 1970. */
export type Tokens = Map<string, number>;

const TENANT = 'admin';
const DOMAIN = 'fuel';

/** @throws {FuelRefusal} 401 without words: missing, wrong or expired, all the same */
export function requireToken({ headers }: FastifyRequest, { clock }: FuelState, tokens: Tokens): void {
  const expires = tokens.get(String(headers['x-auth-token'] ?? ''));
  if (expires === undefined || expires < clock.now().getTime()) throw new FuelRefusal(401, '', 'text');
}

/** Up to 9.0 anybody may ask; later nobody without a token. */
export function routeVersion(app: FastifyInstance, state: FuelState, tokens: Tokens): void {
  app.get('/api/version', (request, reply) => {
    if (!state.isOld) requireToken(request, state, tokens);
    const { version } = state.settings;
    return reply
      .type('application/json')
      .send(JSON.stringify({ release: version, api: '1', auth_required: true, feature_groups: [] }));
  });
}

/** Keystone through Nailgun's own port: v2.0, and from 9.2 on v3. */
export function routeIdentity(app: FastifyInstance, state: FuelState, tokens: Tokens): void {
  const { settings, clock } = state;
  const isKnown = (username: unknown, password: unknown) =>
    username === settings.username && password === settings.password;
  const issue = () => {
    const id = randomUUID().replaceAll('-', '');
    const expires = clock.now().getTime() + settings.tokenLifetimeMs;
    tokens.set(id, expires);
    return { id, expires: new Date(expires).toISOString() };
  };
  app.post('/keystone/v2.0/tokens', (request, reply) => {
    const { auth } = (request.body ?? {}) as {
      auth?: { tenantName?: string; passwordCredentials?: { username?: string; password?: string } };
    };
    const { username, password } = auth?.passwordCredentials ?? {};
    if (!isKnown(username, password) || auth?.tenantName !== TENANT) return unauthorized(reply);
    const token = { ...issue(), tenant: { id: '1', name: TENANT } };
    return reply.type('application/json').send(JSON.stringify({ access: { token, user: { name: username } } }));
  });
  if (state.isOld) return;
  app.post('/keystone/v3/auth/tokens', (request, reply) => {
    const { auth } = (request.body ?? {}) as { auth?: V3Auth };
    const { name, password, domain } = auth?.identity?.password?.user ?? {};
    const project = auth?.scope?.project;
    const isScoped = project === undefined || (project.name === TENANT && project.domain?.name === DOMAIN);
    if (!isKnown(name, password) || domain?.name !== DOMAIN || !isScoped) return unauthorized(reply);
    const { id, expires } = issue();
    const user = { name, domain: { name: DOMAIN } };
    const token = { methods: ['password'], expires_at: expires, user, project: project ?? null };
    return reply.code(201).header('x-subject-token', id).type('application/json').send(JSON.stringify({ token }));
  });
}

interface V3Auth {
  readonly identity?: {
    readonly password?: {
      readonly user?: { readonly name?: string; readonly password?: string; readonly domain?: { name?: string } };
    };
  };
  readonly scope?: { readonly project?: { readonly name?: string; readonly domain?: { name?: string } } };
}

function unauthorized(reply: FastifyReply): FastifyReply {
  const message = 'The request you have made requires authentication.';
  return reply
    .code(401)
    .type('application/json')
    .send(JSON.stringify({ error: { message, code: 401, title: 'Unauthorized' } }));
}
