import { badRequest, type Call } from '../http/call.ts';
import { type Json, text, textMap } from '../http/json.ts';
import { wrongState } from './servers.ts';
import { shelvedName } from './shelved-image.ts';
import type { Server } from './state.ts';

/**
 * `createImage`: an image in the caller's project, not in the server's: what an admin snapshots belongs to the admin.
 * It is queued, then saving, then active; the server's task says how far Nova is.
 */
export function snapshot(call: Call, row: Server, given: Json) {
  const { cloud } = call;
  if (row.taskState !== null || !['active', 'stopped', 'paused', 'suspended'].includes(row.vmState)) {
    throw wrongState(row, 'createImage');
  }
  const name = text(given.name);
  if (name === undefined)
    throw badRequest("Invalid input for field/attribute createImage. 'name' is a required property");
  const image = newImage(call, row, name, textMap(given.metadata));
  const { snapshotMs } = cloud.settings.durations;
  const frozen = row.disk;
  cloud.nova.servers.change(row, { taskState: 'image_snapshot_pending' });
  cloud.clock.after(snapshotMs / 3, () => {
    if (cloud.glance.images.get(image.id) !== image) return;
    cloud.glance.images.change(image, { status: 'saving' });
    cloud.nova.servers.change(row, { taskState: 'image_uploading' });
  });
  cloud.clock.after(snapshotMs, () => {
    if (cloud.nova.servers.get(row.id) === row) cloud.nova.servers.change(row, { taskState: null });
    if (cloud.glance.images.get(image.id) !== image) return;
    cloud.glance.images.change(image, { status: 'active', content: frozen, updatedAt: cloud.clock.now() });
  });
  if (call.minor >= 45) return { status: 202, body: { image_id: image.id } };
  const location = `${call.base.replace(/\/compute$/, '/image')}/v2/images/${image.id}`;
  return { status: 202, headers: { Location: location } };
}

/** Shelving writes the disk to an image of the caller's project, which is active when the server is off; a volume stays as it is. */
export function shelve(call: Call, row: Server, durationMs: number): void {
  if (row.imageId === null) return;
  const { cloud } = call;
  const image = newImage(call, row, shelvedName(row), {});
  cloud.clock.after(durationMs, () => {
    if (cloud.glance.images.get(image.id) === image)
      cloud.glance.images.change(image, { status: 'active', content: row.disk, updatedAt: cloud.clock.now() });
  });
}

function newImage(call: Call, row: Server, name: string, metadata: Readonly<Record<string, string>>) {
  const { cloud, caller } = call;
  const base = row.imageId === null ? undefined : cloud.glance.images.get(row.imageId);
  const now = cloud.clock.now();
  return cloud.glance.images.add({
    id: cloud.random.uuid(),
    name,
    status: 'queued',
    visibility: 'private',
    owner: caller.projectId,
    diskFormat: base?.diskFormat ?? 'raw',
    containerFormat: base?.containerFormat ?? 'bare',
    minDisk: Math.max(1, row.flavor.disk),
    minRam: base?.minRam ?? 0,
    protected: false,
    hidden: false,
    tags: [],
    properties: {
      ...base?.properties,
      base_image_ref: row.imageId ?? '',
      owner_user_name: caller.userName,
      owner_project_name: caller.projectName,
      boot_roles: caller.roles.join(','),
      instance_uuid: row.id,
      user_id: caller.userId,
      image_type: 'snapshot',
      ...metadata,
    },
    createdAt: now,
    updatedAt: now,
    order: cloud.glance.nextOrder++,
    content: undefined,
    sums: undefined,
  });
}
