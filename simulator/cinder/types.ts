import { accepted, badRequest, type Call, conflict, notFound, ok } from '../http/call.ts';
import { boolean, type Json, objectOf, text, textMap } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { requireAdmin } from './dialect.ts';
import type { VolumeType } from './state.ts';

export function routeTypes(service: Service): void {
  service.get('/v3/types', (call) => {
    const asked = call.query.get('is_public');
    const all = asked?.toLowerCase() === 'none';
    const rows = call.cloud.cinder.types.filter((row) => {
      if (!visible(call, row)) return false;
      return !call.caller.isAdmin || all || row.isPublic === (boolean(asked) ?? true);
    });
    return ok({
      volume_types: rows.map((row) => ({ ...typeView(call, row), 'os-volume-type-access:is_public': row.isPublic })),
    });
  });
  service.get('/v3/types/default', (call) => {
    const row = call.cloud.cinder.types.find((type) => type.name === '__DEFAULT__');
    if (row === undefined) throw notFound('Default volume type can not be found.');
    return ok({ volume_type: typeView(call, row) });
  });
  service.get('/v3/types/:id', (call) => ok({ volume_type: typeView(call, find(call)) }));
  service.post('/v3/types', (call) => {
    requireAdmin(call, 'volume_extension:type_create');
    const given = objectOf(objectOf(call.body).volume_type);
    const name = text(given.name);
    if (name === undefined)
      throw badRequest("Invalid input for field/attribute volume_type. 'name' is a required property");
    if (call.cloud.cinder.types.find((row) => row.name === name) !== undefined) {
      throw conflict(`Volume Type ${name} already exists.`);
    }
    const row = call.cloud.cinder.types.add({
      id: call.cloud.random.uuid(),
      name,
      description: text(given.description) ?? null,
      isPublic: boolean(given['os-volume-type-access:is_public']) ?? true,
      extraSpecs: textMap(given.extra_specs),
      access: [],
    });
    return ok({ volume_type: typeView(call, row) });
  });
  service.delete('/v3/types/:id', (call) => {
    requireAdmin(call, 'volume_extension:type_delete');
    const row = find(call);
    if (call.cloud.cinder.volumes.find((volume) => volume.type === row.name) !== undefined) {
      throw badRequest('Target volume type is still in use.');
    }
    call.cloud.cinder.types.remove(row.id);
    return accepted();
  });
  service.get('/v3/types/:id/extra_specs', (call) => ok({ extra_specs: find(call).extraSpecs }));
  service.post('/v3/types/:id/extra_specs', (call) => {
    requireAdmin(call, 'volume_extension:types_extra_specs:create');
    const row = find(call);
    const extraSpecs = { ...row.extraSpecs, ...textMap(objectOf(call.body).extra_specs) };
    if (call.cloud.cinder.volumes.find((volume) => volume.type === row.name) !== undefined) {
      throw badRequest('Volume Type is currently in use.');
    }
    return ok({ extra_specs: call.cloud.cinder.types.change(row, { extraSpecs }).extraSpecs });
  });
  routeAccess(service);
}

function routeAccess(service: Service): void {
  service.get('/v3/types/:id/os-volume-type-access', (call) => {
    requireAdmin(call, 'volume_extension:volume_type_access:get_all_for_type');
    const row = find(call);
    if (row.isPublic) throw notFound('Access list not available for public volume types.');
    return ok({ volume_type_access: row.access.map((id) => ({ volume_type_id: row.id, project_id: id })) });
  });
  service.post('/v3/types/:id/action', (call) => {
    requireAdmin(call, 'volume_extension:volume_type_access:addProjectAccess');
    const row = find(call);
    const body = objectOf(call.body);
    const adding = body.addProjectAccess !== undefined;
    const project = text(objectOf(body.addProjectAccess ?? body.removeProjectAccess).project) ?? '';
    if (adding && row.access.includes(project)) {
      throw conflict(`Volume type access for ${row.id} / ${project} combination already exists.`);
    }
    const access = adding ? [...row.access, project] : row.access.filter((id) => id !== project);
    call.cloud.cinder.types.change(row, { access });
    return accepted();
  });
}

const visible = (call: Call, row: VolumeType): boolean =>
  row.isPublic || call.caller.isAdmin || row.access.includes(call.caller.projectId);

function find(call: Call): VolumeType {
  const id = call.params.id ?? '';
  const row = call.cloud.cinder.types.get(id);
  if (row === undefined || !visible(call, row)) throw notFound(`Volume type ${id} could not be found.`);
  return row;
}

/** Only an admin sees extra specs and QoS. */
export function typeView(call: Call, row: VolumeType): Json {
  return {
    id: row.id,
    name: row.name,
    is_public: row.isPublic,
    description: row.description,
    extra_specs: call.caller.isAdmin ? row.extraSpecs : {},
    ...(call.caller.isAdmin ? { qos_specs_id: null } : {}),
  };
}
