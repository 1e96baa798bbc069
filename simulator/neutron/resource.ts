import type { Cloud } from '../cloud.ts';
import { badRequest, type Call, created, noContent, notFound, ok, Refusal } from '../http/call.ts';
import { boolean, isObject, type Json, text, texts } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { byId } from '../keystone/state.ts';
import { owns } from '../policy.ts';
import { enforceNetworkQuota } from '../quotas.ts';
import type { Table } from '../table.ts';
import { seconds } from '../times.ts';
import { listAnswer } from './collection.ts';

export interface Row {
  readonly id: string;
  readonly project_id: string;
  tags: string[];
}

/** Who may write an attribute, when, and what it must be. */
interface Attribute {
  readonly type: 'text' | 'boolean' | 'number' | 'uuid' | 'list' | 'object';
  readonly required?: true;
  /** Only in a create request. */
  readonly fixed?: true;
  readonly admin?: true;
  /** Not in a create request. */
  readonly later?: true;
  /** Not to be written at all, but filtered by. */
  readonly readOnly?: true;
}

export interface Kind<T extends Row> {
  readonly singular: string;
  readonly plural: string;
  /** `networks`, `qos/policies`. */
  readonly path: string;
  /** Exception and words for what is not there: `NetworkNotFound`, `Network ID could not be found.` */
  readonly missing: readonly [type: string, message: (id: string) => string];
  readonly table: (cloud: Cloud) => Table<T, never> | Table<T, 'project'>;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly visible: (call: Call, row: T) => boolean;
  readonly view: (call: Call, row: T) => Json;
  /** Which quota counts it. */
  readonly quota?: string;
  readonly create?: (call: Call, given: Json, projectId: string) => T;
  readonly update?: (call: Call, row: T, given: Json) => void;
  readonly remove?: (call: Call, row: T) => void;
  readonly paged?: boolean;
  /** What the first look of a project brings about. */
  readonly prepare?: (call: Call) => void;
}

const COMMON: Readonly<Record<string, Attribute>> = {
  id: { type: 'text', readOnly: true },
  name: { type: 'text' },
  description: { type: 'text' },
  tenant_id: { type: 'text', fixed: true },
  project_id: { type: 'text', fixed: true },
  status: { type: 'text', readOnly: true },
  revision_number: { type: 'number', readOnly: true },
  created_at: { type: 'text', readOnly: true },
  updated_at: { type: 'text', readOnly: true },
};

/** Routes of one resource: list, show, create, update, delete, tags. */
export function routeKind<T extends Row>(service: Service, kind: Kind<T>): void {
  const path = `/v2.0/${kind.path}`;
  const filters = new Set([...Object.keys(COMMON), ...Object.keys(kind.attributes)]);
  service.get(path, (call) =>
    listAnswer(call, {
      plural: kind.plural,
      rows: visibleRows(call, kind),
      view: (row) => ({ ...kind.view(call, row) }),
      filters,
      unknownMarker: (id) => missing(kind, id),
      ...(kind.paged === undefined ? {} : { paged: kind.paged }),
    }),
  );
  service.get(`${path}/:id`, (call) => {
    const fields = call.query.getAll('fields');
    const view = kind.view(call, find(call, kind));
    const chosen = Object.entries(view).filter(([key]) => fields.length === 0 || fields.includes(key));
    return ok({ [kind.singular]: Object.fromEntries(chosen) });
  });
  const { create, update, remove } = kind;
  if (create !== undefined) {
    service.post(path, (call) => {
      const bulk = isObject(call.body) ? call.body[kind.plural] : undefined;
      if (Array.isArray(bulk)) {
        const rows = bulk.map((item) => createOne(call, kind, create, isObject(item) ? item : {}));
        return created({ [kind.plural]: rows.map((row) => kind.view(call, row)) });
      }
      return created({ [kind.singular]: kind.view(call, createOne(call, kind, create, given(call, kind))) });
    });
  }
  if (update !== undefined) {
    service.put(`${path}/:id`, (call) => {
      const body = given(call, kind);
      check(call, kind, body, 'update');
      const row = writable(call, kind, 'update');
      update(call, row, body);
      touch(call.cloud, kind, row);
      return ok({ [kind.singular]: kind.view(call, row) });
    });
  }
  if (remove !== undefined) {
    service.delete(`${path}/:id`, (call) => {
      const row = writable(call, kind, 'delete');
      remove(call, row);
      kind.table(call.cloud).remove(row.id);
      for (const rbac of call.cloud.neutron.rbacPolicies.where('object', row.id)) {
        call.cloud.neutron.rbacPolicies.remove(rbac.id);
      }
      return noContent();
    });
  }
  routeTags(service, kind, path);
}

function routeTags<T extends Row>(service: Service, kind: Kind<T>, path: string): void {
  const write = (call: Call, tags: readonly string[]): T => {
    const row = writable(call, kind, 'update');
    row.tags = [...new Set(tags)];
    touch(call.cloud, kind, row);
    return row;
  };
  service.get(`${path}/:id/tags`, (call) => ok({ tags: find(call, kind).tags }));
  service.put(`${path}/:id/tags`, (call) =>
    ok({ tags: write(call, texts(isObject(call.body) ? call.body.tags : [])).tags }),
  );
  service.delete(`${path}/:id/tags`, (call) => {
    write(call, []);
    return noContent();
  });
  service.put(`${path}/:id/tags/:tag`, (call) => {
    write(call, [...find(call, kind).tags, call.params.tag ?? '']);
    return { status: 201, body: null };
  });
  service.delete(`${path}/:id/tags/:tag`, (call) => {
    const { tags, id } = find(call, kind);
    const tag = call.params.tag ?? '';
    if (!tags.includes(tag)) throw notFound(`Tag ${tag} could not be found on ${kind.singular} ${id}.`, 'TagNotFound');
    write(
      call,
      tags.filter((other) => other !== tag),
    );
    return noContent();
  });
}

function visibleRows<T extends Row>(call: Call, kind: Kind<T>): readonly T[] {
  kind.prepare?.(call);
  const all = kind.table(call.cloud).sorted(byId);
  return call.caller.isAdmin ? all : all.filter((row) => kind.visible(call, row));
}

function missing<T extends Row>(kind: Kind<T>, id: string): Refusal {
  return notFound(kind.missing[1](id), kind.missing[0]);
}

export function find<T extends Row>(call: Call, kind: Kind<T>, id = call.params.id ?? ''): T {
  const row = kind.table(call.cloud).get(id);
  if (row === undefined || !kind.visible(call, row)) throw missing(kind, id);
  return row;
}

function writable<T extends Row>(call: Call, kind: Kind<T>, action: 'update' | 'delete'): T {
  const row = find(call, kind);
  if (owns(call.caller, row.project_id)) return row;
  throw new Refusal(403, `rule:${action}_${kind.singular} is disallowed by policy`, 'PolicyNotAuthorized');
}

function given<T extends Row>(call: Call, kind: Kind<T>): Json {
  const body = isObject(call.body) ? call.body[kind.singular] : undefined;
  if (!isObject(body)) throw badRequest(`Unable to find '${kind.singular}' in request body`);
  return body;
}

function createOne<T extends Row>(call: Call, kind: Kind<T>, create: NonNullable<Kind<T>['create']>, body: Json): T {
  check(call, kind, body, 'create');
  const projectId = text(body.project_id) ?? text(body.tenant_id) ?? call.caller.projectId;
  for (const [name, attribute] of Object.entries(kind.attributes)) {
    if (attribute.required && body[name] === undefined) {
      throw badRequest(`Failed to parse request. Required attribute '${name}' not specified`);
    }
  }
  if (kind.quota !== undefined) enforceNetworkQuota(call.cloud, projectId, kind.quota);
  return create(call, body, projectId);
}

/** Unknown names, wrong types, attributes of admins, attributes that never change. */
function check<T extends Row>(call: Call, kind: Kind<T>, body: Json, action: 'create' | 'update'): void {
  const known = (name: string): Attribute | undefined => kind.attributes[name] ?? COMMON[name];
  const unknown = Object.keys(body).filter((name) => known(name) === undefined);
  if (unknown.length > 0) throw badRequest(`Unrecognized attribute(s) '${unknown.join(', ')}'`);
  const foreign = [body.project_id, body.tenant_id].some((id) => id !== undefined && id !== call.caller.projectId);
  if (foreign && !call.caller.isAdmin) {
    throw badRequest(
      "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin or advsvc privileges",
    );
  }
  for (const [name, value] of Object.entries(body)) {
    const attribute = known(name);
    if (attribute === undefined) continue;
    if (attribute.readOnly || (attribute.fixed && action === 'update')) {
      throw badRequest(
        `Cannot update read-only attribute ${name}`.replace('update', action === 'create' ? 'set' : 'update'),
      );
    }
    if (attribute.later && action === 'create') throw badRequest(`Attribute '${name}' not allowed in POST`);
    if (attribute.admin && !call.caller.isAdmin) {
      const rule = `${action}_${kind.singular}`;
      throw new Refusal(403, `(rule:${rule} and rule:${rule}:${name}) is disallowed by policy`, 'PolicyNotAuthorized');
    }
    checkType(name, value, attribute.type);
  }
}

function checkType(name: string, value: unknown, type: Attribute['type']): void {
  if (value === null) return;
  const fail = (reason: string): Refusal => badRequest(`Invalid input for ${name}. Reason: ${reason}`);
  const shown = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  if (type === 'uuid' && !/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(String(value))) {
    throw fail(`${shown} is not a valid UUID.`);
  }
  if (type === 'boolean' && boolean(value) === undefined) {
    throw badRequest(`Invalid input for operation: ${shown} cannot be converted to boolean.`, 'InvalidInput');
  }
  if (type === 'number' && !/^-?\d+$/.test(String(value))) throw fail(`${shown} is not an integer.`);
  if (type === 'text' && typeof value !== 'string') throw fail(`${shown} is not a valid string.`);
  if (type === 'list' && !Array.isArray(value)) throw fail(`${shown} is not a list.`);
}

function touch<T extends Row>(cloud: Cloud, kind: Kind<T>, row: T): void {
  if (!('revision_number' in row) || typeof row.revision_number !== 'number') return;
  Object.assign(row, { revision_number: row.revision_number + 1, updated_at: seconds(cloud.clock.now()) });
  kind.table(cloud).change(row, {});
}

/** The fields that all resources with a name begin with. */
export function standard(cloud: Cloud, body: Json, projectId: string) {
  const now = seconds(cloud.clock.now());
  return {
    id: cloud.random.uuid(),
    name: text(body.name) ?? '',
    project_id: projectId,
    description: text(body.description) ?? '',
    tags: texts(body.tags),
    created_at: now,
    updated_at: now,
    revision_number: 1,
  };
}
