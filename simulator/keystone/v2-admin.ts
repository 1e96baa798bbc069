import { type Call, conflict, noContent, ok, Refusal } from '../http/call.ts';
import { boolean, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { revokeTokensOf } from '../tokens.ts';
import type { Project, Role, User } from './state.ts';
import { forbidden, routeV2Tokens, tenantView } from './v2.ts';
import { assignmentId } from './v3-roles.ts';

/** What Identity v2.0 has on its admin port only (35357): users, tenants, roles, services, endpoints. */
export function routeV2Admin(service: Service): void {
  routeV2Tokens(service);
  routeUsers(service);
  routeTenants(service);
  routeRoles(service);
  service.get('/v2.0/OS-KSADM/services', (call) => {
    admin(call, 'list_services');
    const rows = call.cloud.identity.services.all();
    return ok({
      'OS-KSADM:services': rows.map(({ enabled, type, name, id }) => ({ enabled, type, name, id })),
    });
  });
  service.get('/v2.0/endpoints', (call) => {
    admin(call, 'list_endpoints');
    const rows = call.cloud.identity.services.all().map((row) => {
      const of = call.cloud.identity.endpoints.where('service', row.id);
      const url = (kind: string) => of.find((endpoint) => endpoint.interface === kind)?.url;
      return {
        adminurl: url('admin'),
        service_id: row.id,
        region: call.cloud.settings.region,
        publicurl: url('public'),
        enabled: true,
        id: of[0]?.id,
        internalurl: url('internal'),
      };
    });
    return ok({ endpoints: rows });
  });
}

function admin(call: Call, action: string): void {
  if (!call.caller.isAdmin) throw forbidden(action);
}

function userView(row: User): object {
  return {
    username: row.name,
    name: row.name,
    enabled: row.enabled,
    id: row.id,
    options: {},
    ...(row.defaultProjectId === undefined ? {} : { tenantId: row.defaultProjectId }),
    ...row.extra,
  };
}

const roleView = ({ domainId, id, name }: Role): object => ({ domain_id: domainId, id, name });

function found<T>(row: T | undefined, kind: string, id: string): T {
  if (row === undefined) throw new Refusal(404, `Could not find ${kind}: ${id}.`);
  return row;
}

const user = (call: Call, param = 'id'): User =>
  found(call.cloud.identity.users.get(call.params[param] ?? ''), 'user', call.params[param] ?? '');
const tenant = (call: Call): Project =>
  found(call.cloud.identity.projects.get(call.params.tenant ?? ''), 'project', call.params.tenant ?? '');
const role = (call: Call): Role =>
  found(call.cloud.identity.roles.get(call.params.role ?? ''), 'role', call.params.role ?? '');

function routeUsers(service: Service): void {
  service.get('/v2.0/users', (call) => {
    admin(call, 'list_users');
    const rows = call.cloud.identity.users.filter((row) => row.domainId === 'default');
    const name = call.query.get('name');
    if (name === null) return ok({ users: rows.map(userView) });
    return ok({
      user: userView(
        found(
          rows.find((row) => row.name === name),
          'user',
          name,
        ),
      ),
    });
  });
  service.get('/v2.0/users/:id', (call) => {
    admin(call, 'get_user');
    return ok({ user: userView(user(call)) });
  });
  service.get('/v2.0/users/:id/roles', (call) => {
    admin(call, 'get_user_roles');
    throw new Refusal(501, 'User roles not supported: tenant_id required');
  });
  service.post('/v2.0/users', (call) => {
    admin(call, 'create_user');
    const given = objectOf(objectOf(call.body).user);
    const name = text(given.name) ?? text(given.username) ?? '';
    if (call.cloud.identity.users.where('name', name).some((row) => row.domainId === 'default')) {
      throw conflict(`Conflict occurred attempting to store user - Duplicate entry found with name ${name}.`);
    }
    const { email } = given;
    const row = call.cloud.identity.users.add({
      id: call.cloud.random.id32(),
      name,
      domainId: 'default',
      password: text(given.password) ?? '',
      enabled: boolean(given.enabled) ?? true,
      defaultProjectId: text(given.tenantId),
      extra: email === undefined ? {} : { email },
    });
    return ok({ user: userView(row) });
  });
  service.put('/v2.0/users/:id', (call) => {
    admin(call, 'update_user');
    const row = user(call);
    const given = objectOf(objectOf(call.body).user);
    const enabled = boolean(given.enabled) ?? row.enabled;
    call.cloud.identity.users.change(row, {
      name: text(given.name) ?? row.name,
      enabled,
      password: text(given.password) ?? row.password,
    });
    if (!enabled || given.password !== undefined) revokeTokensOf(call.cloud, row.id);
    return ok({ user: userView(row) });
  });
  service.delete('/v2.0/users/:id', (call) => {
    admin(call, 'delete_user');
    call.cloud.removeUser(user(call).id);
    return noContent();
  });
}

function routeTenants(service: Service): void {
  service.get('/v2.0/tenants/:tenant', (call) => {
    admin(call, 'get_project');
    return ok({ tenant: tenantView(tenant(call)) });
  });
  service.post('/v2.0/tenants', (call) => {
    admin(call, 'create_project');
    const given = objectOf(objectOf(call.body).tenant);
    const name = text(given.name);
    if (name === undefined) throw new Refusal(400, 'Name field is required and cannot be empty');
    if (call.cloud.identity.projects.where('name', name).some((row) => row.domainId === 'default')) {
      throw conflict(`Conflict occurred attempting to store project - Duplicate entry found with name ${name}.`);
    }
    const description = text(given.description) ?? '';
    const row = call.cloud.addProject({ name, description, enabled: boolean(given.enabled) ?? true });
    return ok({ tenant: tenantView(row) });
  });
  // v2.0 changes what is there by POST.
  service.post('/v2.0/tenants/:tenant', (call) => {
    admin(call, 'update_project');
    const given = objectOf(objectOf(call.body).tenant);
    const before = tenant(call);
    const after = {
      name: text(given.name) ?? before.name,
      description: text(given.description) ?? before.description,
      enabled: boolean(given.enabled) ?? before.enabled,
    };
    return ok({ tenant: tenantView(call.cloud.identity.projects.change(before, after)) });
  });
  service.delete('/v2.0/tenants/:tenant', (call) => {
    admin(call, 'delete_project');
    call.cloud.removeProject(tenant(call).id);
    return noContent();
  });
  service.get('/v2.0/tenants/:tenant/users', (call) => {
    admin(call, 'get_project_users');
    const { identity } = call.cloud;
    const assigned = identity.assignments.where('target', tenant(call).id).filter((row) => row.actor === 'user');
    const ids = [...new Set(assigned.map((row) => row.actorId))];
    return ok({ users: ids.flatMap((id) => identity.users.get(id) ?? []).map(userView) });
  });
}

function routeRoles(service: Service): void {
  service.get('/v2.0/OS-KSADM/roles', (call) => {
    admin(call, 'list_roles');
    return ok({ roles: call.cloud.identity.roles.filter((row) => row.domainId === null).map(roleView) });
  });
  service.post('/v2.0/OS-KSADM/roles', (call) => {
    admin(call, 'create_role');
    const name = text(objectOf(objectOf(call.body).role).name) ?? '';
    if (call.cloud.identity.roles.where('name', name).length > 0) {
      throw conflict(`Conflict occurred attempting to store role - Duplicate entry found with name ${name}.`);
    }
    const row = { id: call.cloud.random.id32(), name, domainId: null, description: null, immutable: false };
    return ok({ role: roleView(call.cloud.identity.roles.add(row)) });
  });
  service.get('/v2.0/OS-KSADM/roles/:role', (call) => {
    admin(call, 'get_role');
    return ok({ role: roleView(role(call)) });
  });
  const held = '/v2.0/tenants/:tenant/users/:id/roles';
  service.get(held, (call) => {
    admin(call, 'get_user_roles');
    const { identity } = call.cloud;
    const { id } = tenant(call);
    const rows = identity.assignments
      .where('actor', user(call).id)
      .filter((row) => row.target === 'project' && row.targetId === id && !row.inherited);
    return ok({ roles: rows.flatMap((row) => identity.roles.get(row.roleId) ?? []).map(roleView) });
  });
  const key = (call: Call) => ({
    actor: 'user' as const,
    actorId: user(call).id,
    target: 'project' as const,
    targetId: tenant(call).id,
    inherited: false,
  });
  service.put(`${held}/OS-KSADM/:role`, (call) => {
    admin(call, 'add_role_to_user');
    const row = role(call);
    const id = assignmentId(key(call), row.id);
    if (call.cloud.identity.assignments.has(id)) {
      const { actorId, targetId } = key(call);
      throw conflict(`User ${actorId} already has role ${row.id} in tenant ${targetId}.`);
    }
    call.cloud.identity.assignments.add({ id, ...key(call), roleId: row.id });
    return ok({ role: roleView(row) });
  });
  service.delete(`${held}/OS-KSADM/:role`, (call) => {
    admin(call, 'remove_role_from_user');
    const id = assignmentId(key(call), role(call).id);
    if (call.cloud.identity.assignments.remove(id) === undefined) throw new Refusal(404, 'Could not find role.');
    return noContent();
  });
}
