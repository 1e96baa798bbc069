import { type Call, ok, Refusal } from '../http/call.ts';
import { type Json, objectOf, text, texts } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { microsZulu } from '../times.ts';
import { findToken, issueToken, revokeToken, roleIdsOf, unauthorized } from '../tokens.ts';
import { catalogV3 } from './catalog.ts';
import { rolesIn } from './roles.ts';
import type { Domain, Project, Scope, Token, User } from './state.ts';
import { collection, domainView, link, projectView } from './views.ts';

interface Proven {
  readonly user: User;
  readonly methods: readonly string[];
  readonly parent?: Token;
  readonly applicationCredentialId?: string;
}

/** Identity v3 authentication (Identity API v3, "Authentication and token management"). */
export function routeAuth(service: Service): void {
  service.post('/v3/auth/tokens', login, 'anonymous');
  service.get('/v3/auth/tokens', (call) => {
    const token = subject(call);
    return { status: 200, headers: { 'X-Subject-Token': token.id }, body: { token: tokenView(call, token) } };
  });
  service.head('/v3/auth/tokens', (call) => ({ status: 200, headers: { 'X-Subject-Token': subject(call).id } }));
  service.delete('/v3/auth/tokens', (call) => {
    revokeToken(call.cloud, subject(call).id);
    return { status: 204 };
  });
  service.get('/v3/auth/projects', (call) => {
    const rows = call.cloud.identity.projects
      .all()
      .filter((row) => row.enabled && may(call, { kind: 'project', id: row.id }));
    return ok(
      collection(
        call,
        'projects',
        rows.map((row) => projectView(call, row)),
      ),
    );
  });
  service.get('/v3/auth/domains', (call) => {
    const rows = call.cloud.identity.domains.filter((row) => row.enabled && may(call, { kind: 'domain', id: row.id }));
    return ok(
      collection(
        call,
        'domains',
        rows.map((row) => domainView(call, row)),
      ),
    );
  });
  service.get('/v3/auth/system', (call) =>
    ok({ system: may(call, { kind: 'system' }) ? [{ all: true }] : [], links: { self: link(call, 'auth/system') } }),
  );
  service.get('/v3/auth/catalog', (call) =>
    ok({ catalog: catalogV3(call.cloud, call.caller.projectId), links: { self: link(call, 'auth/catalog') } }),
  );
}

function may(call: Call, scope: Scope): boolean {
  return rolesIn(call.cloud.identity, call.caller.userId, scope).length > 0;
}

function login(call: Call) {
  const auth = objectOf(objectOf(call.body).auth);
  const identity = objectOf(auth.identity);
  if (auth.identity === undefined) {
    throw new Refusal(400, "'identity' is a required property\n\nFailed validating 'required' in schema");
  }
  const proven = prove(call, identity);
  const scope = scopeOf(call, proven, auth.scope);
  const token = issueToken(call.cloud, proven.user.id, scope, proven.methods, proven);
  if (scope.kind !== 'unscoped' && roleIdsOf(call.cloud, token).length === 0) {
    revokeToken(call.cloud, token.id);
    throw unauthorized();
  }
  return { status: 201, headers: { 'X-Subject-Token': token.id }, body: { token: tokenView(call, token) } };
}

/** Who somebody says to be, by each of the methods named. Wrong and unknown are told apart nowhere: always 401. */
function prove(call: Call, identity: Json): Proven {
  const methods = texts(identity.methods);
  if (methods.includes('token')) {
    const parent = findToken(call.cloud, text(objectOf(identity.token).id) ?? '');
    const user = parent === undefined ? undefined : call.cloud.identity.users.get(parent.userId);
    // An application credential's token is good for its project only: no other can be had with it.
    if (parent === undefined || user === undefined || parent.applicationCredentialId !== undefined)
      throw unauthorized();
    return { user, methods: [...new Set(['token', ...parent.methods])], parent };
  }
  if (methods.includes('application_credential')) {
    const given = objectOf(identity.application_credential);
    const owner = given.user === undefined ? undefined : findUser(call, objectOf(given.user));
    const found = call.cloud.identity.applicationCredentials.find(
      (row) => row.id === given.id || (row.name === given.name && row.userId === owner?.id),
    );
    const user = found === undefined ? undefined : call.cloud.identity.users.get(found.userId);
    const expired = found?.expiresAt != null && Date.parse(`${found.expiresAt}Z`) <= call.cloud.clock.now().getTime();
    if (found === undefined || user?.enabled !== true || expired || found.secret !== given.secret) {
      throw unauthorized();
    }
    return { user, methods: ['application_credential'], applicationCredentialId: found.id };
  }
  if (!methods.includes('password')) throw unauthorized();
  const given = objectOf(objectOf(identity.password).user);
  const user = findUser(call, given);
  const domain = user === undefined ? undefined : call.cloud.identity.domains.get(user.domainId);
  if (user?.enabled !== true || domain?.enabled !== true || user.password !== given.password) throw unauthorized();
  return { user, methods: ['password'] };
}

function findUser(call: Call, given: Json): User | undefined {
  const id = text(given.id);
  if (id !== undefined) return call.cloud.identity.users.get(id);
  const domain = findDomain(call, objectOf(given.domain));
  return call.cloud.identity.users.where('name', text(given.name) ?? '').find((row) => row.domainId === domain?.id);
}

function findDomain(call: Call, given: Json): Domain | undefined {
  return call.cloud.identity.domains.find((row) => row.id === given.id || row.name === given.name);
}

function findProject(call: Call, given: Json): Project | undefined {
  const id = text(given.id);
  if (id !== undefined) return call.cloud.identity.projects.get(id);
  const domain = findDomain(call, objectOf(given.domain));
  return call.cloud.identity.projects.where('name', text(given.name) ?? '').find((row) => row.domainId === domain?.id);
}

function scopeOf(call: Call, proven: Proven, given: unknown): Scope {
  const { identity } = call.cloud;
  if (proven.applicationCredentialId !== undefined) {
    const credential = identity.applicationCredentials.get(proven.applicationCredentialId);
    return { kind: 'project', id: credential?.projectId ?? '' };
  }
  if (given === 'unscoped') return { kind: 'unscoped' };
  if (given === undefined) {
    const id = proven.parent === undefined ? proven.user.defaultProjectId : undefined;
    const usable = id !== undefined && identity.projects.get(id)?.enabled === true;
    const scope: Scope = { kind: 'project', id: id ?? '' };
    // A default project where the user has no role (any more) gives an unscoped token, not an error.
    return usable && rolesIn(identity, proven.user.id, scope).length > 0 ? scope : { kind: 'unscoped' };
  }
  const scope = objectOf(given);
  if (scope.system !== undefined) return { kind: 'system' };
  if (scope.domain !== undefined) {
    const domain = findDomain(call, objectOf(scope.domain));
    if (domain?.enabled !== true) throw unauthorized();
    return { kind: 'domain', id: domain.id };
  }
  const project = findProject(call, objectOf(scope.project));
  if (project?.enabled !== true) throw unauthorized();
  return { kind: 'project', id: project.id };
}

function subject(call: Call): Token {
  const id = call.headers['x-subject-token'];
  const token = typeof id === 'string' ? findToken(call.cloud, id) : undefined;
  if (token === undefined) throw new Refusal(404, 'Could not recognize Fernet token');
  return token;
}

function tokenView(call: Call, token: Token): Record<string, unknown> {
  const { identity } = call.cloud;
  const user = identity.users.get(token.userId);
  const named = (row: { id: string; name: string } | undefined) => ({ id: row?.id, name: row?.name });
  const view: Record<string, unknown> = {
    methods: token.methods,
    user: {
      domain: named(identity.domains.get(user?.domainId ?? '')),
      id: user?.id,
      name: user?.name,
      password_expires_at: null,
    },
    audit_ids: token.auditIds,
    expires_at: microsZulu(token.expiresAt),
    issued_at: microsZulu(token.issuedAt),
  };
  if (token.scope.kind === 'unscoped') return view;
  if (token.scope.kind === 'project') {
    const project = identity.projects.get(token.scope.id);
    view.project = { domain: named(identity.domains.get(project?.domainId ?? '')), ...named(project) };
    view.is_domain = false;
  } else if (token.scope.kind === 'domain') view.domain = named(identity.domains.get(token.scope.id));
  else view.system = { all: true };
  view.roles = roleIdsOf(call.cloud, token).map((id) => named(identity.roles.get(id)));
  if (token.applicationCredentialId !== undefined) {
    const credential = identity.applicationCredentials.get(token.applicationCredentialId);
    view.application_credential = { id: credential?.id, name: credential?.name, restricted: true };
  }
  if (!call.query.has('nocatalog')) {
    view.catalog = catalogV3(call.cloud, token.scope.kind === 'project' ? token.scope.id : '');
  }
  return view;
}
