import type { Call } from '../http/call.ts';
import { Refusal } from '../http/call.ts';
import type { ApplicationCredential, Domain, Endpoint, Group, IdentityState, Project, Role, User } from './state.ts';

/** Link to something of v3, as the caller addressed the service. */
export function link(call: Call, path: string): string {
  return `${call.base}/v3/${path}`;
}

export function collection(call: Call, key: string, rows: readonly unknown[]): Record<string, unknown> {
  const path = call.url.replace(/^\/identity/, '');
  return { [key]: rows, links: { next: null, self: `${call.base}${path}`, previous: null } };
}

export function requireAdmin(call: Call, action: string): void {
  if (!call.caller.isAdmin) throw denied(action);
}

export function denied(action: string): Refusal {
  return new Refusal(403, `You are not authorized to perform the requested action: identity:${action}.`);
}

export function absent(kind: string, id: string): Refusal {
  return new Refusal(404, `Could not find ${kind}: ${id}.`);
}

export function domainView(call: Call, row: Domain): object {
  const { id, name, description, enabled, tags } = row;
  return {
    ...row.extra,
    id,
    name,
    description,
    enabled,
    tags,
    options: {},
    links: { self: link(call, `domains/${id}`) },
  };
}

export function projectView(call: Call, row: Project): object {
  const { id, name, domainId, description, enabled, parentId, tags } = row;
  return {
    ...row.extra,
    id,
    name,
    domain_id: domainId,
    description,
    enabled,
    parent_id: parentId,
    is_domain: false,
    tags,
    options: {},
    links: { self: link(call, `projects/${id}`) },
  };
}

export function userView(call: Call, row: User): object {
  return {
    ...row.extra,
    ...(row.description === undefined ? {} : { description: row.description }),
    id: row.id,
    name: row.name,
    domain_id: row.domainId,
    enabled: row.enabled,
    ...(row.defaultProjectId === undefined ? {} : { default_project_id: row.defaultProjectId }),
    password_expires_at: null,
    options: {},
    links: { self: link(call, `users/${row.id}`) },
  };
}

export function groupView(call: Call, row: Group): object {
  const { id, name, domainId, description } = row;
  const links = { self: link(call, `groups/${id}`) };
  return { ...row.extra, id, name, domain_id: domainId, description, links };
}

export function roleView(call: Call, row: Role): object {
  return { ...row.extra, ...bareRole(row), links: { self: link(call, `roles/${row.id}`) } };
}

function bareRole(row: Role): object {
  const { id, name, domainId, description, immutable } = row;
  return { id, name, domain_id: domainId, description, options: immutable ? { immutable: true } : {} };
}

export function endpointView(call: Call, row: Endpoint): object {
  return {
    id: row.id,
    interface: row.interface,
    region_id: row.region,
    service_id: row.serviceId,
    url: row.url,
    enabled: row.enabled,
    region: row.region,
    links: { self: link(call, `endpoints/${row.id}`) },
  };
}

export function credentialView(call: Call, identity: IdentityState, row: ApplicationCredential): object {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    user_id: row.userId,
    project_id: row.projectId,
    system: null,
    expires_at: row.expiresAt,
    unrestricted: row.unrestricted,
    roles: row.roleIds.flatMap((id) => {
      const role = identity.roles.get(id);
      return role === undefined ? [] : [bareRole(role)];
    }),
    links: { self: link(call, `application_credentials/${row.id}`) },
  };
}
