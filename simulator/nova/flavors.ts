import { accepted, badRequest, type Call, conflict, notFound, ok } from '../http/call.ts';
import { boolean, type Json, number, objectOf, text, textMap } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { byId } from '../keystone/state.ts';
import { nextHref, pageOf } from '../paging.ts';
import { denied, links, requireAdmin } from './dialect.ts';
import type { Flavor } from './state.ts';

export function routeFlavors(service: Service): void {
  service.get('/v2.1/flavors', (call) =>
    list(call, (row) => ({
      id: row.id,
      name: row.name,
      links: links(call, `flavors/${row.id}`),
      ...(call.minor >= 55 ? { description: row.description } : {}),
    })),
  );
  service.get('/v2.1/flavors/detail', (call) => list(call, (row) => flavorView(call, row)));
  service.get('/v2.1/flavors/:id', (call) => ok({ flavor: flavorView(call, findFlavor(call)) }));
  service.post('/v2.1/flavors', create);
  service.put('/v2.1/flavors/:id', (call) => {
    requireAdmin(call, 'os-flavor-manage:update');
    const row = findFlavor(call);
    const description = text(objectOf(objectOf(call.body).flavor).description) ?? null;
    return ok({ flavor: flavorView(call, call.cloud.nova.flavors.change(row, { description })) });
  });
  service.delete('/v2.1/flavors/:id', (call) => {
    requireAdmin(call, 'os-flavor-manage:delete');
    call.cloud.nova.flavors.remove(findFlavor(call).id);
    return accepted();
  });
  routeExtraSpecs(service);
  routeAccess(service);
}

function visible(call: Call, row: Flavor): boolean {
  return call.caller.isAdmin || row.isPublic || row.access.includes(call.caller.projectId);
}

function findFlavor(call: Call): Flavor {
  const id = call.params.id ?? '';
  const row = call.cloud.nova.flavors.get(id);
  if (row === undefined || !visible(call, row)) throw notFound(`Flavor ${id} could not be found.`);
  return row;
}

function flavorView(call: Call, row: Flavor): Json {
  return {
    id: row.id,
    name: row.name,
    ram: row.ram,
    disk: row.disk,
    // No swap is an empty text until 2.75.
    swap: row.swap === 0 && call.minor < 75 ? '' : row.swap,
    'OS-FLV-EXT-DATA:ephemeral': row.ephemeral,
    'OS-FLV-DISABLED:disabled': false,
    vcpus: row.vcpus,
    'os-flavor-access:is_public': row.isPublic,
    rxtx_factor: row.rxtxFactor,
    links: links(call, `flavors/${row.id}`),
    ...(call.minor >= 55 ? { description: row.description } : {}),
    ...(call.minor >= 61 ? { extra_specs: row.extraSpecs } : {}),
  };
}

function list(call: Call, view: (row: Flavor) => Json) {
  const { query, caller } = call;
  const wanted = query.get('is_public');
  const all = wanted?.toLowerCase() === 'none';
  const isPublic = boolean(wanted) ?? true;
  const minRam = Number(query.get('minRam') ?? 0);
  const minDisk = Number(query.get('minDisk') ?? 0);
  const rows = call.cloud.nova.flavors.sorted(byId).filter((row) => {
    if (row.ram < minRam || row.disk < minDisk) return false;
    // Private ones are listed for admins who ask, and for the projects that have them.
    if (caller.isAdmin) return all || row.isPublic === isPublic;
    return visible(call, row);
  });
  const page = pageOf(call, rows, (row) => row.id, {
    unknownMarker: (marker) => badRequest(`marker [${marker}] not found`),
  });
  const body: Json = { flavors: page.rows.map(view) };
  if (page.next !== undefined) body.flavors_links = [{ rel: 'next', href: nextHref(call, page.next, '/compute') }];
  return ok(body);
}

function create(call: Call) {
  requireAdmin(call, 'os-flavor-manage:create');
  const { cloud } = call;
  const given = objectOf(objectOf(call.body).flavor);
  const name = text(given.name);
  for (const field of ['name', 'ram', 'vcpus', 'disk']) {
    if (given[field] === undefined) {
      throw badRequest(`Invalid input for field/attribute flavor. '${field}' is a required property`);
    }
  }
  const wanted = given.id ?? given.flavorid;
  const id = wanted === undefined || wanted === null || wanted === 'auto' ? cloud.random.uuid() : String(wanted);
  if (cloud.nova.flavors.has(id)) throw conflict(`Flavor with ID ${id} already exists.`);
  if (cloud.nova.flavors.where('name', name ?? '').length > 0) {
    throw conflict(`Flavor with name ${name} already exists.`);
  }
  const isPublic = boolean(given['os-flavor-access:is_public']) ?? true;
  const row = cloud.nova.flavors.add({
    id,
    name: name ?? '',
    vcpus: number(given.vcpus) ?? 1,
    ram: number(given.ram) ?? 0,
    disk: number(given.disk) ?? 0,
    ephemeral: number(given['OS-FLV-EXT-DATA:ephemeral']) ?? 0,
    swap: number(given.swap) ?? 0,
    rxtxFactor: number(given.rxtx_factor) ?? 1,
    isPublic,
    description: call.minor >= 55 ? (text(given.description) ?? null) : null,
    extraSpecs: {},
    // The project that makes a private flavor gets it.
    // Not even the project of who makes a private flavor may use it.
    access: [],
    order: cloud.nova.nextOrder++,
  });
  return ok({ flavor: flavorView(call, row) });
}

function routeExtraSpecs(service: Service): void {
  const path = '/v2.1/flavors/:id/os-extra_specs';
  service.get(path, (call) => ok({ extra_specs: findFlavor(call).extraSpecs }));
  service.get(`${path}/:key`, (call) => {
    const key = call.params.key ?? '';
    const row = findFlavor(call);
    const value = row.extraSpecs[key];
    if (value === undefined) throw notFound(`Flavor ${row.id} has no extra specs with key ${key}.`);
    return ok({ [key]: value });
  });
  const add = (call: Call, extraSpecs: Record<string, string>) => {
    requireAdmin(call, 'os-flavor-extra-specs:create');
    const row = findFlavor(call);
    call.cloud.nova.flavors.change(row, { extraSpecs: { ...row.extraSpecs, ...extraSpecs } });
  };
  service.post(path, (call) => {
    const extraSpecs = textMap(objectOf(call.body).extra_specs);
    add(call, extraSpecs);
    return ok({ extra_specs: extraSpecs });
  });
  service.put(`${path}/:key`, (call) => {
    add(call, textMap(call.body));
    return ok(call.body);
  });
  service.delete(`${path}/:key`, (call) => {
    requireAdmin(call, 'os-flavor-extra-specs:delete');
    const row = findFlavor(call);
    const key = call.params.key ?? '';
    const { [key]: gone, ...rest } = row.extraSpecs;
    if (gone === undefined) throw notFound(`Flavor ${row.id} has no extra specs with key ${key}.`);
    call.cloud.nova.flavors.change(row, { extraSpecs: rest });
    return { status: 200 };
  });
}

function routeAccess(service: Service): void {
  const view = (row: Flavor) => ({
    flavor_access: row.access.map((tenantId) => ({ flavor_id: row.id, tenant_id: tenantId })),
  });
  service.get('/v2.1/flavors/:id/os-flavor-access', (call) => {
    if (!call.caller.isAdmin) throw denied('os-flavor-access');
    const row = findFlavor(call);
    if (row.isPublic) throw notFound('Access list not available for public flavors.');
    return ok(view(row));
  });
  service.post('/v2.1/flavors/:id/action', (call) => {
    const body = objectOf(call.body);
    const adding = body.addTenantAccess !== undefined;
    requireAdmin(call, `os-flavor-access:${adding ? 'add' : 'remove'}_tenant_access`);
    const row = findFlavor(call);
    const tenant = text(objectOf(body.addTenantAccess ?? body.removeTenantAccess).tenant) ?? '';
    if (row.isPublic) throw conflict('Can not add access to a public flavor.');
    if (adding && row.access.includes(tenant)) {
      throw conflict(`Flavor access already exists for flavor ${row.id} and project ${tenant} combination.`);
    }
    if (!adding && !row.access.includes(tenant)) {
      throw notFound(`Flavor access not found for ${row.id} / ${tenant} combination.`);
    }
    const access = adding ? [...row.access, tenant] : row.access.filter((id) => id !== tenant);
    return ok(view(call.cloud.nova.flavors.change(row, { access })));
  });
}
