import { accepted, badRequest, type Call, conflict, notFound } from '../http/call.ts';
import { boolean, type Json, number, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { enforceVolumeQuota } from '../quotas.ts';
import { micros } from '../times.ts';
import { requireAdmin } from './dialect.ts';
import { passVolume } from './lifecycle.ts';
import type { Volume } from './state.ts';
import { typeView } from './types.ts';
import { findVolume } from './volumes.ts';

/** `POST /volumes/ID/action`. */
export function routeVolumeActions(service: Service): void {
  service.post('/v3/volumes/:id/action', (call) => {
    const row = findVolume(call);
    const [action = '', value] = Object.entries(objectOf(call.body))[0] ?? [];
    const given = objectOf(value);
    const { volumes } = call.cloud.cinder;
    switch (action) {
      case 'os-volume_upload_image':
        return upload(call, row, given);
      case 'os-extend':
        return extend(call, row, number(given.new_size) ?? 0);
      case 'os-set_bootable':
        volumes.change(row, { bootable: boolean(given.bootable) ?? row.bootable });
        return { status: 200 };
      case 'os-update_readonly_flag':
        volumes.change(row, { readOnly: boolean(given.readonly) ?? row.readOnly });
        return accepted();
      case 'os-set_image_metadata': {
        const metadata = Object.entries(objectOf(given.metadata)).map(([key, item]) => [key, String(item)]);
        volumes.change(row, { imageMetadata: { ...row.imageMetadata, ...Object.fromEntries(metadata) } });
        return { status: 200, body: { metadata: row.imageMetadata } };
      }
      case 'os-unset_image_metadata': {
        const key = text(given.key) ?? '';
        const { [key]: value, ...rest } = row.imageMetadata ?? {};
        if (value === undefined) throw notFound(`Glance metadata for volume/snapshot ${row.id} cannot be found.`);
        volumes.change(row, { imageMetadata: rest });
        return { status: 200 };
      }
      case 'os-reset_status':
        requireAdmin(call, 'volume_extension:volume_admin_actions:reset_status');
        volumes.change(row, { status: text(given.status) ?? row.status });
        return accepted();
      case 'os-retype': {
        const type = call.cloud.cinder.types.find((t) => t.name === given.new_type || t.id === given.new_type);
        if (type === undefined) throw badRequest(`Volume type ${String(given.new_type)} could not be found.`);
        passVolume(call.cloud, row, 'retyping', call.cloud.settings.durations.volumeMs, () => ({
          status: 'available',
          type: type.name,
        }));
        return accepted();
      }
      default:
        throw badRequest(`There is no such action: ${action}`);
    }
  });
}

function extend(call: Call, row: Volume, sizeGib: number) {
  if (sizeGib <= row.sizeGib) {
    const sizes = `(current: ${row.sizeGib}, extended: ${sizeGib})`;
    throw badRequest(`Invalid input received: New size for extend must be greater than current size. ${sizes}.`);
  }
  if (row.status !== 'available')
    throw badRequest(`Invalid volume: Volume ${row.id} status must be 'available' to extend, currently ${row.status}.`);
  enforceVolumeQuota(call.cloud, row.projectId, { what: 'volumes', sizeGib: sizeGib - row.sizeGib, type: row.type });
  passVolume(call.cloud, row, 'extending', call.cloud.settings.durations.volumeMs, () => ({
    status: 'available',
    sizeGib,
  }));
  return accepted();
}

/** Cinder's option glance_core_properties, as it comes. */
const GLANCES_OWN = [
  ...['checksum', 'container_format', 'disk_format', 'image_name', 'image_id'],
  ...['min_disk', 'min_ram', 'name', 'size'],
];

/** The bytes of a volume as an image of the caller's project. */
function upload(call: Call, row: Volume, given: Json) {
  const { cloud, caller } = call;
  // `force` is ignored, as Cinder ignores it unless it was configured not to (enable_force_upload).
  if (row.status !== 'available') throw badRequest(`Invalid volume: Volume ${row.id} status must be available`);
  const name = text(given.image_name);
  if (name === undefined)
    throw badRequest("Invalid input for field/attribute os-volume_upload_image. 'image_name' is a required property");
  const now = cloud.clock.now();
  const visibility = given.visibility === 'private' ? 'private' : 'shared';
  const image = cloud.glance.images.add({
    id: cloud.random.uuid(),
    name,
    status: 'queued',
    visibility,
    owner: caller.projectId,
    diskFormat: text(given.disk_format) ?? 'raw',
    containerFormat: text(given.container_format) ?? 'bare',
    minDisk: 0,
    minRam: 0,
    protected: boolean(given.protected) ?? false,
    hidden: false,
    tags: [],
    properties: Object.fromEntries(
      Object.entries(row.imageMetadata ?? {}).filter(([key]) => !GLANCES_OWN.includes(key)),
    ),
    createdAt: now,
    updatedAt: now,
    order: cloud.glance.nextOrder++,
    content: undefined,
    sums: undefined,
  });
  const before = row.status;
  const frozen = row.content;
  passVolume(cloud, row, 'uploading', cloud.settings.durations.snapshotMs, () => ({ status: before }));
  cloud.clock.after(cloud.settings.durations.snapshotMs / 2, () => {
    if (cloud.glance.images.has(image.id)) cloud.glance.images.change(image, { status: 'saving' });
  });
  cloud.clock.after(cloud.settings.durations.snapshotMs, () => {
    if (!cloud.glance.images.has(image.id)) return;
    cloud.glance.images.change(image, { status: 'active', content: frozen, updatedAt: cloud.clock.now() });
  });
  const type = cloud.cinder.types.find((candidate) => candidate.name === row.type);
  if (type === undefined) throw conflict(`Volume type ${row.type} is gone.`);
  return accepted({
    'os-volume_upload_image': {
      id: row.id,
      updated_at: micros(row.updatedAt ?? row.createdAt),
      status: 'uploading',
      display_description: row.description,
      size: row.sizeGib,
      volume_type: typeView(call, type),
      image_id: image.id,
      container_format: image.containerFormat,
      disk_format: image.diskFormat,
      image_name: name,
      protected: image.protected,
      visibility,
    },
  });
}
