import type { Assignment, IdentityState, Scope } from './state.ts';

/** One role that somebody has somewhere, and how it came about. */
export interface EffectiveRole {
  readonly assignment: Assignment;
  readonly userId: string;
  readonly target: Assignment['target'];
  readonly targetId: string;
  readonly roleId: string;
  readonly groupId?: string;
  /** The role that implies this one. */
  readonly priorId?: string;
}

/** Ids of the roles of a user in a scope: direct, through groups, inherited from above, implied. */
export function rolesIn(identity: IdentityState, userId: string, scope: Scope): string[] {
  if (scope.kind === 'unscoped') return [];
  const targetId = scope.kind === 'system' ? 'all' : scope.id;
  const actors = [userId, ...identity.groups.where('member', userId).map((group) => group.id)];
  const roles = new Set<string>();
  for (const actor of actors) {
    for (const assignment of identity.assignments.where('actor', actor)) {
      if (assignment.target === scope.kind && assignment.targetId === targetId && !assignment.inherited) {
        roles.add(assignment.roleId);
      }
      if (scope.kind === 'project' && assignment.inherited && above(identity, targetId).includes(assignment.targetId)) {
        roles.add(assignment.roleId);
      }
    }
  }
  return [...withImplied(identity, roles)];
}

/** All assignments as they take effect: groups dissolved into members, inheritance and implication followed. */
export function effectiveAssignments(identity: IdentityState): EffectiveRole[] {
  const found: EffectiveRole[] = [];
  for (const assignment of identity.assignments.all()) {
    const members =
      assignment.actor === 'user' ? [assignment.actorId] : (identity.groups.get(assignment.actorId)?.memberIds ?? []);
    const targets = assignment.inherited
      ? identity.projects
          .filter((project) => above(identity, project.id).includes(assignment.targetId))
          .map((project) => ({ target: 'project' as const, targetId: project.id }))
      : [{ target: assignment.target, targetId: assignment.targetId }];
    for (const userId of members) {
      for (const target of targets) {
        const base = { assignment, userId, ...target };
        const group = assignment.actor === 'group' ? { groupId: assignment.actorId } : {};
        found.push({ ...base, ...group, roleId: assignment.roleId });
        for (const roleId of withImplied(identity, [assignment.roleId])) {
          if (roleId !== assignment.roleId) found.push({ ...base, ...group, roleId, priorId: assignment.roleId });
        }
      }
    }
  }
  return found;
}

/** The projects above a project, and its domain at last. */
function above(identity: IdentityState, projectId: string): string[] {
  const ids: string[] = [];
  for (let project = identity.projects.get(projectId); project !== undefined; ) {
    ids.push(project.parentId);
    project = identity.projects.get(project.parentId);
  }
  return ids;
}

function withImplied(identity: IdentityState, roleIds: Iterable<string>): Set<string> {
  const all = new Set(roleIds);
  // A set is walked in order of insertion and sees what is added on the way.
  for (const id of all) for (const { impliedId } of identity.implications.where('prior', id)) all.add(impliedId);
  return all;
}
