import { accepted, badRequest, type Call, notFound, ok } from '../http/call.ts';
import { boolean, type Json, objectOf, text, textMap } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { nextHref, pageOf } from '../paging.ts';
import { owns } from '../policy.ts';
import { enforceVolumeQuota } from '../quotas.ts';
import { micros } from '../times.ts';
import { passSnapshot } from './lifecycle.ts';
import { newestFirst, type Snapshot } from './state.ts';
import { visibleVolume } from './volumes.ts';

export function routeSnapshots(service: Service): void {
  service.get('/v3/snapshots', (call) => list(call, base));
  service.get('/v3/snapshots/detail', (call) => list(call, (row) => view(call, row)));
  service.get('/v3/snapshots/:id', (call) => ok({ snapshot: view(call, find(call)) }));
  service.post('/v3/snapshots', create);
  service.put('/v3/snapshots/:id', (call) => {
    const row = find(call);
    const given = objectOf(objectOf(call.body).snapshot);
    const name = text(given.name) ?? row.name;
    call.cloud.cinder.snapshots.change(row, { name, description: text(given.description) ?? row.description });
    return ok({ snapshot: view(call, row) });
  });
  service.delete('/v3/snapshots/:id', (call) => {
    const row = find(call);
    if (row.status !== 'available' && row.status !== 'error') {
      throw badRequest('Invalid snapshot: Snapshot status must be available or error and must not be in a group.');
    }
    call.cloud.cinder.snapshots.change(row, { status: 'deleting' });
    call.cloud.clock.after(call.cloud.settings.durations.volumeMs, () => call.cloud.cinder.snapshots.remove(row.id));
    return accepted();
  });
}

function find(call: Call): Snapshot {
  const id = call.params.id ?? '';
  const row = call.cloud.cinder.snapshots.get(id);
  if (row === undefined || !owns(call.caller, row.projectId)) throw notFound(`Snapshot ${id} could not be found.`);
  return row;
}

function list(call: Call, show: (row: Snapshot) => Json) {
  const { query, caller, cloud } = call;
  const all = caller.isAdmin && (boolean(query.get('all_tenants')) ?? false);
  const wanted = (key: string, value: string | null): boolean => !query.has(key) || query.get(key) === value;
  const { snapshots } = cloud.cinder;
  const rows = (all ? snapshots.all() : snapshots.where('project', caller.projectId))
    .sort(newestFirst)
    .filter((row) => wanted('name', row.name) && wanted('status', row.status) && wanted('volume_id', row.volumeId));
  const page = pageOf(call, rows, (row) => row.id, {
    unknownMarker: (marker) => notFound(`Snapshot ${marker} could not be found.`),
  });
  const body: Json = { snapshots: page.rows.map(show) };
  if (page.next !== undefined) body.snapshots_links = [{ rel: 'next', href: nextHref(call, page.next, '/volume') }];
  return ok(body);
}

function base(row: Snapshot): Json {
  return {
    id: row.id,
    created_at: micros(row.createdAt),
    updated_at: row.updatedAt === null ? null : micros(row.updatedAt),
    name: row.name,
    description: row.description,
    volume_id: row.volumeId,
    status: row.status,
    size: row.sizeGib,
    metadata: row.metadata,
  };
}

function view(call: Call, row: Snapshot): Json {
  const { minor } = call;
  return {
    ...base(row),
    ...(minor >= 14 ? { group_snapshot_id: null } : {}),
    ...(minor >= 41 ? { user_id: row.userId } : {}),
    ...(minor >= 65 ? { consumes_quota: true } : {}),
    'os-extended-snapshot-attributes:project_id': row.projectId,
    'os-extended-snapshot-attributes:progress': row.status === 'available' ? '100%' : '0%',
  };
}

function create(call: Call) {
  const { cloud, caller } = call;
  const given = objectOf(objectOf(call.body).snapshot);
  const volume = visibleVolume(call, text(given.volume_id) ?? '');
  if (volume === undefined) throw notFound(`Volume ${String(given.volume_id)} could not be found.`);
  if (volume.host === null) throw badRequest('Invalid volume: volume is not assigned to a host');
  // From 3.66 on an attached volume needs no force any more.
  const force = call.minor >= 66 || (boolean(given.force) ?? false);
  if (volume.status !== 'available' && !(force && volume.status === 'in-use')) {
    const words = `Volume ${volume.id} status must be available, but current status is: ${volume.status}.`;
    throw badRequest(`Invalid volume: ${words}`);
  }
  enforceVolumeQuota(cloud, caller.projectId, { what: 'snapshots', sizeGib: volume.sizeGib, type: volume.type });
  const row = cloud.cinder.snapshots.add({
    id: cloud.random.uuid(),
    name: text(given.name) ?? null,
    description: text(given.description) ?? null,
    volumeId: volume.id,
    projectId: volume.projectId,
    userId: caller.userId,
    status: 'creating',
    sizeGib: volume.sizeGib,
    metadata: textMap(given.metadata),
    createdAt: cloud.clock.now(),
    updatedAt: null,
    order: cloud.cinder.nextOrder++,
    content: volume.content,
  });
  passSnapshot(cloud, row, 'creating', 'available');
  return accepted({ snapshot: base(row) });
}
