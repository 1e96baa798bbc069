import { z } from 'zod';
import type { Credentials, DomainRef, Scope, UserRef } from '../../../config/index.ts';
import { Secret } from '../../../config/index.ts';
import { ApiError } from '../../api-error.ts';
import type { CatalogEndpoint } from '../catalog.ts';
import { authProblem, unexpectedAnswer } from './auth-problem.ts';
import { chooseProject } from './default-scope.ts';
import type { IdentityApi } from './identity-api.ts';
import type { Login } from './login.ts';

const TOKENS = '/tokens';

const catalogEntry = z.object({
  type: z.string(),
  name: z.string().default(''),
  endpoints: z.array(
    z.object({
      region: z.string().nullish(),
      publicURL: z.string().nullish(),
      internalURL: z.string().nullish(),
      adminURL: z.string().nullish(),
    }),
  ),
});
const accessBody = z.object({
  access: z.object({
    token: z.object({
      id: z.string(),
      expires: z.string(),
      tenant: z.object({ id: z.string(), name: z.string().default('') }).nullish(),
    }),
    user: z.object({
      id: z.string(),
      name: z.string().default(''),
      roles: z.array(z.object({ name: z.string() })).default([]),
    }),
    // Ids of the roles, in the order of the user's role names.
    metadata: z.object({ roles: z.array(z.string()).default([]) }).default({ roles: [] }),
    // Keystone before Grizzly gives `{}` for an unscoped token.
    serviceCatalog: z.union([z.array(catalogEntry), z.object({}).transform(() => [])]).default([]),
  }),
});
const tenantsBody = z.object({
  tenants: z.array(z.object({ id: z.string(), name: z.string(), enabled: z.boolean().default(true) })),
});

/** Why this login cannot be made at Identity v2.0; undefined when it can. */
export function needsV3(credentials: Credentials, scope: Scope): string | undefined {
  if (credentials.kind === 'application-credential' || credentials.kind === 'application-credential-by-name') {
    return 'application credentials';
  }
  if (scope.kind === 'domain' || scope.kind === 'system') {
    return `a ${scope.kind} scope`;
  }
  const domains = [
    ...(credentials.kind === 'password' && 'domain' in credentials.user ? [credentials.user.domain] : []),
    ...(scope.kind === 'project' && 'domain' in scope.project ? [scope.project.domain] : []),
  ];
  const foreign = domains.find((domain) => !isDefault(domain));
  return foreign && `the domain ${'id' in foreign ? foreign.id : foreign.name}`;
}

/** Logs in at Identity v2.0 (POST /v2.0/tokens). A project is a tenant there, by name or id. */
export async function loginV2(api: IdentityApi, credentials: Credentials, scope: Scope): Promise<Login> {
  const obstacle = needsV3(credentials, scope);
  if (obstacle !== undefined || (credentials.kind !== 'password' && credentials.kind !== 'token')) {
    throw authProblem(
      api.cloud,
      `the cloud offers Identity v2.0 only, which does not know ${obstacle ?? credentials.kind}`,
      'configure a user name, password and tenant of the default domain',
    );
  }
  const proof =
    credentials.kind === 'token'
      ? { token: { id: credentials.token.reveal() } }
      : { passwordCredentials: { ...userBody(credentials.user), password: credentials.password.reveal() } };
  if (scope.kind === 'project') {
    const tenant = 'id' in scope.project ? { tenantId: scope.project.id } : { tenantName: scope.project.name };
    return post(api, { ...proof, ...tenant });
  }
  const login = await post(api, proof);
  return login.whoAmI.scope.kind === 'unscoped' ? post(api, { ...proof, ...(await defaultTenant(api, login)) }) : login;
}

async function post(api: IdentityApi, auth: object): Promise<Login> {
  const answer = await api.call('POST', TOKENS, { body: { auth } });
  const parsed = accessBody.safeParse(answer.body);
  if (!parsed.success) {
    throw unexpectedAnswer(api.cloud, 'POST', api.root.pathname + TOKENS);
  }
  const { token, user, metadata, serviceCatalog } = parsed.data.access;
  return {
    token: new Secret(token.id),
    whoAmI: {
      user: { id: user.id, name: user.name },
      scope: token.tenant ? { kind: 'project', project: token.tenant } : { kind: 'unscoped' },
      roles: user.roles.map(({ name }, index) => ({ id: metadata.roles[index] ?? name, name })),
      expiresAt: new Date(token.expires),
      identityVersion: 'v2.0',
    },
    services: serviceCatalog.map((service) => ({
      type: service.type,
      name: service.name,
      endpoints: service.endpoints.flatMap((endpoint): CatalogEndpoint[] => {
        const region = endpoint.region ?? undefined;
        return [
          ...(endpoint.publicURL ? [{ interface: 'public' as const, region, url: endpoint.publicURL }] : []),
          ...(endpoint.internalURL ? [{ interface: 'internal' as const, region, url: endpoint.internalURL }] : []),
          ...(endpoint.adminURL ? [{ interface: 'admin' as const, region, url: endpoint.adminURL }] : []),
        ];
      }),
    })),
    serverTime: answer.headers.date === undefined ? undefined : new Date(answer.headers.date),
  };
}

/** On the public port `/tenants` lists only those that the token's user has a role in, which is what we want. */
async function defaultTenant(api: IdentityApi, login: Login): Promise<{ tenantId: string }> {
  const headers = { 'x-auth-token': login.token.reveal() };
  const answer = tenantsBody.safeParse((await api.call('GET', '/tenants', { headers })).body);
  if (!answer.success) {
    throw unexpectedAnswer(api.cloud, 'GET', `${api.root.pathname}/tenants`);
  }
  const tenant = chooseProject(api.cloud, login.whoAmI.user.name, answer.data.tenants);
  if (tenant instanceof ApiError) {
    throw tenant;
  }
  return { tenantId: tenant.id };
}

function userBody(user: UserRef): object {
  return 'id' in user ? { userId: user.id } : { username: user.name };
}

function isDefault(domain: DomainRef): boolean {
  return 'id' in domain ? domain.id === 'default' : domain.name === 'Default';
}
