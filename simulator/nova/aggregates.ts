import { badRequest, type Call, conflict, notFound, ok } from '../http/call.ts';
import { type Json, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { micros } from '../times.ts';
import { requireAdmin } from './dialect.ts';
import { zoneOf } from './lifecycle.ts';
import type { Aggregate } from './state.ts';

/** Host aggregates and the availability zones that they make. */
export function routeAggregates(service: Service): void {
  const path = '/v2.1/os-aggregates';
  service.get(path, (call) => {
    requireAdmin(call, 'os-aggregates:index');
    return ok({ aggregates: call.cloud.nova.aggregates.all().map((row) => view(call, row)) });
  });
  service.get(`${path}/:id`, (call) => {
    requireAdmin(call, 'os-aggregates:show');
    return ok({ aggregate: view(call, find(call)) });
  });
  service.post(path, (call) => {
    requireAdmin(call, 'os-aggregates:create');
    const given = objectOf(objectOf(call.body).aggregate);
    const name = text(given.name) ?? '';
    if (call.cloud.nova.aggregates.find((row) => row.name === name) !== undefined) {
      throw conflict(`Aggregate ${name} already exists.`);
    }
    const zone = text(given.availability_zone) ?? null;
    const row = call.cloud.nova.aggregates.add({
      id: String(call.cloud.nova.nextAggregate++),
      uuid: call.cloud.random.uuid(),
      name,
      availabilityZone: zone,
      hosts: [],
      metadata: zone === null ? {} : { availability_zone: zone },
      createdAt: call.cloud.clock.now(),
    });
    const { hosts: _, metadata: __, ...made } = view(call, row);
    return ok({ aggregate: made });
  });
  service.delete(`${path}/:id`, (call) => {
    requireAdmin(call, 'os-aggregates:delete');
    const row = find(call);
    if (row.hosts.length > 0) throw badRequest(`Cannot remove aggregate ${row.id}: not empty.`);
    call.cloud.nova.aggregates.remove(row.id);
    return { status: 200 };
  });
  service.post(`${path}/:id/action`, (call) => {
    requireAdmin(call, 'os-aggregates:update');
    const row = find(call);
    const [action = '', value] = Object.entries(objectOf(call.body))[0] ?? [];
    const given = objectOf(value);
    const host = text(given.host) ?? '';
    if (action === 'add_host') {
      if (call.cloud.nova.hypervisors.where('host', host).length === 0)
        throw notFound(`Compute host ${host} could not be found.`);
      if (row.hosts.includes(host)) throw conflict(`Aggregate ${row.id} already has host ${host}.`);
      call.cloud.nova.aggregates.change(row, { hosts: [...row.hosts, host] });
    } else if (action === 'remove_host') {
      // Also of a host that Nova has forgotten: it is in the aggregate until the aggregate is deleted.
      if (!row.hosts.includes(host) || call.cloud.nova.hypervisors.where('host', host).length === 0)
        throw notFound(`Cannot remove host ${host} in aggregate ${row.id}`);
      call.cloud.nova.aggregates.change(row, { hosts: row.hosts.filter((other) => other !== host) });
    } else if (action === 'set_metadata') {
      const metadata = { ...row.metadata };
      for (const [key, item] of Object.entries(objectOf(given.metadata))) {
        if (item === null) delete metadata[key];
        else metadata[key] = String(item);
      }
      call.cloud.nova.aggregates.change(row, { metadata, availabilityZone: metadata.availability_zone ?? null });
    } else throw badRequest('Invalid action');
    return ok({ aggregate: view(call, row) });
  });
  routeZones(service);
}

function find(call: Call): Aggregate {
  const id = call.params.id ?? '';
  const row = call.cloud.nova.aggregates.get(id);
  if (row === undefined) throw notFound(`Aggregate ${id} could not be found.`);
  return row;
}

function view(call: Call, row: Aggregate): Json {
  return {
    id: Number(row.id),
    name: row.name,
    availability_zone: row.availabilityZone,
    hosts: row.hosts,
    metadata: row.metadata,
    created_at: micros(row.createdAt),
    updated_at: null,
    deleted_at: null,
    deleted: false,
    ...(call.minor >= 41 ? { uuid: row.uuid } : {}),
  };
}

function routeZones(service: Service): void {
  const zones = (call: Call): string[] => {
    const computes = call.cloud.nova.services.filter((row) => row.binary === 'nova-compute');
    return [...new Set(computes.map((row) => zoneOf(call.cloud, row.host)))];
  };
  service.get('/v2.1/os-availability-zone', (call) =>
    ok({
      availabilityZoneInfo: zones(call).map((zoneName) => ({ zoneName, zoneState: { available: true }, hosts: null })),
    }),
  );
  service.get('/v2.1/os-availability-zone/detail', (call) => {
    requireAdmin(call, 'os-availability-zone:detail');
    const now = micros(call.cloud.clock.now());
    const hostsOf = (zone: string) => {
      const hosts: Record<string, Record<string, object>> = {};
      for (const row of call.cloud.nova.services.all()) {
        const own = row.binary === 'nova-compute' ? zoneOf(call.cloud, row.host) : 'internal';
        if (own !== zone) continue;
        const alive = { available: row.up && !row.forcedDown, active: !row.disabled, updated_at: now };
        hosts[row.host] = { ...hosts[row.host], [row.binary]: alive };
      }
      return hosts;
    };
    const info = ['internal', ...zones(call)].map((zoneName) => ({
      zoneName,
      zoneState: { available: true },
      hosts: hostsOf(zoneName),
    }));
    return ok({ availabilityZoneInfo: info });
  });
}
