import { flavor } from '../../resources/compute/flavor.ts';
import { keypair } from '../../resources/compute/keypair.ts';
import { assignment } from '../../resources/identity/assignment.ts';
import { group } from '../../resources/identity/group.ts';
import { project } from '../../resources/identity/project.ts';
import type { Resource, ResourceType } from '../../resources/resource-type.ts';
import type { Whole } from './whole.ts';

/** What of the cloud has to do with a project: what it owns, its domain, who has a role in it and which, its flavors. */
export function hasToDoWith(whole: Whole, projectId: string): (item: Resource) => boolean {
  const here = ofType(whole, assignment)
    .filter((item) => item.projectId === projectId)
    .map(({ attributes }) => attributes);
  const roles = new Set(here.map(({ roleId }) => roleId));
  const actors = (type: 'user' | 'group') =>
    here.filter(({ actor }) => actor.type === type).map(({ actor }) => actor.id);
  const groups = new Set(actors('group'));
  const members = ofType(whole, group).filter(({ id }) => groups.has(id));
  const users = new Set([...actors('user'), ...members.flatMap(({ attributes }) => attributes.memberIds)]);
  const domains = ofType(whole, project).filter(({ id }) => id === projectId);
  const keypairs = ofType(whole, keypair).filter(({ attributes }) => users.has(attributes.userId));
  const flavors = ofType(whole, flavor).filter(
    ({ attributes }) => attributes.isPublic || attributes.accessProjectIds.includes(projectId),
  );

  return (item) => {
    switch (item.type) {
      case 'domain':
        return domains.some(({ attributes }) => attributes.domainId === item.id);
      case 'project':
        return item.id === projectId;
      case 'role':
        return roles.has(item.id);
      case 'user':
        return users.has(item.id);
      case 'group':
        return groups.has(item.id);
      case 'keypair':
        return keypairs.some(({ id }) => id === item.id);
      case 'flavor':
        return flavors.some(({ id }) => id === item.id);
      default:
        return item.projectId === projectId;
    }
  };
}

/** The whole's resources of one type, with the attributes that the type says. */
function ofType<A extends object>(whole: Whole, type: ResourceType<A>): readonly Resource<A>[] {
  return (whole.byType.get(type.name) ?? []) as readonly Resource<A>[];
}
