import { type Call, ok } from '../http/call.ts';
import type { Service } from '../http/service.ts';
import { type EffectiveRole, effectiveAssignments } from './roles.ts';
import type { Assignment } from './state.ts';
import { collection, link, requireAdmin } from './views.ts';

interface Line {
  readonly actor: 'user' | 'group';
  readonly actorId: string;
  readonly target: Assignment['target'];
  readonly targetId: string;
  readonly roleId: string;
  readonly inherited: boolean;
  readonly effective?: EffectiveRole;
}

/** `/v3/role_assignments` with its filters (Identity API v3, "List role assignments"). */
export function routeAssignments(service: Service): void {
  service.get('/v3/role_assignments', (call) => {
    requireAdmin(call, 'list_role_assignments');
    const rows = (flag(call, 'effective') ? effective(call) : direct(call)).filter((line) => wanted(call, line));
    return ok(
      collection(
        call,
        'role_assignments',
        rows.map((line) => view(call, line)),
      ),
    );
  });
}

/** `?effective`, `?effective=true` and `?effective=1` all mean yes; `=0` means no. */
function flag(call: Call, name: string): boolean {
  return call.query.has(name) && call.query.get(name) !== '0';
}

function direct(call: Call): Line[] {
  return call.cloud.identity.assignments.all();
}

function effective(call: Call): Line[] {
  // Those of the system take part only when they are asked for.
  const asked = call.query.has('scope.system');
  const rows = effectiveAssignments(call.cloud.identity).filter((row) => asked || row.target !== 'system');
  return rows.map((row) => ({
    actor: 'user',
    actorId: row.userId,
    target: row.target,
    targetId: row.targetId,
    roleId: row.roleId,
    inherited: false,
    effective: row,
  }));
}

function wanted(call: Call, line: Line): boolean {
  const { query, cloud } = call;
  const is = (name: string, value: string | undefined): boolean => !query.has(name) || query.get(name) === value;
  const projectId = query.get('scope.project.id');
  const inTree = (): boolean => {
    if (projectId === null) return true;
    if (line.target !== 'project') return false;
    if (line.targetId === projectId) return true;
    return flag(call, 'include_subtree') && cloud.identity.projects.get(line.targetId)?.parentId === projectId;
  };
  return (
    is('user.id', line.actor === 'user' ? line.actorId : undefined) &&
    is('group.id', line.actor === 'group' ? line.actorId : undefined) &&
    is('role.id', line.roleId) &&
    is('scope.domain.id', line.target === 'domain' ? line.targetId : undefined) &&
    (!query.has('scope.system') || line.target === 'system') &&
    (query.get('scope.OS-INHERIT:inherited_to') !== 'projects' || line.inherited) &&
    inTree()
  );
}

function view(call: Call, line: Line): object {
  const { identity } = call.cloud;
  const names = flag(call, 'include_names');
  const domainOf = (id: string | null | undefined) => ({ id, name: identity.domains.get(id ?? '')?.name });
  const user = line.actor === 'user' ? identity.users.get(line.actorId) : undefined;
  const group = line.actor === 'group' ? identity.groups.get(line.actorId) : undefined;
  const project = line.target === 'project' ? identity.projects.get(line.targetId) : undefined;
  const role = identity.roles.get(line.roleId);
  const named = (row: { id: string; name: string; domainId: string } | undefined) =>
    names ? { id: row?.id, name: row?.name, domain: domainOf(row?.domainId) } : { id: row?.id };
  const inheritance = line.inherited ? { 'OS-INHERIT:inherited_to': 'projects' } : {};
  const scope =
    line.target === 'system'
      ? { system: { all: true } }
      : line.target === 'domain'
        ? { domain: names ? domainOf(line.targetId) : { id: line.targetId } }
        : { project: named(project) };
  return {
    links: links(call, line),
    scope: { ...scope, ...inheritance },
    ...(line.actor === 'user' ? { user: named(user) } : { group: named(group) }),
    role: names
      ? { id: role?.id, name: role?.name, ...(role?.domainId == null ? {} : { domain: domainOf(role.domainId) }) }
      : { id: line.roleId },
  };
}

function links(call: Call, line: Line): Record<string, string> {
  const origin = line.effective?.assignment ?? line;
  const inherited = origin.inherited ? ['OS-INHERIT/', '/inherited_to_projects'] : ['', ''];
  const target = origin.target === 'system' ? 'system' : `${origin.target}s/${origin.targetId}`;
  const path = `${inherited[0]}${target}/${origin.actor}s/${origin.actorId}/roles/${origin.roleId}${inherited[1]}`;
  const { groupId, priorId, userId } = line.effective ?? {};
  return {
    assignment: link(call, path),
    ...(groupId === undefined ? {} : { membership: link(call, `groups/${groupId}/users/${userId}`) }),
    ...(priorId === undefined ? {} : { prior_role: link(call, `prior_role/${priorId}/implies/${line.roleId}`) }),
  };
}
