import { z } from 'zod';
import type { Credentials, DomainRef, ProjectRef, Scope, UserRef } from '../../../config/index.ts';
import { Secret } from '../../../config/index.ts';
import { ApiError } from '../../api-error.ts';
import type { CatalogService } from '../catalog.ts';
import type { JsonAnswer } from '../json-http.ts';
import { authProblem, unexpectedAnswer } from './auth-problem.ts';
import { chooseProject } from './default-scope.ts';
import type { IdentityApi } from './identity-api.ts';
import type { Login, TokenScope } from './login.ts';

const TOKENS = '/auth/tokens';

const named = z.object({ id: z.string(), name: z.string().default('') });
const ownedByDomain = named.extend({ domain: named.optional() });
const catalog = z.array(
  z.object({
    type: z.string(),
    name: z.string().default(''),
    endpoints: z.array(
      z.object({
        interface: z.string(),
        region_id: z.string().nullish(),
        region: z.string().nullish(),
        url: z.string(),
      }),
    ),
  }),
);
const tokenBody = z.object({
  token: z.object({
    expires_at: z.string(),
    user: ownedByDomain,
    project: ownedByDomain.optional(),
    domain: named.optional(),
    system: z.object({ all: z.boolean() }).optional(),
    roles: z.array(named).default([]),
    catalog: catalog.default([]),
  }),
});
const projectsBody = z.object({
  projects: z.array(z.object({ id: z.string(), name: z.string(), enabled: z.boolean().default(true) })),
});

/** Logs in at Identity v3 (API reference: Authentication and token management). */
export async function loginV3(api: IdentityApi, credentials: Credentials, scope: Scope): Promise<Login> {
  if (credentials.kind === 'token') {
    return loginByToken(api, credentials.token, scope);
  }
  const identity = identityOf(credentials);
  // An application credential carries its project; naming one is refused.
  const bound = credentials.kind === 'application-credential' || credentials.kind === 'application-credential-by-name';
  const login = await post(api, identity, bound || scope.kind === 'default' ? undefined : scopeBody(scope));
  if (bound && scope.kind !== 'default' && !hasScope(login.whoAmI.scope, scope)) {
    throw authProblem(
      api.cloud,
      'an application credential is good for the project it was made in, and for no other',
      'configure a user name and password to reach other projects',
    );
  }
  if (bound || scope.kind !== 'default' || login.whoAmI.scope.kind !== 'unscoped') {
    return login;
  }
  return post(api, identity, await defaultProject(api, login));
}

/** The token itself where it already has the scope, else a new one of that scope made with it. */
async function loginByToken(api: IdentityApi, token: Secret, scope: Scope): Promise<Login> {
  const headers = { 'x-auth-token': token.reveal(), 'x-subject-token': token.reveal() };
  const login = readLogin(api, 'GET', await api.call('GET', TOKENS, { headers }), token);
  if (hasScope(login.whoAmI.scope, scope)) {
    return login;
  }
  const identity = { methods: ['token'], token: { id: token.reveal() } };
  return post(api, identity, scope.kind === 'default' ? await defaultProject(api, login) : scopeBody(scope));
}

async function post(api: IdentityApi, identity: object, scope: object | undefined): Promise<Login> {
  const body = { auth: { identity, ...(scope && { scope }) } };
  const answer = await api.call('POST', TOKENS, { body });
  const token = answer.headers['x-subject-token'];
  if (token === undefined) {
    throw unexpectedAnswer(api.cloud, 'POST', api.root.pathname + TOKENS);
  }
  return readLogin(api, 'POST', answer, new Secret(token));
}

async function defaultProject(api: IdentityApi, login: Login): Promise<object> {
  const headers = { 'x-auth-token': login.token.reveal() };
  const answer = projectsBody.safeParse((await api.call('GET', '/auth/projects', { headers })).body);
  if (!answer.success) {
    throw unexpectedAnswer(api.cloud, 'GET', `${api.root.pathname}/auth/projects`);
  }
  const project = chooseProject(api.cloud, login.whoAmI.user.name, answer.data.projects);
  if (project instanceof ApiError) {
    throw project;
  }
  return { project: { id: project.id } };
}

function identityOf(credentials: Exclude<Credentials, { kind: 'token' }>): object {
  switch (credentials.kind) {
    case 'password':
      return {
        methods: ['password'],
        password: { user: { ...userBody(credentials.user), password: credentials.password.reveal() } },
      };
    case 'application-credential':
      return {
        methods: ['application_credential'],
        application_credential: { id: credentials.id, secret: credentials.secret.reveal() },
      };
    case 'application-credential-by-name':
      return {
        methods: ['application_credential'],
        application_credential: {
          name: credentials.name,
          user: userBody(credentials.user),
          secret: credentials.secret.reveal(),
        },
      };
    default:
      return credentials satisfies never;
  }
}

function scopeBody(scope: Exclude<Scope, { kind: 'default' }>): object {
  switch (scope.kind) {
    case 'project':
      return { project: projectBody(scope.project) };
    case 'domain':
      return { domain: domainBody(scope.domain) };
    case 'system':
      return { system: { all: true } };
    default:
      return scope satisfies never;
  }
}

function userBody(user: UserRef): object {
  return 'id' in user ? { id: user.id } : { name: user.name, domain: domainBody(user.domain) };
}

function projectBody(project: ProjectRef): object {
  return 'id' in project ? { id: project.id } : { name: project.name, domain: domainBody(project.domain) };
}

function domainBody(domain: DomainRef): object {
  return 'id' in domain ? { id: domain.id } : { name: domain.name };
}

function hasScope(has: TokenScope, wanted: Scope): boolean {
  switch (wanted.kind) {
    case 'default':
      return has.kind !== 'unscoped';
    case 'project':
      return has.kind === 'project' && matches(has.project, wanted.project);
    case 'domain':
      return has.kind === 'domain' && matches(has.domain, wanted.domain);
    case 'system':
      return has.kind === 'system';
    default:
      return wanted satisfies never;
  }
}

function matches(
  has: { id: string; name: string; domain?: { id: string; name: string } },
  wanted: ProjectRef | DomainRef,
): boolean {
  if ('id' in wanted) {
    return has.id === wanted.id;
  }
  const sameDomain = !('domain' in wanted) || (has.domain !== undefined && matches(has.domain, wanted.domain));
  return has.name === wanted.name && sameDomain;
}

function readLogin(api: IdentityApi, method: string, answer: JsonAnswer, token: Secret): Login {
  const parsed = tokenBody.safeParse(answer.body);
  if (!parsed.success) {
    throw unexpectedAnswer(api.cloud, method, api.root.pathname + TOKENS);
  }
  const body = parsed.data.token;
  return {
    token,
    whoAmI: {
      user: withDomain(body.user),
      scope: scopeOf(body),
      roles: body.roles.map(({ id, name }) => ({ id, name })),
      expiresAt: new Date(body.expires_at),
      identityVersion: 'v3',
    },
    services: body.catalog.map(readService),
    serverTime: answer.headers.date === undefined ? undefined : new Date(answer.headers.date),
  };
}

function scopeOf(token: z.infer<typeof tokenBody>['token']): TokenScope {
  if (token.project) {
    return { kind: 'project', project: withDomain(token.project) };
  }
  if (token.domain) {
    return { kind: 'domain', domain: token.domain };
  }
  return token.system ? { kind: 'system' } : { kind: 'unscoped' };
}

function withDomain(ref: z.infer<typeof ownedByDomain>) {
  return { id: ref.id, name: ref.name, ...(ref.domain && { domain: ref.domain }) };
}

function readService(service: z.infer<typeof catalog>[number]): CatalogService {
  return {
    type: service.type,
    name: service.name,
    endpoints: service.endpoints.flatMap((endpoint) => {
      // Some deployments register `publicURL`, as v2.0 named it.
      const side = /^(public|internal|admin)(URL)?$/.exec(endpoint.interface)?.[1];
      return side === 'public' || side === 'internal' || side === 'admin'
        ? [{ interface: side, region: endpoint.region_id ?? endpoint.region ?? undefined, url: endpoint.url }]
        : [];
    }),
  };
}
