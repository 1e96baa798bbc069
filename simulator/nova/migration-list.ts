import { badRequest, type Call, ok } from '../http/call.ts';
import type { Json } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { nextHref, pageOf } from '../paging.ts';
import { micros } from '../times.ts';
import { requireAdmin } from './dialect.ts';
import type { Migration } from './state.ts';

const FILTERS = ['hidden', 'host', 'instance_uuid', 'source_compute', 'status', 'migration_type'];

/** Compute API, "Migrations (os-migrations)": pages and strict filters came with 2.59. */
export function routeMigrationList(service: Service): void {
  service.get('/v2.1/os-migrations', (call) => {
    requireAdmin(call, 'os-migrations:index');
    const isPaged = call.minor >= 59;
    const later = call.minor >= 80 ? ['user_id', 'project_id'] : [];
    const known = [
      ...FILTERS,
      'limit',
      'marker',
      'changes-since',
      ...(call.minor >= 66 ? ['changes-before'] : []),
      ...later,
    ];
    const unknown = [...call.query.keys()].filter((key) => !known.includes(key));
    if (isPaged && unknown.length > 0)
      throw badRequest(`Invalid input for query parameters: Additional properties are not allowed ('${unknown[0]}')`);
    const rows = call.cloud.nova.migrations.filter((row) => matches(row, call.query));
    if (!isPaged) return ok({ migrations: rows.map((row) => view(call, row)) });
    const page = pageOf(call, rows.sort(newestFirst), ({ uuid }) => uuid, {
      unknownMarker: (marker) => badRequest(`Marker ${marker} could not be found.`),
    });
    const links = page.next === undefined ? [] : [{ rel: 'next', href: nextHref(call, page.next, '/compute') }];
    return ok({
      migrations: page.rows.map((row) => view(call, row)),
      ...(links.length > 0 ? { migrations_links: links } : {}),
    });
  });
}

const newestFirst = (a: Migration, b: Migration): number =>
  b.createdAt.getTime() - a.createdAt.getTime() || Number(b.id) - Number(a.id);

function matches(row: Migration, query: URLSearchParams): boolean {
  const is = (key: string, ...values: readonly string[]) => {
    const wanted = query.get(key);
    return wanted === null || values.includes(wanted);
  };
  return (
    is('host', row.source, row.target) &&
    is('source_compute', row.source) &&
    is('instance_uuid', row.serverId) &&
    is('status', row.status) &&
    is('migration_type', row.type)
  );
}

function view(call: Call, row: Migration): Json {
  const server = call.cloud.nova.servers.get(row.serverId);
  return {
    id: Number(row.id),
    instance_uuid: row.serverId,
    status: row.status,
    source_compute: row.source,
    source_node: row.source,
    dest_compute: row.target === '' ? null : row.target,
    dest_node: row.target === '' ? null : row.target,
    dest_host: null,
    old_instance_type_id: 1,
    new_instance_type_id: 1,
    created_at: micros(row.createdAt),
    updated_at: micros(row.updatedAt),
    ...(call.minor >= 23 ? { migration_type: row.type } : {}),
    ...(call.minor >= 59 ? { uuid: row.uuid } : {}),
    ...(call.minor >= 80 ? { user_id: server?.userId ?? null, project_id: server?.projectId ?? null } : {}),
  };
}
