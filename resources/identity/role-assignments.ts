import type { KeystoneAssignment } from '../../services/openstack/index.ts';
import { isApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import { unlessForbidden, unlessGone } from '../visibility.ts';

/**
 * Who has which role, in one project or anywhere: asked once a reader. A plain user may not ask Keystone; it knows its
 * own roles from its token.
 */
export function assignmentsOf(reader: Reader, projectId?: string): Promise<readonly KeystoneAssignment[]> {
  return reader.once(`assignments of ${projectId ?? 'all'}`, async () => {
    const found: KeystoneAssignment[] = [];
    try {
      const filter = projectId === undefined ? {} : { projectId };
      for await (const page of (await reader.cloud.identity()).assignments(filter)) found.push(...page);
      return found;
    } catch (error) {
      if (!isApiError(error, 'forbidden')) throw error;
      const own = await ownAssignments(reader);
      return own.filter(({ scope }) => projectId === undefined || scope.project?.id === projectId);
    }
  });
}

/** The roles that the login itself holds, and a note that nobody else's are seen. */
async function ownAssignments(reader: Reader): Promise<readonly KeystoneAssignment[]> {
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

/**
 * Ids of the users with a role in a project or anywhere, by themselves or through a group. Not every user of the cloud:
 * an LDAP may have thousands without any role.
 */
export function usersWithRoles(reader: Reader, projectId?: string): Promise<readonly string[]> {
  return reader.once(`users with roles in ${projectId ?? 'any project'}`, async () => {
    const ids = new Set<string>();
    for (const { user, group } of await assignmentsOf(reader, projectId)) {
      if (user !== undefined) ids.add(user.id);
      if (group !== undefined) for (const id of (await membersOf(reader, group.id)) ?? []) ids.add(id);
    }
    return [...ids];
  });
}

/** Ids of a group's users; none and a note where policy hides them, undefined where the group is gone. */
export function membersOf(reader: Reader, groupId: string): Promise<readonly string[] | undefined> {
  return reader.once(`members of group ${groupId}`, () => readMembers(reader, groupId));
}

/** The same as it is now. */
export async function readMembers(reader: Reader, groupId: string): Promise<readonly string[] | undefined> {
  const keystone = await reader.cloud.identity();
  return unlessGone(async () => {
    const read = () => keystone.groupMembers(groupId);
    return (await unlessForbidden(reader, 'group', 'the members of groups', read)) ?? [];
  });
}
