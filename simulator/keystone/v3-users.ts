import { type Call, conflict, created, noContent, ok, Refusal } from '../http/call.ts';
import { boolean, type Json, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { revokeTokensOf } from '../tokens.ts';
import { rolesIn } from './roles.ts';
import { byId, type Group, type User } from './state.ts';
import { requiredName } from './v3-projects.ts';
import { absent, collection, denied, groupView, projectView, requireAdmin, userView } from './views.ts';

const KNOWN = ['id', 'name', 'domain_id', 'password', 'enabled', 'default_project_id', 'description', 'options'];

export function routeUsers(service: Service): void {
  service.get('/v3/users', (call) => {
    requireAdmin(call, 'list_users');
    const { query } = call;
    const rows = call.cloud.identity.users
      .sorted(byId)
      .filter(
        (row) =>
          (!query.has('name') || row.name === query.get('name')) &&
          (!query.has('domain_id') || row.domainId === query.get('domain_id')) &&
          (!query.has('enabled') || row.enabled === (boolean(query.get('enabled')) ?? true)),
      );
    return ok(
      collection(
        call,
        'users',
        rows.map((row) => userView(call, row)),
      ),
    );
  });
  service.post('/v3/users', createUser);
  service.get('/v3/users/:id', (call) => ok({ user: userView(call, user(call, 'get_user', 'or self')) }));
  service.patch('/v3/users/:id', updateUser);
  service.delete('/v3/users/:id', (call) => {
    call.cloud.removeUser(user(call, 'delete_user').id);
    return noContent();
  });
  service.get('/v3/users/:id/projects', (call) => {
    const { id } = user(call, 'list_user_projects', 'or self');
    const rows = call.cloud.identity.projects.filter(
      (row) => rolesIn(call.cloud.identity, id, { kind: 'project', id: row.id }).length > 0,
    );
    return ok(
      collection(
        call,
        'projects',
        rows.map((row) => projectView(call, row)),
      ),
    );
  });
  service.get('/v3/users/:id/groups', (call) => {
    const rows = call.cloud.identity.groups.where('member', user(call, 'list_groups_for_user', 'or self').id);
    return ok(
      collection(
        call,
        'groups',
        rows.map((row) => groupView(call, row)),
      ),
    );
  });
  service.post('/v3/users/:id/password', (call) => {
    const row = user(call, 'change_password', 'or self');
    const given = objectOf(objectOf(call.body).user);
    if (given.original_password !== row.password) throw new Refusal(401, 'The password does not match.');
    call.cloud.identity.users.change(row, { password: text(given.password) ?? row.password });
    revokeTokensOf(call.cloud, row.id);
    return noContent();
  });
  routeGroups(service);
}

function routeGroups(service: Service): void {
  service.get('/v3/groups', (call) => {
    requireAdmin(call, 'list_groups');
    const { query } = call;
    const rows = call.cloud.identity.groups
      .sorted(byId)
      .filter(
        (row) =>
          (!query.has('name') || row.name === query.get('name')) &&
          (!query.has('domain_id') || row.domainId === query.get('domain_id')),
      );
    return ok(
      collection(
        call,
        'groups',
        rows.map((row) => groupView(call, row)),
      ),
    );
  });
  service.post('/v3/groups', (call) => {
    requireAdmin(call, 'create_group');
    const given = objectOf(objectOf(call.body).group);
    const name = requiredName(given);
    const domainId = text(given.domain_id) ?? call.caller.domainId;
    if (call.cloud.identity.groups.find((row) => row.name === name && row.domainId === domainId) !== undefined) {
      throw conflict(`Conflict occurred attempting to store group - Duplicate entry found with name ${name}.`);
    }
    const description = text(given.description) ?? '';
    const extra = extraOf(given);
    const row = { id: call.cloud.random.id32(), name, domainId, description, memberIds: [], extra };
    return created({ group: groupView(call, call.cloud.identity.groups.add(row)) });
  });
  service.get('/v3/groups/:id', (call) => ok({ group: groupView(call, group(call, 'get_group')) }));
  service.patch('/v3/groups/:id', (call) => {
    const row = group(call, 'update_group');
    const given = objectOf(objectOf(call.body).group);
    const name = text(given.name) ?? row.name;
    const description = text(given.description) ?? row.description;
    call.cloud.identity.groups.change(row, { name, description, extra: { ...row.extra, ...extraOf(given) } });
    return ok({ group: groupView(call, row) });
  });
  service.delete('/v3/groups/:id', (call) => {
    call.cloud.removeGroup(group(call, 'delete_group').id);
    return noContent();
  });
  service.get('/v3/groups/:id/users', (call) => {
    const rows = group(call, 'list_users_in_group').memberIds.flatMap((id) => call.cloud.identity.users.get(id) ?? []);
    return ok(
      collection(
        call,
        'users',
        rows.map((row) => userView(call, row)),
      ),
    );
  });
  service.put('/v3/groups/:id/users/:user', (call) => {
    const { row, userId } = membership(call, 'add_user_to_group');
    call.cloud.identity.groups.change(row, { memberIds: [...new Set([...row.memberIds, userId])] });
    return noContent();
  });
  const check = (call: Call) => {
    const { row, userId } = membership(call, 'check_user_in_group');
    if (!row.memberIds.includes(userId)) throw new Refusal(404, `User '${userId}' not found in group '${row.id}'.`);
    return noContent();
  };
  service.head('/v3/groups/:id/users/:user', check);
  service.get('/v3/groups/:id/users/:user', check);
  service.delete('/v3/groups/:id/users/:user', (call) => {
    const { row, userId } = membership(call, 'remove_user_from_group');
    if (!row.memberIds.includes(userId)) throw new Refusal(404, `User '${userId}' not found in group '${row.id}'.`);
    call.cloud.identity.groups.change(row, { memberIds: row.memberIds.filter((id) => id !== userId) });
    return noContent();
  });
}

export function user(call: Call, action: string, whom: 'admin' | 'or self' = 'admin'): User {
  const id = call.params.id ?? '';
  if (!call.caller.isAdmin && !(whom === 'or self' && call.caller.userId === id)) throw denied(action);
  const row = call.cloud.identity.users.get(id);
  if (row === undefined) throw absent('user', id);
  return row;
}

function group(call: Call, action: string): Group {
  requireAdmin(call, action);
  const row = call.cloud.identity.groups.get(call.params.id ?? '');
  if (row === undefined) throw absent('group', call.params.id ?? '');
  return row;
}

function membership(call: Call, action: string): { row: Group; userId: string } {
  const row = group(call, action);
  const userId = call.params.user ?? '';
  if (!call.cloud.identity.users.has(userId)) throw absent('user', userId);
  return { row, userId };
}

const extraOf = (given: Json): Json =>
  Object.fromEntries(Object.entries(given).filter(([key]) => !KNOWN.includes(key)));

function createUser(call: Call) {
  requireAdmin(call, 'create_user');
  const given = objectOf(objectOf(call.body).user);
  const name = requiredName(given);
  const domainId = text(given.domain_id) ?? call.caller.domainId;
  if (!call.cloud.identity.domains.has(domainId)) throw absent('domain', domainId);
  refuseTaken(call, name, domainId);
  const row = call.cloud.identity.users.add({
    id: call.cloud.random.id32(),
    name,
    domainId,
    password: text(given.password) ?? '',
    enabled: boolean(given.enabled) ?? true,
    defaultProjectId: text(given.default_project_id),
    description: text(given.description),
    extra: extraOf(given),
  });
  return created({ user: userView(call, row) });
}

function updateUser(call: Call) {
  const row = user(call, 'update_user');
  const given = objectOf(objectOf(call.body).user);
  const name = text(given.name) ?? row.name;
  if (name !== row.name) refuseTaken(call, name, row.domainId);
  const password = text(given.password);
  const enabled = boolean(given.enabled) ?? row.enabled;
  call.cloud.identity.users.change(row, {
    name,
    enabled,
    password: password ?? row.password,
    defaultProjectId: given.default_project_id === undefined ? row.defaultProjectId : text(given.default_project_id),
    description: text(given.description) ?? row.description,
    extra: { ...row.extra, ...extraOf(given) },
  });
  if (password !== undefined || !enabled) revokeTokensOf(call.cloud, row.id);
  return ok({ user: userView(call, row) });
}

function refuseTaken(call: Call, name: string, domainId: string): void {
  if (call.cloud.identity.users.where('name', name).some((row) => row.domainId === domainId)) {
    throw conflict(
      `Conflict occurred attempting to store user - Duplicate entry found with name ${name} at domain ID ${domainId}.`,
    );
  }
}
