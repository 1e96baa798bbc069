import type { GlanceImage, GlanceMember, ImageFilter } from '../../services/openstack/index.ts';
import { isApiError } from '../../services/openstack/index.ts';
import { splitProperties } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';
import type { ListScope, Reference, Resource, ResourceType } from '../resource-type.ts';
import { imageMoving } from './image-moving.ts';

export interface ImageMember {
  readonly projectId: string;
  readonly status: GlanceMember['status'];
  /** In the target's terms only: the target has no such project. */
  readonly isElsewhere?: true;
}

export interface ImageAttributes {
  readonly status: string;
  readonly visibility: GlanceImage['visibility'];
  readonly protected: boolean;
  readonly hidden: boolean;
  readonly diskFormat?: string;
  readonly containerFormat?: string;
  readonly minDiskGib: number;
  readonly minRamMib: number;
  /** Absent while the image has no bytes, as the next two. */
  readonly sizeBytes?: number;
  /** MD5, hexadecimal. */
  readonly checksum?: string;
  /** `ALGORITHM:HEX`, for instance `sha512:9f86…`. */
  readonly hash?: string;
  readonly members: readonly ImageMember[];
  readonly tags: readonly string[];
  /** All that Glance does not name itself: os_distro, hw_*, kernel_id, an operator's own. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Fields of the image schema that are attributes above, or that mean nothing outside of this cloud. */
const SCHEMA_FIELDS = new Set([
  ...['id', 'name', 'status', 'visibility', 'protected', 'os_hidden', 'owner', 'tags', 'members'],
  ...['disk_format', 'container_format', 'min_disk', 'min_ram', 'size', 'virtual_size'],
  ...['checksum', 'os_hash_algo', 'os_hash_value', 'created_at', 'updated_at'],
  ...['self', 'file', 'schema', 'direct_url', 'locations', 'stores'],
]);

/** Where Glance notes how an import goes: nobody else may write there. */
const GLANCES_OWN = 'os_glance_';

/** Image API v2, "Images", with the members of shared ones. */
export const image: ResourceType<ImageAttributes> = {
  name: 'image',
  service: 'image',
  ownedBy: 'project',
  identity: { keepsId: true, key: ['projectId', 'name', 'checksum'] },
  rules: {
    status: 'exact',
    visibility: 'exact',
    protected: 'exact',
    hidden: 'exact',
    diskFormat: 'exact',
    containerFormat: 'exact',
    minDiskGib: 'exact',
    minRamMib: 'exact',
    sizeBytes: 'exact',
    checksum: 'exact',
    hash: 'exact',
    members: 'reference',
    tags: 'set',
    properties: 'exact',
  },

  /** Glance leaves hidden and other projects' community images out of a plain list: three more look for them. */
  async *list(reader, scope) {
    const seen = new Set<string>();
    const looks: ImageFilter[] = [
      {},
      { visibility: 'community' },
      { hidden: true },
      { hidden: true, visibility: 'community' },
    ];
    for (const look of looks) {
      for await (const page of imagePages(reader, scope, look)) {
        // Glance before Rocky ignores `os_hidden`, so the same images come again.
        const fresh = page.filter((body) => !seen.has(body.id));
        for (const body of fresh) seen.add(body.id);
        if (fresh.length > 0) yield await Promise.all(fresh.map((body) => asResource(reader, body)));
      }
    }
  },

  async get(reader, id) {
    return asResource(reader, await reader.cloud.image.image(id));
  },

  references({ attributes }) {
    const references: Reference[] = [];
    for (const [property, why] of [
      ['kernel_id', 'boots with the kernel'],
      ['ramdisk_id', 'boots with the ramdisk'],
    ] as const) {
      const id = attributes.properties[property];
      if (id !== undefined && id !== '' && id !== 'None')
        references.push({ type: 'image', id, relation: 'requires', why });
    }
    for (const member of attributes.members)
      references.push({ type: 'project', id: member.projectId, relation: 'admits', why: 'is shared with' });
    return references;
  },

  moving: imageMoving,
};

async function* imagePages(reader: Reader, scope: ListScope, look: ImageFilter): AsyncIterable<readonly GlanceImage[]> {
  const filter: ImageFilter = {
    ...look,
    ...(scope.projectId === undefined ? {} : { projectId: scope.projectId }),
    ...(scope.name === undefined ? {} : { name: scope.name }),
  };
  try {
    yield* reader.cloud.image.images(filter);
  } catch (error) {
    // Glance before Ocata refuses the visibility `community`; it has no such images.
    if (look.visibility === undefined || !isApiError(error, 'invalid')) throw error;
  }
}

async function asResource(reader: Reader, body: GlanceImage): Promise<Resource<ImageAttributes>> {
  const { disk_format, container_format, checksum, os_hash_algo, os_hash_value } = body;
  const { own, origin } = splitProperties(customProperties(body));
  return {
    type: 'image',
    id: body.id,
    name: body.name ?? '',
    ...(body.owner ? { projectId: body.owner } : {}),
    ...(origin === undefined ? {} : { origin }),
    attributes: {
      status: body.status,
      visibility: body.visibility,
      protected: body.protected,
      hidden: body.os_hidden ?? false,
      ...(disk_format === null ? {} : { diskFormat: disk_format }),
      ...(container_format === null ? {} : { containerFormat: container_format }),
      minDiskGib: body.min_disk,
      minRamMib: body.min_ram,
      ...(body.size === null ? {} : { sizeBytes: body.size }),
      ...(checksum === null ? {} : { checksum }),
      ...(os_hash_algo && os_hash_value ? { hash: `${os_hash_algo}:${os_hash_value}` } : {}),
      members: await membersOf(reader, body),
      tags: [...body.tags].sort(),
      properties: own,
    },
  };
}

/** From Ocata on, only images of visibility `shared` can have members. */
async function membersOf(reader: Reader, body: GlanceImage): Promise<readonly ImageMember[]> {
  if (body.visibility !== 'shared') return [];
  try {
    const members = await reader.cloud.image.members(body.id);
    return members
      .map((member) => ({ projectId: member.member_id, status: member.status }))
      .sort((a, b) => (a.projectId < b.projectId ? -1 : 1));
  } catch (error) {
    if (!isApiError(error, 'forbidden', 'not-found')) throw error;
    reader.note("not allowed to read the members of others' shared images", 'image');
    return [];
  }
}

function customProperties(body: GlanceImage): Readonly<Record<string, string>> {
  const entries = Object.entries(body)
    .filter(([key, value]) => !SCHEMA_FIELDS.has(key) && !key.startsWith(GLANCES_OWN) && (value ?? null) !== null)
    .map(([key, value]): [string, string] => [key, typeof value === 'string' ? value : JSON.stringify(value)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
