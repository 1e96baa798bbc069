import type { DomainAttributes } from '../identity/domain.ts';
import type { ProjectAttributes } from '../identity/project.ts';
import { assignmentsOf } from '../identity/role-assignments.ts';
import { isServiceAccount, isServiceDomain, isServiceProject } from '../identity/service-accounts.ts';
import type { UserAttributes } from '../identity/user.ts';
import type { Reader } from '../reader.ts';
import type { Resource } from '../resource-type.ts';
import { resourceTypes } from '../resource-types.ts';
import { unlessForbidden } from '../visibility.ts';

/** Whether a user, project or domain belongs to the installation of the source: the target has its own. */
export async function isOfInstallation(source: Reader, resource: Resource): Promise<boolean> {
  const { type, id, name } = resource;
  switch (type) {
    case 'user': {
      const { domainId } = resource.attributes as UserAttributes;
      const account = { name, domainId };
      if (isServiceAccount({ ...account, projectNames: [] })) return true;
      if (!(await usersAtHome(source)).has(id)) return false;
      return isServiceAccount({ ...account, projectNames: await projectNamesOf(source, id) });
    }
    case 'project':
      return isServiceProject({ name, domainId: (resource.attributes as ProjectAttributes).domainId });
    case 'domain':
      return isServiceDomain(resource as Resource<DomainAttributes>);
    default:
      return false;
  }
}

/** Users with a role in a project of the installation: they alone are asked where else they have one. */
function usersAtHome(source: Reader): Promise<ReadonlySet<string>> {
  return source.once('users of the installation', async () => {
    const ids = new Set<string>();
    for (const name of ['service', 'services'])
      for await (const page of resourceTypes.project.list(source, { name }))
        for (const project of page)
          for (const { user } of await assignmentsOf(source, project.id)) if (user !== undefined) ids.add(user.id);
    return ids;
  });
}

async function projectNamesOf(source: Reader, userId: string): Promise<readonly string[]> {
  const ids = await unlessForbidden(source, 'assignment', 'role assignments', async () => {
    const found = new Set<string>();
    for await (const page of (await source.cloud.identity()).assignments({ userId }))
      for (const { scope } of page) if (scope.project !== undefined) found.add(scope.project.id);
    return found;
  });
  return Promise.all([...(ids ?? [])].map((id) => source.once(`project name ${id}`, () => nameOf(source, id))));
}

async function nameOf(source: Reader, id: string): Promise<string> {
  return (await resourceTypes.project.get(source, id)).name;
}
