import type { KeystoneAssignment } from '../../services/openstack/index.ts';
import { ApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceType } from '../resource-type.ts';
import { assignmentsOf } from './role-assignments.ts';

export type AssignmentActor = { readonly type: 'user' | 'group'; readonly id: string };
export type AssignmentPlace =
  | { readonly type: 'project' | 'domain'; readonly id: string }
  | { readonly type: 'system' };

export interface AssignmentAttributes {
  readonly roleId: string;
  readonly actor: AssignmentActor;
  readonly on: AssignmentPlace;
  /** True when it holds in the projects below, not in the place itself (OS-INHERIT). */
  readonly inherited: boolean;
}

/**
 * Identity v3 API, "List role assignments": direct ones only, not what follows from groups, inheritance and implied
 * roles. An assignment has no id of its own; ours is `ROLE:user:USER:project:PROJECT[:inherited]`.
 */
export const assignment: ResourceType<AssignmentAttributes> = {
  name: 'assignment',
  service: 'identity',
  ownedBy: 'both',
  identity: { keepsId: false, key: ['roleId', 'actor', 'on', 'inherited'] },
  rules: { roleId: 'reference', actor: 'reference', on: 'reference', inherited: 'exact' },

  async *list(reader, scope) {
    if (scope.name !== undefined) return;
    yield (await assignmentsOf(reader, scope.projectId)).map(asResource);
  },

  async get(reader, id) {
    const [, , , place, placeId] = id.split(':');
    const scope = place === 'project' && placeId !== undefined ? { projectId: placeId } : {};
    for await (const page of assignment.list(reader, scope)) for (const item of page) if (item.id === id) return item;
    throw unknown(reader, id);
  },

  references({ attributes }) {
    const references: Reference[] = [
      { type: 'role', id: attributes.roleId, relation: 'requires', why: 'gives' },
      { type: attributes.actor.type, id: attributes.actor.id, relation: 'requires', why: 'is given to' },
    ];
    if (attributes.on.type === 'domain')
      references.push({ type: 'domain', id: attributes.on.id, relation: 'requires', why: 'holds in' });
    return references;
  },
};

function asResource(body: KeystoneAssignment): Resource<AssignmentAttributes> {
  const actor: AssignmentActor =
    body.user === undefined ? { type: 'group', id: body.group?.id ?? '' } : { type: 'user', id: body.user.id };
  const on = placeOf(body);
  const inherited = body.scope['OS-INHERIT:inherited_to'] !== undefined;
  const place = on.type === 'system' ? 'system:all' : `${on.type}:${on.id}`;
  return {
    type: 'assignment',
    id: `${body.role.id}:${actor.type}:${actor.id}:${place}${inherited ? ':inherited' : ''}`,
    name: '',
    ...(on.type === 'project' ? { projectId: on.id } : {}),
    attributes: { roleId: body.role.id, actor, on, inherited },
  };
}

function placeOf({ scope }: KeystoneAssignment): AssignmentPlace {
  if (scope.project !== undefined) return { type: 'project', id: scope.project.id };
  if (scope.domain !== undefined) return { type: 'domain', id: scope.domain.id };
  return { type: 'system' };
}

function unknown(reader: Reader, id: string): ApiError {
  return new ApiError({
    cloud: reader.cloud.name,
    service: 'identity',
    method: 'GET',
    path: 'role_assignments',
    kind: 'not-found',
    retry: { when: 'never' },
    reason: `no role assignment ${id}`,
  });
}
