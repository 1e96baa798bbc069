import type { CinderVolume } from '../../services/openstack/index.ts';
import { originProperty, splitProperties } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { noteWhoseVolumes, ownProjectId } from '../visibility.ts';
import { volumeMoving } from './volume-moving.ts';

export interface VolumeAttributes {
  readonly description: string;
  readonly status: string;
  readonly sizeGib: number;
  readonly volumeType?: string;
  readonly availabilityZone?: string;
  readonly bootable: boolean;
  readonly encrypted: boolean;
  readonly multiattach: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Properties of the image that it was made from: what Nova boots it with. */
  readonly imageMetadata: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly serverId: string; readonly device?: string }[];
  readonly snapshotId?: string;
  readonly sourceVolumeId?: string;
  readonly userId: string;
}

/** Block Storage API v3, "Volumes". */
export const volume: ResourceType<VolumeAttributes> = {
  name: 'volume',
  service: 'block-storage',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['projectId', 'name', 'sizeGib'] },
  rules: {
    description: 'exact',
    status: 'state',
    sizeGib: 'exact',
    volumeType: 'exact',
    availabilityZone: 'exact',
    bootable: 'exact',
    encrypted: 'exact',
    multiattach: 'exact',
    metadata: 'exact',
    imageMetadata: 'exact',
    attachments: 'reference',
    snapshotId: 'state',
    sourceVolumeId: 'state',
    userId: 'reference',
  },
  untold: { metadata: true },

  async *list(reader, scope) {
    // Not for Nova to say: a cloud may have volumes and no Nova that answers.
    await noteWhoseVolumes(reader);
    const own = await ownProjectId(reader);
    for await (const page of reader.cloud.volume.volumes(scope, true))
      yield page
        .map((body) => asResource(body, own))
        .filter(({ projectId }) => scope.projectId === undefined || scope.projectId === projectId);
  },

  async get(reader, id) {
    return asResource(await reader.cloud.volume.volume(id), await ownProjectId(reader));
  },

  references: () => [],

  moving: { ...volumeMoving, candidates },
};

/** Those of its mark alone: that another has its name and size says nothing of what is written on it. */
async function* candidates(target: Reader, { id }: Resource): AsyncIterable<readonly Resource<VolumeAttributes>[]> {
  const own = await ownProjectId(target);
  for await (const page of target.cloud.volume.volumes({ metadata: originProperty(id) }, true))
    yield page.map((body) => asResource(body, own));
}

function asResource(body: CinderVolume, ownProject: string | undefined): Resource<VolumeAttributes> {
  // Where policy hides the owner, it is who asks.
  const owner = body['os-vol-tenant-attr:tenant_id'] ?? ownProject;
  const { own: metadata, origin } = splitProperties(body.metadata);
  return {
    type: 'volume',
    id: body.id,
    name: body.name ?? '',
    ...(owner === undefined ? {} : { projectId: owner }),
    ...(origin === undefined ? {} : { origin }),
    attributes: {
      description: body.description ?? '',
      status: body.status,
      sizeGib: body.size,
      ...(body.volume_type === null ? {} : { volumeType: body.volume_type }),
      ...(body.availability_zone === null ? {} : { availabilityZone: body.availability_zone }),
      bootable: body.bootable === 'true',
      encrypted: body.encrypted,
      multiattach: body.multiattach,
      metadata,
      imageMetadata: body.volume_image_metadata ?? {},
      // Of one volume on several servers Cinder tells in any order.
      attachments: body.attachments
        .map((attachment) => ({
          serverId: attachment.server_id,
          ...(attachment.device === null ? {} : { device: attachment.device }),
        }))
        .sort((a, b) => (a.serverId < b.serverId ? -1 : 1)),
      ...(body.snapshot_id === null ? {} : { snapshotId: body.snapshot_id }),
      ...(body.source_volid === null ? {} : { sourceVolumeId: body.source_volid }),
      userId: body.user_id,
    },
  };
}
