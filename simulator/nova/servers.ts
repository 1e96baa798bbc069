import { badRequest, type Call, conflict, noContent, notFound, ok, type Refusal } from '../http/call.ts';
import { boolean, type Json, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { nextHref, pageOf } from '../paging.ts';
import { owns } from '../policy.ts';
import { denied } from './dialect.ts';
import { deleteServer } from './lifecycle.ts';
import { createServer } from './server-create.ts';
import { addressesOf, briefServer, listedServerView, serverView, statusOf } from './server-view.ts';
import { newestServer, type Server } from './state.ts';

export function routeServers(service: Service): void {
  service.get('/v2.1/servers', (call) => list(call, 'index', briefServer));
  service.get('/v2.1/servers/detail', (call) => list(call, 'detail', listedServerView));
  service.post('/v2.1/servers', createServer);
  service.get('/v2.1/servers/:id', (call) => ok({ server: serverView(call, findServer(call)) }));
  service.put('/v2.1/servers/:id', (call) => {
    const row = findServer(call);
    const given = objectOf(objectOf(call.body).server);
    call.cloud.nova.servers.change(row, {
      name: text(given.name) ?? row.name,
      description: call.minor >= 19 ? (text(given.description) ?? row.description) : row.description,
      accessIPv4: text(given.accessIPv4) ?? row.accessIPv4,
      accessIPv6: text(given.accessIPv6) ?? row.accessIPv6,
      hostname: call.minor >= 90 ? (text(given.hostname) ?? row.hostname) : row.hostname,
      updatedAt: call.cloud.clock.now(),
    });
    return ok({ server: serverView(call, row) });
  });
  service.delete('/v2.1/servers/:id', (call) => {
    const row = findServer(call);
    refuseLocked(call, row, 'delete');
    deleteServer(call.cloud, row);
    return noContent();
  });
  service.get('/v2.1/servers/:id/ips', (call) => {
    const addresses = addressesOf(call, findServer(call));
    return ok({
      addresses: Object.fromEntries(Object.entries(addresses).map(([label, ips]) => [label, ips.map(plain)])),
    });
  });
}

const plain = (address: object): object =>
  Object.fromEntries(Object.entries(address).filter(([key]) => key === 'version' || key === 'addr'));

/** Somebody else's server is not there at all. */
export function findServer(call: Call): Server {
  const id = call.params.id ?? '';
  const row = call.cloud.nova.servers.get(id);
  if (row === undefined || !owns(call.caller, row.projectId)) throw notFound(`Instance ${id} could not be found.`);
  return row;
}

/** A locked server refuses its owner; an admin passes. */
export function refuseLocked(call: Call, row: Server, _action: string): void {
  if (row.lockedBy !== null && !call.caller.isAdmin) throw conflict(`Instance ${row.id} is locked`);
}

const KNOWN = new Set([
  ...['all_tenants', 'limit', 'marker', 'sort_key', 'sort_dir', 'name', 'host', 'status', 'project_id', 'tenant_id'],
  ...[
    'user_id',
    'image',
    'flavor',
    'changes-since',
    'changes-before',
    'ip',
    'ip6',
    'uuid',
    'deleted',
    'locked',
    'tags',
  ],
  ...['tags-any', 'not-tags', 'not-tags-any', 'availability_zone', 'config_drive', 'description', 'display_name'],
  ...['hostname', 'key_name', 'power_state', 'task_state', 'vm_state', 'reservation_id', 'node', 'created_at'],
  ...[
    'launched_at',
    'terminated_at',
    'progress',
    'root_device_name',
    'access_ip_v4',
    'access_ip_v6',
    'auto_disk_config',
  ],
]);
const SORT_KEYS = [
  'access_ip_v4',
  'availability_zone',
  'created_at',
  'display_name',
  'host',
  'updated_at',
  'uuid',
  'vm_state',
  'user_id',
  'project_id',
];
/** Filters that mean nothing when a plain member uses them: dropped without a word. */
const ADMIN_FILTERS = ['host', 'project_id', 'tenant_id', 'user_id', 'node', 'deleted'];

function list(call: Call, rule: 'index' | 'detail', view: (call: Call, row: Server) => Json) {
  const { query, caller, cloud } = call;
  const unknown = [...query.keys()].find((key) => !KNOWN.has(key) && !key.startsWith('_'));
  // From 2.75 on a filter that is not known is an error; before, it is nothing.
  if (unknown !== undefined && call.minor >= 75)
    throw badRequest(`'${unknown}' does not match any of the regexes: '^_'`);
  const sortKey = query.get('sort_key');
  if (sortKey !== null && !SORT_KEYS.includes(sortKey)) {
    const allowed = SORT_KEYS.map((key) => `'${key}'`).join(', ');
    throw badRequest(
      `Invalid input for query parameters sort_key. Value: ${sortKey}. '${sortKey}' is not one of [${allowed}]`,
    );
  }
  refuseMalformed(call);
  const everywhere = query.has('all_tenants') && (boolean(query.get('all_tenants') || 'true') ?? true);
  if (everywhere && !caller.isAdmin) throw denied(`servers:${rule}:get_all_tenants`);
  const all = everywhere
    ? cloud.nova.servers.sorted(newestServer)
    : cloud.nova.servers.where('project', caller.projectId).sort(newestServer);
  const filters = [...query].filter(([key]) => caller.isAdmin || !ADMIN_FILTERS.includes(key));
  // What is deleted softly is in no list but that of what is deleted.
  const isDeleted = caller.isAdmin && boolean(query.get('deleted') ?? 'false') === true;
  const rows = all.filter(
    (row) =>
      (row.vmState === 'soft-delete') === isDeleted && filters.every(([key, value]) => matches(row, call, key, value)),
  );
  const page = pageOf(call, sortKey === null ? rows : sorted(rows, sortKey, query.get('sort_dir')), (row) => row.id, {
    unknownMarker: (marker) => badRequest(`marker [${marker}] not found`),
  });
  const body: Json = { servers: page.rows.map((row) => view(call, row)) };
  if (page.next !== undefined) {
    body.servers_links = [{ rel: 'next', href: nextHref(call, page.next, '/compute') }];
  }
  return ok(body);
}

function sorted(rows: readonly Server[], key: string, direction: string | null): Server[] {
  const value = (row: Server): string => {
    if (key === 'display_name') return row.name;
    if (key === 'created_at') return row.createdAt.toISOString() + String(row.order).padStart(12, '0');
    if (key === 'updated_at') return row.updatedAt.toISOString();
    if (key === 'host') return row.host ?? '';
    if (key === 'vm_state') return row.vmState;
    return row.id;
  };
  const sign = direction === 'asc' ? 1 : -1;
  return [...rows].sort((a, b) => sign * (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0));
}

function matches(row: Server, call: Call, key: string, value: string): boolean {
  switch (key) {
    case 'name':
    case 'display_name':
      return regexp(value).test(row.name);
    case 'host':
    case 'node':
      return row.host === value;
    case 'status':
      return statusOf(row) === value.toUpperCase();
    case 'vm_state':
      return row.vmState === value;
    case 'project_id':
    case 'tenant_id':
      return row.projectId === value;
    case 'user_id':
      return row.userId === value;
    case 'image':
      return row.imageId === value;
    case 'flavor':
      return row.flavor.id === value;
    case 'uuid':
      return row.id === value;
    case 'changes-since':
      return row.updatedAt.getTime() >= Date.parse(value);
    case 'changes-before':
      return row.updatedAt.getTime() <= Date.parse(value);
    case 'locked':
      return (row.lockedBy !== null) === boolean(value);
    case 'tags':
      return value.split(',').every((tag) => row.tags.includes(tag));
    case 'tags-any':
      return value.split(',').some((tag) => row.tags.includes(tag));
    case 'deleted':
      return boolean(value) !== true;
    case 'availability_zone':
      return row.availabilityZone === value;
    case 'ip': {
      const addresses = Object.values(addressesOf(call, row)).flat();
      return addresses.some((address) => 'addr' in address && regexp(value).test(String(address.addr)));
    }
    default:
      return true;
  }
}

/** Values that the query's schema refuses before anything is looked up. */
function refuseMalformed(call: Call): void {
  const refuse = (key: string, value: string, kind: string): Refusal =>
    badRequest(`Invalid input for query parameters ${key}. Value: ${value}. '${value}' is not a '${kind}'`);
  for (const [key, value] of call.query) {
    if ((key === 'changes-since' || key === 'changes-before') && Number.isNaN(Date.parse(value))) {
      throw refuse(key, value, 'date-time');
    }
    if ((key === 'name' || key === 'ip') && !isRegexp(value)) throw refuse(key, value, 'regex');
  }
}

function isRegexp(value: string): boolean {
  try {
    return regexp(value) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The database matches names by regular expression, whatever their case. */
function regexp(value: string): RegExp {
  return new RegExp(value, 'i');
}

export function wrongState(row: Server, action: string): Refusal {
  const attribute = row.taskState === null ? 'vm_state' : 'task_state';
  const value = row.taskState ?? row.vmState;
  return conflict(`Cannot '${action}' instance ${row.id} while it is in ${attribute} ${value}`);
}
