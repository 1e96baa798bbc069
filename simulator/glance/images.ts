import { badRequest, type Call, conflict, noContent, ok, Refusal } from '../http/call.ts';
import { boolean, type Json, number, objectOf, text, texts } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { pageOf } from '../paging.ts';
import { findImage, membership, ownImage, seesImage } from './access.ts';
import { patchImage } from './patch.ts';
import { DISK_FORMATS, propertyOf, READ_ONLY, schemaError, VISIBILITIES } from './schema.ts';
import { type Image, newestImage } from './state.ts';
import { imageView } from './views.ts';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Fields whose filters take an operator. */
const OPERATOR_FIELDS = ['name', 'id', 'status', 'container_format', 'disk_format'];
const SORT_KEYS = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at'];
/** What a create request may name beside properties of its own. */
const BASE = [
  'id',
  'name',
  'visibility',
  'owner',
  'disk_format',
  'container_format',
  'min_disk',
  'min_ram',
  'protected',
  'os_hidden',
  'tags',
];
export function routeImages(service: Service): void {
  service.get('/v2/images', list);
  service.post('/v2/images', create);
  service.get('/v2/images/:id', (call) => ok(imageView(call, findImage(call))));
  service.patch('/v2/images/:id', (call) => {
    if (!/^application\/openstack-images-v2\.[01]-json-patch/.test(call.headers['content-type'] ?? '')) {
      throw new Refusal(
        415,
        `The request media type ${call.headers['content-type']} is not supported by this server.\n`,
      );
    }
    const row = ownImage(call, 'modify_image');
    patchImage(call, row);
    call.cloud.glance.images.change(row, { updatedAt: call.cloud.clock.now() });
    return ok(imageView(call, row));
  });
  service.delete('/v2/images/:id', (call) => {
    const row = ownImage(call, 'delete_image');
    if (row.protected) throw new Refusal(403, `Image ${row.id} is protected and cannot be deleted.`);
    for (const member of call.cloud.glance.members.where('image', row.id)) call.cloud.glance.members.remove(member.id);
    call.cloud.glance.images.remove(row.id);
    // The row of a deleted image stays in the real database: its id cannot be had again.
    call.cloud.glance.burned.add(row.id);
    return noContent();
  });
  for (const [action, from, to] of [
    ['deactivate', 'active', 'deactivated'],
    ['reactivate', 'deactivated', 'active'],
  ] as const) {
    service.post(`/v2/images/:id/actions/${action}`, (call) => {
      const row = ownImage(call, `${action}_image`);
      if (row.status !== from && row.status !== to) {
        throw new Refusal(403, `Not allowed to ${action} image in status '${row.status}'`);
      }
      call.cloud.glance.images.change(row, { status: to, updatedAt: call.cloud.clock.now() });
      return noContent();
    });
  }
  service.put('/v2/images/:id/tags/:tag', (call) => {
    const row = ownImage(call, 'modify_image');
    call.cloud.glance.images.change(row, { tags: [...new Set([...row.tags, call.params.tag ?? ''])] });
    return noContent();
  });
  service.delete('/v2/images/:id/tags/:tag', (call) => {
    const row = ownImage(call, 'modify_image');
    const tag = call.params.tag ?? '';
    if (!row.tags.includes(tag)) throw new Refusal(404, 'Requested tag is not found.');
    call.cloud.glance.images.change(row, { tags: row.tags.filter((other) => other !== tag) });
    return noContent();
  });
}

function list(call: Call) {
  const { query, cloud } = call;
  const text_ = query.get('limit');
  if (text_ !== null && !/^-?\d+$/.test(text_)) throw badRequest('limit param must be an integer');
  if (text_?.startsWith('-')) throw badRequest('limit param must be positive');
  const visibility = query.get('visibility');
  if (visibility !== null && visibility !== 'all' && !VISIBILITIES.some((item) => item === visibility)) {
    throw badRequest(`Invalid visibility value: ${visibility}`);
  }
  const sortKey = query.get('sort_key');
  if (sortKey !== null && !SORT_KEYS.includes(sortKey)) {
    throw badRequest(`Invalid sort key: ${sortKey}. It must be one of the following: ${SORT_KEYS.join(', ')}.`);
  }
  const rows = cloud.glance.images.sorted(newestImage).filter((row) => listed(call, row) && filtered(call, row));
  const page = pageOf(call, sorted(call, rows), (row) => row.id, {
    unknownMarker: (marker) => badRequest(`No image found with ID ${marker}`),
  });
  const href = (marker?: string): string => {
    const params = new URLSearchParams(query);
    params.delete('marker');
    if (marker !== undefined) params.append('marker', marker);
    return `/v2/images${params.size === 0 ? '' : `?${params.toString()}`}`;
  };
  const body: Json = {
    images: page.rows.map((row) => imageView(call, row)),
    first: href(),
    schema: '/v2/schemas/images',
  };
  if (page.next !== undefined) body.next = href(page.next);
  return ok(body);
}

function sorted(call: Call, rows: Image[]): Image[] {
  const [key = '', direction = 'desc'] = (call.query.get('sort') ?? '').split(':');
  const by = call.query.get('sort_key') ?? key;
  const sign = (call.query.get('sort_dir') ?? direction) === 'asc' ? 1 : -1;
  if (by === 'name') return rows.sort((a, b) => sign * (a.name ?? '').localeCompare(b.name ?? ''));
  if (by === 'created_at' && sign === 1) return rows.reverse();
  if (by === 'size') {
    return rows.sort((a, b) => sign * ((a.content?.sizeBytes ?? 0) - (b.content?.sizeBytes ?? 0)));
  }
  return rows;
}

/** Lists leave out what can be seen by id but was not asked for: hidden images, others' community ones, shares not accepted. */
function listed(call: Call, row: Image): boolean {
  const { cloud, caller, query } = call;
  if (row.hidden !== (boolean(query.get('os_hidden')) ?? false)) return false;
  const wanted = query.get('visibility');
  if (caller.isAdmin) return wanted === null || wanted === 'all' || wanted === row.visibility;
  if (wanted !== null && wanted !== 'all' && wanted !== row.visibility) return false;
  if (!seesImage(cloud, caller, row)) return false;
  if (row.owner === caller.projectId || row.visibility === 'public') return true;
  if (row.visibility === 'community') return wanted === 'community' || wanted === 'all';
  const status = query.get('member_status') ?? 'accepted';
  return status === 'all' || membership(cloud, row.id, caller.projectId)?.status === status;
}

function filtered(call: Call, row: Image): boolean {
  const skipped = ['limit', 'marker', 'visibility', 'os_hidden', 'member_status', 'sort', 'sort_key', 'sort_dir'];
  for (const [key, value] of call.query) {
    if (skipped.includes(key)) continue;
    if (key === 'tag') {
      if (!row.tags.includes(value)) return false;
    } else if (key === 'size_min' || key === 'size_max') {
      const size = row.content?.sizeBytes ?? 0;
      if (key === 'size_min' ? size < Number(value) : size > Number(value)) return false;
    } else if (!filterValues(key, value).some((wanted) => matchesField(row, key, wanted))) return false;
  }
  return true;
}

/** `in:a,b` and `eq:a`: what stands before a colon is an operator, so a plain name with a colon is refused. */
function filterValues(key: string, value: string): readonly string[] {
  const colon = value.indexOf(':');
  if (colon === -1 || !OPERATOR_FIELDS.includes(key)) return [value];
  const operator = value.slice(0, colon);
  const operand = value.slice(colon + 1);
  if (operator === 'in') return operand.split(',').map((item) => item.replace(/^"|"$/g, ''));
  if (operator === 'eq') return [operand];
  throw badRequest(`Unable to filter by unknown operator '${operator}'.`);
}

function matchesField(row: Image, key: string, value: string): boolean {
  const fields: Json = {
    ...row.properties,
    id: row.id,
    name: row.name,
    status: row.status,
    owner: row.owner,
    disk_format: row.diskFormat,
    container_format: row.containerFormat,
    protected: String(row.protected),
    min_disk: String(row.minDisk),
    min_ram: String(row.minRam),
  };
  // The usual database compares text without its case.
  return String(fields[key] ?? '').toLowerCase() === value.toLowerCase();
}

function create(call: Call) {
  const { cloud, caller } = call;
  const given = objectOf(call.body);
  const id = text(given.id);
  if (id !== undefined && !UUID.test(id)) throw schemaError(`'${id}' does not match '^([0-9a-fA-F]){8}-…'`);
  for (const name of Object.keys(given)) {
    if (READ_ONLY.includes(name)) throw new Refusal(403, `Attribute '${name}' is read-only.`);
  }
  const format = text(given.disk_format);
  if (format !== undefined && !DISK_FORMATS.includes(format)) {
    throw schemaError(`'${format}' is not one of [None, ${DISK_FORMATS.map((item) => `'${item}'`).join(', ')}]`);
  }
  const visibility = VISIBILITIES.find((item) => item === (given.visibility ?? 'shared'));
  if (visibility === undefined) throw schemaError(`'${String(given.visibility)}' is not one of`);
  if (visibility === 'public' && !caller.isAdmin) {
    throw new Refusal(403, 'You are not authorized to complete publicize_image action.');
  }
  const owner = text(given.owner) ?? caller.projectId;
  if (owner !== caller.projectId && !caller.isAdmin) {
    throw new Refusal(403, `You are not permitted to create images owned by '${owner}'.`);
  }
  if (id !== undefined && (cloud.glance.images.has(id) || cloud.glance.burned.has(id))) {
    throw conflict(`Image ID ${id} already exists!`);
  }
  const now = cloud.clock.now();
  const row = cloud.glance.images.add({
    id: id ?? cloud.random.uuid(),
    name: text(given.name) ?? null,
    status: 'queued',
    visibility,
    owner,
    diskFormat: format ?? null,
    containerFormat: text(given.container_format) ?? null,
    minDisk: number(given.min_disk) ?? 0,
    minRam: number(given.min_ram) ?? 0,
    protected: given.protected === true,
    hidden: given.os_hidden === true,
    tags: texts(given.tags),
    properties: Object.fromEntries(
      Object.entries(given).flatMap(([key, value]) => (BASE.includes(key) ? [] : [[key, propertyOf(key, value)]])),
    ),
    createdAt: now,
    updatedAt: now,
    order: cloud.glance.nextOrder++,
    content: undefined,
    sums: undefined,
  });
  return { status: 201, headers: { Location: `${call.base}/v2/images/${row.id}` }, body: imageView(call, row) };
}
