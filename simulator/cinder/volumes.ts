import { type Content, madeUp } from '../disk.ts';
import { findImageFor } from '../glance/access.ts';
import { accepted, badRequest, type Call, notFound, ok } from '../http/call.ts';
import { boolean, type Json, number, objectOf, text, textMap } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { nextHref, pageOf } from '../paging.ts';
import { owns } from '../policy.ts';
import { enforceVolumeQuota } from '../quotas.ts';
import { micros } from '../times.ts';
import { links } from './dialect.ts';
import { passVolume, removeVolume } from './lifecycle.ts';
import { newestFirst, type Volume } from './state.ts';

/** A simulated gibibyte holds so many bytes: whole ones would make every copied volume a matter of seconds. */
export const BYTES_PER_GIB = 1024 * 1024;

export function routeVolumes(service: Service): void {
  service.get('/v3/volumes', (call) => list(call, brief));
  service.get('/v3/volumes/detail', (call) => list(call, volumeView));
  service.get('/v3/volumes/:id', (call) => ok({ volume: volumeView(call, findVolume(call)) }));
  service.post('/v3/volumes', create);
  service.put('/v3/volumes/:id', (call) => {
    const row = findVolume(call);
    const given = objectOf(objectOf(call.body).volume);
    const metadata = given.metadata === undefined ? row.metadata : textMap(given.metadata);
    const name = text(given.name) ?? row.name;
    const description = text(given.description) ?? row.description;
    call.cloud.cinder.volumes.change(row, { name, description, metadata, updatedAt: call.cloud.clock.now() });
    return ok({ volume: volumeView(call, row) });
  });
  service.delete('/v3/volumes/:id', (call) => {
    const row = findVolume(call);
    const busy = !/^(available|error.*)$/.test(row.status) || row.attachments.length > 0;
    if (busy || call.cloud.cinder.snapshots.where('volume', row.id).length > 0) {
      throw badRequest(
        'Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.',
      );
    }
    removeVolume(call.cloud, row);
    return accepted();
  });
  service.get('/v3/volumes/:id/metadata', (call) => ok({ metadata: findVolume(call).metadata }));
  service.post('/v3/volumes/:id/metadata', (call) => {
    const row = findVolume(call);
    const metadata = { ...row.metadata, ...textMap(objectOf(call.body).metadata) };
    return ok({ metadata: call.cloud.cinder.volumes.change(row, { metadata }).metadata });
  });
}

export function visibleVolume(call: Call, id: string): Volume | undefined {
  const row = call.cloud.cinder.volumes.get(id);
  return row !== undefined && owns(call.caller, row.projectId) ? row : undefined;
}

export function findVolume(call: Call): Volume {
  const id = call.params.id ?? '';
  const row = visibleVolume(call, id);
  if (row === undefined) throw notFound(`Volume ${id} could not be found.`);
  return row;
}

function list(call: Call, view: (call: Call, row: Volume) => Json) {
  const { query, caller, cloud } = call;
  // Unlike Nova, Cinder gives a member who asks for all tenants its own.
  const all = caller.isAdmin && (boolean(query.get('all_tenants')) ?? false);
  const wanted = (key: string, value: string | null): boolean => !query.has(key) || query.get(key) === value;
  const rows = (
    all
      ? cloud.cinder.volumes.sorted(newestFirst)
      : cloud.cinder.volumes.where('project', caller.projectId).sort(newestFirst)
  ).filter(
    (row) =>
      wanted('name', row.name) &&
      wanted('status', row.status) &&
      wanted('id', row.id) &&
      wanted('volume_type', row.type) &&
      hasMetadata(row, query.get('metadata')) &&
      (!caller.isAdmin || wanted('project_id', row.projectId)) &&
      (!query.has('bootable') || boolean(query.get('bootable')) === row.bootable),
  );
  const page = pageOf(call, rows, (row) => row.id, {
    unknownMarker: (marker) => notFound(`Volume ${marker} could not be found.`),
  });
  const body: Json = { volumes: page.rows.map((row) => view(call, row)) };
  if (page.next !== undefined) body.volumes_links = [{ rel: 'next', href: nextHref(call, page.next, '/volume') }];
  return ok(body);
}

/** The filter is a Python dictionary; of JSON's spellings, text in double quotes is one. */
function hasMetadata(row: Volume, filter: string | null): boolean {
  if (filter === null) return true;
  const wanted: unknown = JSON.parse(filter);
  return Object.entries(textMap(wanted)).every(([key, value]) => row.metadata[key] === value);
}

const brief = (call: Call, row: Volume): Json => ({
  id: row.id,
  name: row.name,
  links: links(call, `volumes/${row.id}`),
});

function volumeView(call: Call, row: Volume): Json {
  const { minor, caller, cloud } = call;
  const attachments = row.attachments.map((attachment) => ({
    id: row.id,
    attachment_id: attachment.id,
    volume_id: row.id,
    server_id: attachment.serverId,
    host_name: caller.isAdmin ? attachment.host : null,
    device: attachment.device,
    attached_at: micros(attachment.attachedAt),
  }));
  return {
    id: row.id,
    status: row.status,
    size: row.sizeGib,
    availability_zone: row.availabilityZone,
    created_at: micros(row.createdAt),
    updated_at: row.updatedAt === null ? null : micros(row.updatedAt),
    name: row.name,
    description: row.description,
    volume_type: row.type,
    snapshot_id: row.snapshotId,
    source_volid: row.sourceVolumeId,
    metadata: { ...row.metadata, ...(row.readOnly ? { readonly: 'True' } : {}) },
    links: links(call, `volumes/${row.id}`),
    user_id: row.userId,
    bootable: String(row.bootable),
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: row.multiattach,
    attachments,
    ...(caller.isAdmin ? { migration_status: null } : {}),
    ...(minor >= 13 ? { group_id: null } : {}),
    ...(minor >= 21 && caller.isAdmin ? { provider_id: null } : {}),
    ...(minor >= 48 ? { shared_targets: false, service_uuid: cloud.cinder.serviceId } : {}),
    ...(minor >= 61 && caller.isAdmin ? { cluster_name: null } : {}),
    ...(minor >= 63 ? { volume_type_id: cloud.cinder.types.find((type) => type.name === row.type)?.id ?? null } : {}),
    ...(minor >= 65 ? { consumes_quota: true } : {}),
    'os-vol-tenant-attr:tenant_id': row.projectId,
    ...(caller.isAdmin
      ? {
          'os-vol-mig-status-attr:migstat': null,
          'os-vol-mig-status-attr:name_id': null,
          'os-vol-host-attr:host': row.host,
        }
      : {}),
    ...(row.imageMetadata === undefined ? {} : { volume_image_metadata: row.imageMetadata }),
  };
}

function create(call: Call) {
  const body = objectOf(call.body);
  if (body.volume === undefined) throw badRequest("'volume' is a required property");
  const given = objectOf(body.volume);
  const size = number(given.size);
  const snapshotId = text(given.snapshot_id);
  const sourceId = text(given.source_volid);
  const imageId = text(given.imageRef) ?? text(given.image_id);
  if (given.size !== undefined && given.size !== null && (size === undefined || size < 1)) {
    throw badRequest(`Invalid input received: Invalid volume size provided for create request: ${String(given.size)}`);
  }
  const row = newVolume(call, {
    name: text(given.name) ?? null,
    description: text(given.description) ?? null,
    sizeGib: size,
    type: text(given.volume_type),
    zone: text(given.availability_zone),
    metadata: textMap(given.metadata),
    multiattach: boolean(given.multiattach) ?? false,
    imageId,
    snapshotId,
    sourceId,
  });
  // The first answer has fractions of a second in its time; later ones have not.
  const { attachments: _, 'os-vol-tenant-attr:tenant_id': __, ...view } = volumeView(call, row);
  const fresh = Object.fromEntries(
    Object.entries(view).filter(([key]) => !/^os-vol-|^volume_image|^migration/.test(key)),
  );
  return accepted({ volume: { ...fresh, attachments: [] } });
}

interface NewVolume {
  readonly name: string | null;
  readonly description?: string | null;
  readonly sizeGib?: number | undefined;
  readonly type?: string | undefined;
  readonly zone?: string | undefined;
  readonly metadata?: Record<string, string>;
  readonly multiattach?: boolean;
  readonly imageId?: string | undefined;
  readonly snapshotId?: string | undefined;
  readonly sourceId?: string | undefined;
}

/** A volume being created, with what it is made of; Nova makes some too. */
export function newVolume(call: Call, given: NewVolume): Volume {
  const { cloud, caller } = call;
  const { cinder } = cloud;
  const snapshot = given.snapshotId === undefined ? undefined : cinder.snapshots.get(given.snapshotId);
  const source = given.sourceId === undefined ? undefined : visibleVolume(call, given.sourceId);
  const image = given.imageId === undefined ? undefined : findImageFor(call, given.imageId);
  if (given.snapshotId !== undefined && (snapshot === undefined || !owns(caller, snapshot.projectId))) {
    throw notFound(`Snapshot ${given.snapshotId} could not be found.`);
  }
  if (given.sourceId !== undefined && source === undefined)
    throw notFound(`Volume ${given.sourceId} could not be found.`);
  if (given.imageId !== undefined && image?.status !== 'active') {
    throw badRequest('Invalid image identifier or unable to access requested image.');
  }
  const sizeGib = given.sizeGib ?? snapshot?.sizeGib ?? source?.sizeGib;
  if (sizeGib === undefined) {
    throw badRequest(
      'The server could not comply with the request since it is either malformed or otherwise incorrect.',
    );
  }
  const smallest = snapshot?.sizeGib ?? source?.sizeGib ?? image?.minDisk ?? 0;
  if (sizeGib < smallest) {
    throw badRequest(
      `Invalid input received: Volume size ${sizeGib}GB cannot be smaller than original volume size ${smallest}GB. They must be >= original volume size.`,
    );
  }
  const type = given.type ?? source?.type ?? '__DEFAULT__';
  const known = cinder.types.find((row) => row.name === type || row.id === type);
  if (known === undefined || !(known.isPublic || caller.isAdmin || known.access.includes(caller.projectId))) {
    throw notFound(`Volume type with name ${type} could not be found.`);
  }
  enforceVolumeQuota(cloud, caller.projectId, { what: 'volumes', sizeGib, type: known.name });
  const id = cloud.random.uuid();
  const row = cinder.volumes.add({
    id,
    name: given.name,
    description: given.description ?? null,
    projectId: caller.projectId,
    userId: caller.userId,
    status: 'creating',
    sizeGib,
    type: known.name,
    availabilityZone: given.zone ?? 'nova',
    bootable:
      image !== undefined || (source?.bootable ?? cinder.volumes.get(snapshot?.volumeId ?? '')?.bootable ?? false),
    multiattach: given.multiattach ?? known.extraSpecs.multiattach === '<is> True',
    readOnly: false,
    metadata: given.metadata ?? {},
    imageMetadata: image === undefined ? source?.imageMetadata : imageMetadata(image),
    snapshotId: given.snapshotId ?? null,
    sourceVolumeId: given.sourceId ?? null,
    attachments: [],
    createdAt: cloud.clock.now(),
    updatedAt: null,
    order: cinder.nextOrder++,
    host: null,
    content:
      snapshot?.content ??
      source?.content ??
      wholeDisk(image?.content, sizeGib) ??
      madeUp(`volume ${image?.id ?? id}`, sizeGib * BYTES_PER_GIB),
  });
  // Cinder writes the same key itself and stumbles over it: "Failed to copy metadata to volume".
  const fails = image?.properties.signature_verified !== undefined;
  passVolume(cloud, row, 'creating', cloud.settings.durations.volumeMs, () => ({
    status: fails ? 'error' : 'available',
    host: `${cloud.name}-cinder@lab#lab`,
  }));
  return row;
}

/** Smaller images are a filesystem's business: their volumes have bytes of their own. */
function wholeDisk(content: Content | undefined, sizeGib: number): Content | undefined {
  return content?.sizeBytes === sizeGib * BYTES_PER_GIB ? content : undefined;
}

function imageMetadata(image: NonNullable<ReturnType<typeof findImageFor>>): Record<string, string> {
  return {
    signature_verified: 'False',
    ...image.properties,
    image_id: image.id,
    image_name: image.name ?? '',
    container_format: image.containerFormat ?? '',
    disk_format: image.diskFormat ?? '',
    min_disk: String(image.minDisk),
    min_ram: String(image.minRam),
    size: String(image.content?.sizeBytes ?? 0),
  };
}
