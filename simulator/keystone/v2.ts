import { type Call, ok, Refusal } from '../http/call.ts';
import { objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { microsZulu } from '../times.ts';
import { findToken, issueToken, revokeToken, roleIdsOf, unauthorized } from '../tokens.ts';
import { catalogV2 } from './catalog.ts';
import { rolesIn } from './roles.ts';
import type { Project, Scope, Token, User } from './state.ts';

export function tenantView(row: Project): object {
  return { description: row.description, enabled: row.enabled, id: row.id, name: row.name };
}

/** Identity v2.0 as Pike serves it on the public port: log in, and the caller's own tenants. The rest is on the admin port. */
export function routeV2(service: Service): void {
  service.post('/v2.0/tokens', login, 'anonymous');
  service.get('/v2.0/tenants', (call) => (call.adminPort ? allTenants(call) : ownTenants(call)));
  service.get(
    '/v2.0/extensions',
    () => ok({ extensions: { values: [{ alias: 'OS-KSADM', name: 'OpenStack Keystone Admin', links: [] }] } }),
    'anonymous',
  );
}

/** Tokens are validated and revoked on the admin port only. */
export function routeV2Tokens(service: Service): void {
  service.get('/v2.0/tokens/:id', (call) => ok({ access: accessView(call, subject(call)) }));
  service.head('/v2.0/tokens/:id', (call) => {
    subject(call);
    return { status: 200 };
  });
  service.delete('/v2.0/tokens/:id', (call) => {
    revokeToken(call.cloud, subject(call).id);
    return { status: 204 };
  });
}

function subject(call: Call): Token {
  if (!call.caller.isAdmin) throw forbidden('validate_token');
  const id = call.params.id ?? '';
  const token = findToken(call.cloud, id);
  if (token === undefined) throw new Refusal(404, `Could not find token: ${id}.`);
  return token;
}

export function forbidden(action: string): Refusal {
  return new Refusal(403, `You are not authorized to perform the requested action: identity:${action}.`);
}

function login(call: Call) {
  const { identity } = call.cloud;
  const auth = objectOf(objectOf(call.body).auth);
  const given = objectOf(auth.passwordCredentials);
  const parent = auth.token === undefined ? undefined : findToken(call.cloud, text(objectOf(auth.token).id) ?? '');
  let user: User | undefined;
  if (parent !== undefined) user = identity.users.get(parent.userId);
  else if (auth.passwordCredentials !== undefined) {
    // v2.0 knows the default domain only: users and tenants of others are not there for it.
    user = identity.users
      .where('name', text(given.username) ?? '')
      .find((row) => row.domainId === 'default' && row.password === given.password);
    user ??= identity.users.find((row) => row.id === given.userId && row.password === given.password);
  } else if (auth.token === undefined) {
    throw new Refusal(
      400,
      'Expecting to find one of passwordCredentials or token in auth. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
    );
  }
  if (user?.enabled !== true) throw unauthorized();
  const scope = scopeOf(call, user, auth.tenantId, auth.tenantName);
  const from = parent === undefined ? undefined : { parent };
  const token = issueToken(call.cloud, user.id, scope, [parent === undefined ? 'password' : 'token'], from);
  return ok({ access: accessView(call, token) });
}

function scopeOf(call: Call, user: User, tenantId: unknown, tenantName: unknown): Scope {
  const { identity } = call.cloud;
  const name = text(tenantName);
  const id = text(tenantId) ?? (name === undefined ? user.defaultProjectId : undefined);
  if (id === undefined && name === undefined) return { kind: 'unscoped' };
  const project =
    id !== undefined
      ? identity.projects.get(id)
      : identity.projects.where('name', name ?? '').find((row) => row.domainId === 'default');
  const scope: Scope = { kind: 'project', id: project?.id ?? '' };
  if (project?.enabled !== true || rolesIn(identity, user.id, scope).length === 0) throw unauthorized();
  return scope;
}

function accessView(call: Call, token: Token): object {
  const { cloud } = call;
  const user = cloud.identity.users.get(token.userId);
  const project = token.scope.kind === 'project' ? cloud.identity.projects.get(token.scope.id) : undefined;
  const roles = roleIdsOf(cloud, token);
  return {
    token: {
      issued_at: microsZulu(token.issuedAt),
      expires: microsZulu(token.expiresAt),
      id: token.id,
      ...(project === undefined ? {} : { tenant: tenantView(project) }),
      audit_ids: token.auditIds,
    },
    serviceCatalog: project === undefined ? [] : catalogV2(cloud, project.id),
    user: {
      username: user?.name,
      roles_links: [],
      id: user?.id,
      roles: roles.map((id) => ({ name: cloud.identity.roles.get(id)?.name })),
      name: user?.name,
    },
    metadata: { is_admin: 0, roles },
  };
}

function tenantsPage(call: Call, rows: readonly Project[]) {
  const { query } = call;
  const name = query.get('name');
  if (name !== null) {
    const row = rows.find((candidate) => candidate.name === name);
    if (row === undefined) throw new Refusal(404, `Could not find project: ${name}.`);
    // By name it is one object, not a list.
    return ok({ tenant: tenantView(row) });
  }
  const marker = query.get('marker');
  const start = marker === null ? 0 : rows.findIndex((row) => row.id === marker) + 1;
  if (marker !== null && start === 0) throw new Refusal(400, 'Marker could not be found');
  const limit = query.has('limit') ? Number(query.get('limit')) : rows.length;
  return ok({ tenants_links: [], tenants: rows.slice(start, start + limit).map(tenantView) });
}

const inDefaultDomain = (call: Call): Project[] =>
  call.cloud.identity.projects.filter((row) => row.domainId === 'default');

function ownTenants(call: Call) {
  const { identity } = call.cloud;
  const rows = inDefaultDomain(call).filter(
    (row) => row.enabled && rolesIn(identity, call.caller.userId, { kind: 'project', id: row.id }).length > 0,
  );
  return tenantsPage(call, rows);
}

function allTenants(call: Call) {
  if (!call.caller.isAdmin) throw forbidden('get_all_projects');
  return tenantsPage(call, inDefaultDomain(call));
}
