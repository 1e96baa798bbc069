import { type ApiError, notFound } from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import type { ListScope, Resource, ResourceTypeName } from '../../resource-type.ts';

export function matches(scope: ListScope, { projectId }: Pick<Resource, 'projectId'>): boolean {
  return scope.projectId === undefined || scope.projectId === projectId;
}

/** The one of a list with this id: nova-network's lists are short and its single reads incomplete. */
export function oneOf<A extends object>(
  reader: Reader,
  type: ResourceTypeName,
  list: readonly Resource<A>[],
  id: string,
): Resource<A> {
  const found = list.find((resource) => resource.id === id);
  if (found === undefined) throw unknown(reader, type, id);
  return found;
}

export function unknown({ cloud }: Reader, type: ResourceTypeName, id: string): ApiError {
  const reason = `nova-network has no ${type} ${id}`;
  return notFound({ cloud: cloud.name, service: 'compute', path: 'os-networks', reason });
}
