import { isApiError, type KeystoneAssignment, type KeystoneGrant, notFound } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Moving, Reference, Resource, ResourceType } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
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

const moving: Moving<AssignmentAttributes> = {
  translate: ({ roleId, actor, on, inherited }, to) => ({
    roleId: to.id('role', roleId),
    actor: { type: actor.type, id: to.id(actor.type, actor.id) },
    on: on.type === 'system' ? on : { type: on.type, id: to.id(on.type, on.id) },
    inherited,
  }),

  async *candidates(target, { attributes }) {
    yield await held(target, attributes);
  },

  async create({ target }, { attributes }) {
    await (await target.cloud.identity()).grant(attributes);
    return idOf(attributes);
  },

  async remove({ target }, id) {
    const grant = grantOf(id);
    const keystone = await target.cloud.identity();
    if (grant !== undefined) await unlessGone(() => keystone.revoke(grant));
  },

  unmarked: true,
};

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

  /** As it is now, whatever a list has found before. */
  async get(reader, id) {
    const grant = grantOf(id);
    const [found] = grant === undefined ? [] : await held(reader, grant);
    if (found !== undefined) return found;
    const reason = `no role assignment ${id}`;
    throw notFound({ cloud: reader.cloud.name, service: 'identity', path: 'role_assignments', reason });
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

  moving,
};

/** An assignment if it is there. */
async function held(reader: Reader, grant: KeystoneGrant): Promise<Resource<AssignmentAttributes>[]> {
  const { roleId, actor, on } = grant;
  const who = actor.type === 'user' ? { userId: actor.id } : { groupId: actor.id };
  const where =
    on.type === 'project'
      ? { projectId: on.id }
      : on.type === 'domain'
        ? { domainId: on.id }
        : ({ system: true } as const);
  const isIt = ({ id }: Resource) => id === idOf(grant);
  const found: Resource<AssignmentAttributes>[] = [];
  try {
    for await (const page of (await reader.cloud.identity()).assignments({ roleId, ...who, ...where }))
      found.push(...page.map(asResource).filter(isIt));
    return found;
  } catch (error) {
    if (!isApiError(error, 'forbidden')) throw error;
    return (await assignmentsOf(reader, where.projectId)).map(asResource).filter(isIt);
  }
}

function asResource(body: KeystoneAssignment): Resource<AssignmentAttributes> {
  const actor: AssignmentActor =
    body.user === undefined ? { type: 'group', id: body.group?.id ?? '' } : { type: 'user', id: body.user.id };
  const on = placeOf(body);
  const inherited = body.scope['OS-INHERIT:inherited_to'] !== undefined;
  const attributes = { roleId: body.role.id, actor, on, inherited };
  return {
    type: 'assignment',
    id: idOf(attributes),
    name: '',
    ...(on.type === 'project' ? { projectId: on.id } : {}),
    attributes,
  };
}

function placeOf({ scope }: KeystoneAssignment): AssignmentPlace {
  if (scope.project !== undefined) return { type: 'project', id: scope.project.id };
  if (scope.domain !== undefined) return { type: 'domain', id: scope.domain.id };
  return { type: 'system' };
}

function idOf({ roleId, actor, on, inherited }: KeystoneGrant): string {
  const place = on.type === 'system' ? 'system:all' : `${on.type}:${on.id}`;
  return `${roleId}:${actor.type}:${actor.id}:${place}${inherited ? ':inherited' : ''}`;
}

/** What an id says; undefined for a text that is no id of ours. */
function grantOf(id: string): KeystoneGrant | undefined {
  const [, roleId, actor, actorId, place, placeId, inherited] =
    /^([^:]+):(user|group):([^:]+):(project|domain|system):([^:]+)(:inherited)?$/.exec(id) ?? [];
  if (roleId === undefined || actorId === undefined || placeId === undefined) return undefined;
  return {
    roleId,
    actor: { type: actor === 'user' ? 'user' : 'group', id: actorId },
    on: place === 'project' || place === 'domain' ? { type: place, id: placeId } : { type: 'system' },
    inherited: inherited !== undefined,
  };
}
