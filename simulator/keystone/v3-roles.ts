import { type Call, conflict, created, noContent, ok, Refusal } from '../http/call.ts';
import { type Json, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { type Assignment, byId, type Role, type TargetKind } from './state.ts';
import { requiredName } from './v3-projects.ts';
import { absent, collection, link, requireAdmin, roleView } from './views.ts';

const KNOWN = ['id', 'name', 'domain_id', 'description', 'options'];

const extraOf = (given: Json): Json =>
  Object.fromEntries(Object.entries(given).filter(([key]) => !KNOWN.includes(key)));

export function routeRoles(service: Service): void {
  service.get('/v3/roles', (call) => {
    requireAdmin(call, 'list_roles');
    const name = call.query.get('name');
    const domainId = call.query.get('domain_id');
    // Roles of a domain are listed only when asked for by their domain.
    const rows = call.cloud.identity.roles
      .sorted(byId)
      .filter((row) => row.domainId === domainId && (name === null || row.name === name));
    return ok(
      collection(
        call,
        'roles',
        rows.map((row) => roleView(call, row)),
      ),
    );
  });
  service.post('/v3/roles', (call) => {
    requireAdmin(call, 'create_role');
    const given = objectOf(objectOf(call.body).role);
    const name = requiredName(given);
    const domainId = text(given.domain_id) ?? null;
    if (call.cloud.identity.roles.where('name', name).some((row) => row.domainId === domainId)) {
      throw conflict(`Conflict occurred attempting to store role - Duplicate entry found with name ${name}.`);
    }
    const extra = extraOf(given);
    const row = { name, domainId, description: text(given.description) ?? null, immutable: false, extra };
    return created({ role: roleView(call, call.cloud.identity.roles.add({ id: call.cloud.random.id32(), ...row })) });
  });
  service.get('/v3/roles/:id', (call) => ok({ role: roleView(call, role(call, 'get_role')) }));
  service.patch('/v3/roles/:id', (call) => {
    const row = role(call, 'update_role');
    if (row.immutable) throw immutable('update');
    const given = objectOf(objectOf(call.body).role);
    call.cloud.identity.roles.change(row, {
      name: text(given.name) ?? row.name,
      description: text(given.description) ?? row.description,
      extra: { ...row.extra, ...extraOf(given) },
    });
    return ok({ role: roleView(call, row) });
  });
  service.delete('/v3/roles/:id', (call) => {
    const row = role(call, 'delete_role');
    if (row.immutable) throw immutable('delete');
    call.cloud.removeRole(row.id);
    return noContent();
  });
  routeImplications(service);
  routeGrants(service);
}

const immutable = (what: string): Refusal =>
  new Refusal(403, `Cannot ${what} resource: The resource is immutable. Set the immutable option to false first.`);

function role(call: Call, action: string): Role {
  requireAdmin(call, action);
  return existingRole(call, call.params.id ?? '');
}

function existingRole(call: Call, id: string): Role {
  const row = call.cloud.identity.roles.get(id);
  if (row === undefined) throw absent('role', id);
  return row;
}

function routeImplications(service: Service): void {
  const brief = (call: Call, row: Role) => ({
    id: row.id,
    links: { self: link(call, `roles/${row.id}`) },
    name: row.name,
  });
  const inference = (call: Call, prior: Role) => ({
    prior_role: brief(call, prior),
    implies: call.cloud.identity.implications
      .where('prior', prior.id)
      .map((row) => brief(call, existingRole(call, row.impliedId))),
  });
  service.get('/v3/role_inferences', (call) => {
    requireAdmin(call, 'list_role_inference_rules');
    const rows = call.cloud.identity.roles
      .sorted(byId)
      .filter((row) => call.cloud.identity.implications.where('prior', row.id).length > 0);
    return ok({ role_inferences: rows.map((row) => inference(call, row)) });
  });
  service.get('/v3/roles/:id/implies', (call) => {
    const row = role(call, 'list_implied_roles');
    return ok({ role_inference: inference(call, row), links: { self: link(call, `roles/${row.id}/implies`) } });
  });
  service.put('/v3/roles/:id/implies/:implied', (call) => {
    const prior = role(call, 'create_implied_role');
    const implied = existingRole(call, call.params.implied ?? '');
    const id = `${prior.id}/${implied.id}`;
    if (implied.name === 'admin') throw new Refusal(403, `${implied.id} cannot be an implied roles.`);
    if (call.cloud.identity.implications.has(id))
      throw conflict('Conflict occurred attempting to store implied_role - Duplicate entry.');
    call.cloud.identity.implications.add({ id, priorId: prior.id, impliedId: implied.id });
    return created({ role_inference: { prior_role: brief(call, prior), implies: brief(call, implied) } });
  });
  service.delete('/v3/roles/:id/implies/:implied', (call) => {
    const prior = role(call, 'delete_implied_role');
    const implied = call.params.implied ?? '';
    if (call.cloud.identity.implications.remove(`${prior.id}/${implied}`) === undefined) {
      throw new Refusal(404, `${prior.id} does not imply ${implied}.`);
    }
    return noContent();
  });
}

/** `/v3/{projects,domains,system}/ID/{users,groups}/ID/roles[/ID]`, and the same under OS-INHERIT. */
function routeGrants(service: Service): void {
  const targets: readonly [TargetKind, string, boolean][] = [
    ['project', '/v3/projects/:target', false],
    ['domain', '/v3/domains/:target', false],
    ['system', '/v3/system', false],
    ['project', '/v3/OS-INHERIT/projects/:target', true],
    ['domain', '/v3/OS-INHERIT/domains/:target', true],
  ];
  for (const [target, prefix, inherited] of targets) {
    for (const actor of ['user', 'group'] as const) {
      const suffix = inherited ? '/inherited_to_projects' : '';
      const path = `${prefix}/${actor}s/:actor/roles`;
      const of = (call: Call) => grantsOf(call, { target, actor, inherited });
      service.get(`${path}${suffix}`, (call) => {
        requireAdmin(call, 'list_grants');
        const rows = of(call).held.map((grant) => roleView(call, existingRole(call, grant.roleId)));
        return ok(collection(call, 'roles', rows));
      });
      service.put(`${path}/:role${suffix}`, (call) => {
        requireAdmin(call, 'create_grant');
        const { key } = of(call);
        const { id: roleId } = existingRole(call, call.params.role ?? '');
        call.cloud.identity.assignments.add({ id: assignmentId(key, roleId), ...key, roleId });
        return noContent();
      });
      const check = (call: Call) => {
        requireAdmin(call, 'check_grant');
        existing(call, of(call).key);
        return noContent();
      };
      service.head(`${path}/:role${suffix}`, check);
      service.get(`${path}/:role${suffix}`, check);
      service.delete(`${path}/:role${suffix}`, (call) => {
        requireAdmin(call, 'revoke_grant');
        call.cloud.identity.assignments.remove(existing(call, of(call).key).id);
        return noContent();
      });
    }
  }
}

type Key = Omit<Assignment, 'id' | 'roleId'>;

export function assignmentId(key: Key, roleId: string): string {
  return [key.actorId, key.target, key.targetId, roleId, key.inherited].join('/');
}

function grantsOf(
  call: Call,
  kind: { readonly target: TargetKind; readonly actor: 'user' | 'group'; readonly inherited: boolean },
): { key: Key; held: Assignment[] } {
  const { identity } = call.cloud;
  const actorId = call.params.actor ?? '';
  const targetId = kind.target === 'system' ? 'all' : (call.params.target ?? '');
  const actor = kind.actor === 'user' ? identity.users.get(actorId) : identity.groups.get(actorId);
  if (actor === undefined) throw absent(kind.actor, actorId);
  if (kind.target === 'project' && !identity.projects.has(targetId)) throw absent('project', targetId);
  if (kind.target === 'domain' && !identity.domains.has(targetId)) throw absent('domain', targetId);
  const key = { ...kind, actorId, targetId };
  const held = identity.assignments
    .where('actor', actorId)
    .filter((row) => row.target === kind.target && row.targetId === targetId && row.inherited === kind.inherited);
  return { key, held };
}

function existing(call: Call, key: Key): Assignment {
  const { id: roleId } = existingRole(call, call.params.role ?? '');
  const row = call.cloud.identity.assignments.get(assignmentId(key, roleId));
  if (row === undefined) {
    throw new Refusal(
      404,
      `Could not find role assignment with role: ${roleId}, user or group: ${key.actorId}, project, domain, or system: ${key.targetId}.`,
    );
  }
  return row;
}
