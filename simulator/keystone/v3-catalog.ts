import { type Call, created, noContent, ok } from '../http/call.ts';
import { boolean, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { byId, type CatalogService } from './state.ts';
import { absent, collection, endpointView, link, requireAdmin } from './views.ts';

/** Services, endpoints and regions (Identity API v3, "Service catalog and endpoints"). */
export function routeCatalog(service: Service): void {
  service.get('/v3/services', (call) => {
    requireAdmin(call, 'list_services');
    const type = call.query.get('type');
    const name = call.query.get('name');
    const rows = call.cloud.identity.services
      .sorted(byId)
      .filter((row) => (type === null || row.type === type) && (name === null || row.name === name));
    return ok(
      collection(
        call,
        'services',
        rows.map((row) => serviceView(call, row)),
      ),
    );
  });
  service.get('/v3/services/:id', (call) => {
    requireAdmin(call, 'get_service');
    const row = call.cloud.identity.services.get(call.params.id ?? '');
    if (row === undefined) throw absent('service', call.params.id ?? '');
    return ok({ service: serviceView(call, row) });
  });
  service.post('/v3/services', (call) => {
    requireAdmin(call, 'create_service');
    const given = objectOf(objectOf(call.body).service);
    const row = call.cloud.identity.services.add({
      id: call.cloud.random.id32(),
      type: text(given.type) ?? '',
      name: text(given.name) ?? '',
      description: text(given.description),
      enabled: boolean(given.enabled) ?? true,
    });
    return created({ service: serviceView(call, row) });
  });
  service.delete('/v3/services/:id', (call) => {
    requireAdmin(call, 'delete_service');
    const id = call.params.id ?? '';
    if (call.cloud.identity.services.remove(id) === undefined) throw absent('service', id);
    for (const row of call.cloud.identity.endpoints.where('service', id)) call.cloud.identity.endpoints.remove(row.id);
    return noContent();
  });
  routeEndpoints(service);
  service.get('/v3/regions', (call) => {
    const id = call.cloud.settings.region;
    const region = { id, description: '', parent_region_id: null, links: { self: link(call, `regions/${id}`) } };
    return ok(collection(call, 'regions', [region]));
  });
  for (const kind of ['limits', 'registered_limits', 'credentials']) {
    service.get(`/v3/${kind}`, (call) => ok(collection(call, kind, [])));
  }
}

function routeEndpoints(service: Service): void {
  service.get('/v3/endpoints', (call) => {
    requireAdmin(call, 'list_endpoints');
    const { query } = call;
    const rows = call.cloud.identity.endpoints
      .sorted(byId)
      .filter(
        (row) =>
          (!query.has('service_id') || row.serviceId === query.get('service_id')) &&
          (!query.has('interface') || row.interface === query.get('interface')) &&
          (!query.has('region_id') || row.region === query.get('region_id')),
      );
    return ok(
      collection(
        call,
        'endpoints',
        rows.map((row) => endpointView(call, row)),
      ),
    );
  });
  service.get('/v3/endpoints/:id', (call) => {
    requireAdmin(call, 'get_endpoint');
    const row = call.cloud.identity.endpoints.get(call.params.id ?? '');
    if (row === undefined) throw absent('endpoint', call.params.id ?? '');
    return ok({ endpoint: endpointView(call, row) });
  });
  service.post('/v3/endpoints', (call) => {
    requireAdmin(call, 'create_endpoint');
    const given = objectOf(objectOf(call.body).endpoint);
    const kind = text(given.interface);
    const row = call.cloud.identity.endpoints.add({
      id: call.cloud.random.id32(),
      serviceId: text(given.service_id) ?? '',
      interface: kind === 'admin' || kind === 'internal' ? kind : 'public',
      region: text(given.region_id) ?? text(given.region) ?? call.cloud.settings.region,
      url: text(given.url) ?? '',
      enabled: boolean(given.enabled) ?? true,
    });
    return created({ endpoint: endpointView(call, row) });
  });
  service.delete('/v3/endpoints/:id', (call) => {
    requireAdmin(call, 'delete_endpoint');
    const id = call.params.id ?? '';
    if (call.cloud.identity.endpoints.remove(id) === undefined) throw absent('endpoint', id);
    return noContent();
  });
}

function serviceView(call: Call, row: CatalogService): object {
  return {
    name: row.name,
    id: row.id,
    type: row.type,
    enabled: row.enabled,
    ...(row.description === undefined ? {} : { description: row.description }),
    links: { self: link(call, `services/${row.id}`) },
  };
}
