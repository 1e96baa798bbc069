import { isApiError } from '../../services/openstack/api-error.ts';
import type { KeystoneAssignment } from '../../services/openstack/keystone.ts';
import type { Reader } from '../reader.ts';

/**
 * Who has which role in a project: asked once a reader and project. A plain user may not ask Keystone; it knows its own
 * roles from its token.
 */
export function assignmentsOf(reader: Reader, projectId: string): Promise<readonly KeystoneAssignment[]> {
  return reader.once(`assignments of ${projectId}`, async () => {
    try {
      const found: KeystoneAssignment[] = [];
      for await (const page of (await reader.cloud.identity()).assignments({ projectId })) found.push(...page);
      return found;
    } catch (error) {
      if (!isApiError(error, 'forbidden')) throw error;
      const own = await ownAssignments(reader);
      return own.filter((assignment) => assignment.scope.project?.id === projectId);
    }
  });
}

/** The roles that the login itself holds, and a note that nobody else's are seen. */
export async function ownAssignments(reader: Reader): Promise<readonly KeystoneAssignment[]> {
  reader.note("not allowed to list role assignments: only the login's own roles are shown", 'assignment');
  const { user, roles } = await reader.cloud.whoAmI();
  const project = await reader.cloud.project();
  if (project === undefined) return [];
  return roles.map((held) => ({
    role: { id: held.id },
    user: { id: user.id },
    scope: { project: { id: project.id } },
  }));
}

/** Ids of the users that have something to do with a project: by a role of their own or through a group. */
export function usersOf(reader: Reader, projectId: string): Promise<readonly string[]> {
  return reader.once(`users of ${projectId}`, async () => {
    const ids = new Set<string>();
    const keystone = await reader.cloud.identity();
    for (const { user, group } of await assignmentsOf(reader, projectId)) {
      if (user !== undefined) ids.add(user.id);
      if (group !== undefined) for (const id of await keystone.groupMembers(group.id)) ids.add(id);
    }
    return [...ids];
  });
}
