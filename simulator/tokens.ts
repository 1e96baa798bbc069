import type { Cloud } from './cloud.ts';
import { Refusal } from './http/call.ts';
import { rolesIn } from './keystone/roles.ts';
import type { Scope, Token } from './keystone/state.ts';
import type { Caller } from './policy.ts';

export function unauthorized(): Refusal {
  return new Refusal(401, 'The request you have made requires authentication.');
}

/** A new token; one made from another token does not outlive it, as in the real Keystone. */
export function issueToken(
  cloud: Cloud,
  userId: string,
  scope: Scope,
  methods: readonly string[],
  from?: { readonly parent?: Token; readonly applicationCredentialId?: string },
): Token {
  const issuedAt = cloud.clock.now();
  const parent = from?.parent;
  const expiresAt = parent?.expiresAt ?? new Date(issuedAt.getTime() + cloud.settings.tokenLifetimeMs);
  const token: Token = {
    id: `gAAAAAB${cloud.random.base64url(176)}`,
    userId,
    scope,
    methods,
    issuedAt,
    expiresAt,
    auditIds: [cloud.random.base64url(22), ...(parent === undefined ? [] : parent.auditIds.slice(-1))],
    ...(from?.applicationCredentialId === undefined ? {} : { applicationCredentialId: from.applicationCredentialId }),
  };
  cloud.identity.tokens.set(token.id, token);
  return token;
}

/**
 * The token if it is good now. Roles are looked up anew for each call, as for Fernet tokens: taking away the last role
 * in a project, or disabling the user, project or domain, ends its tokens.
 */
export function findToken(cloud: Cloud, id: string): Token | undefined {
  const { identity } = cloud;
  const token = identity.tokens.get(id);
  if (token === undefined) return undefined;
  if (token.expiresAt.getTime() <= cloud.clock.now().getTime()) {
    identity.tokens.delete(id);
    return undefined;
  }
  const user = identity.users.get(token.userId);
  if (user?.enabled !== true || identity.domains.get(user.domainId)?.enabled !== true) return undefined;
  if (token.scope.kind === 'project' && identity.projects.get(token.scope.id)?.enabled !== true) return undefined;
  if (token.scope.kind !== 'unscoped' && roleIdsOf(cloud, token).length === 0) return undefined;
  return token;
}

export function revokeToken(cloud: Cloud, id: string): void {
  cloud.identity.tokens.delete(id);
}

export function revokeTokensOf(cloud: Cloud, userId: string): void {
  for (const [id, token] of cloud.identity.tokens) if (token.userId === userId) cloud.identity.tokens.delete(id);
}

export function roleIdsOf(cloud: Cloud, token: Token): string[] {
  const held = rolesIn(cloud.identity, token.userId, token.scope);
  if (token.applicationCredentialId === undefined) return held;
  const granted = cloud.identity.applicationCredentials.get(token.applicationCredentialId)?.roleIds ?? [];
  return held.filter((id) => granted.includes(id));
}

export function callerOf(cloud: Cloud, header: string | string[] | undefined): Caller {
  const token = typeof header === 'string' ? findToken(cloud, header) : undefined;
  if (token === undefined) throw unauthorized();
  const { identity } = cloud;
  const user = identity.users.get(token.userId);
  const project = token.scope.kind === 'project' ? identity.projects.get(token.scope.id) : undefined;
  const roles = roleIdsOf(cloud, token).flatMap((id) => identity.roles.get(id)?.name ?? []);
  return {
    token,
    userId: token.userId,
    userName: user?.name ?? '',
    projectId: project?.id ?? '',
    projectName: project?.name ?? '',
    domainId: user?.domainId ?? 'default',
    roles,
    isAdmin: roles.includes('admin'),
  };
}
