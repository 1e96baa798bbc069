import {
  type GlanceImage,
  type GlanceMember,
  type ImagePatch,
  isApiError,
  type NewGlanceImage,
} from '../../services/openstack/index.ts';
import type { Making } from '../moving/making.ts';
import { comesFrom, type Origin, originProperties, splitProperties } from '../moving/origin.ts';
import type { Translation } from '../moving/translation.ts';
import type { Moving, Resource } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import type { ImageAttributes, ImageMember } from './image.ts';

/** Properties that name other images, which may come later. */
export const IMAGE_REFERENCES = ['kernel_id', 'ramdisk_id'] as const;

/** Glance checks the bytes by these when they are uploaded, with a certificate that may be in the source's Barbican only. */
const SIGNATURE = /^img_signature/;

/** An image goes in two steps: its record here, its bytes by `copyImage`; what users see of it comes when both are there. */
export const imageMoving: Moving<ImageAttributes> = {
  translate: (attributes, to) => ({
    ...attributes,
    members: attributes.members.map((member) => translatedMember(member, to)),
    properties: { ...attributes.properties, ...translatedReferences(attributes.properties, to) },
  }),

  async create(making, wanted) {
    const { image } = making.target.cloud;
    const body = newRecord(wanted, making.origin);
    try {
      return (await image.create({ id: wanted.id, ...body })).id;
    } catch (error) {
      if (!isApiError(error, 'conflict')) throw error;
      const present = await unlessGone(() => image.image(wanted.id));
      if (present === undefined) return (await image.create(body)).id;
      // Our own request, whose answer was lost.
      if (comesFrom(splitProperties(present).origin, making.origin.cloud, making.origin.id)) return present.id;
      throw error;
    }
  },

  async complete(making, id, wanted) {
    const { image } = making.target.cloud;
    const found = await image.image(id);
    if (hasBytes(wanted.attributes.status) && !hasBytes(found.status)) return;
    const changes = changesTo(found, wanted);
    if (changes.length > 0) await image.patch(id, changes);
    if (wanted.attributes.visibility === 'shared') await share(making, id, wanted.attributes.members);
    if (wanted.attributes.status === 'deactivated' && found.status === 'active') await image.deactivate(id);
    if (wanted.attributes.protected && !found.protected) await image.patch(id, [replace('protected', true)]);
  },

  async remove(making, id) {
    const { image } = making.target.cloud;
    const found = await unlessGone(() => image.image(id));
    if (found === undefined) return;
    if (found.protected) await image.patch(id, [replace('protected', false)]);
    await unlessGone(() => image.delete(id));
  },

  isKept(attribute, { attributes: wanted }, { attributes: found }) {
    if (attribute !== 'hash' && attribute !== 'checksum') return undefined;
    // An older Glance, or one that was given a location instead of bytes, has fewer sums than the other.
    if (wanted[attribute] === undefined) return true;
    if (algorithmOf(wanted[attribute]) === algorithmOf(found[attribute])) return undefined;
    const other = attribute === 'hash' ? 'checksum' : 'hash';
    return wanted[other] !== undefined && wanted[other] === found[other] ? true : undefined;
  },

  losses: {
    members: 'only projects that the target has are members, and where policy wants it each must accept by itself',
    status: 'its bytes are not there',
    hidden: 'Glance knows hidden images from Rocky on',
  },
};

/** Whether there are bytes to be had. */
export function hasBytes(status: string): boolean {
  return status === 'active' || status === 'deactivated';
}

/** What Glance is asked for: nobody but the project sees it before it is complete. */
export function newRecord({ name, projectId, attributes }: Resource<ImageAttributes>, origin: Origin): NewGlanceImage {
  const { diskFormat, containerFormat, minDiskGib, minRamMib, tags, properties } = attributes;
  const later = (key: string) => SIGNATURE.test(key) || IMAGE_REFERENCES.some((reference) => reference === key);
  return {
    ...Object.fromEntries(Object.entries(properties).filter(([key]) => !later(key))),
    ...originProperties(origin),
    ...(name === '' ? {} : { name }),
    ...(projectId === undefined ? {} : { owner: projectId }),
    visibility: 'private',
    ...(diskFormat === undefined ? {} : { disk_format: diskFormat }),
    ...(containerFormat === undefined ? {} : { container_format: containerFormat }),
    min_disk: minDiskGib,
    min_ram: minRamMib,
    tags,
  };
}

function translatedMember(member: ImageMember, to: Translation): ImageMember {
  const projectId = to.idIfThere('project', member.projectId);
  return projectId === undefined ? { ...member, isElsewhere: true } : { ...member, projectId };
}

function translatedReferences(properties: Readonly<Record<string, string>>, to: Translation): Record<string, string> {
  const translated: Record<string, string> = {};
  for (const key of IMAGE_REFERENCES) {
    const id = properties[key];
    if (id !== undefined && id !== '' && id !== 'None') translated[key] = to.id('image', id);
  }
  return translated;
}

function changesTo(found: GlanceImage, { name, attributes: wanted }: Resource<ImageAttributes>): ImagePatch[] {
  const fields: readonly (readonly [string, unknown, unknown])[] = [
    ['name', name, found.name ?? ''],
    ['visibility', wanted.visibility, found.visibility],
    // Before Rocky a property of this name would be a user's own.
    ['os_hidden', wanted.hidden && found.os_hidden !== undefined, found.os_hidden ?? false],
    ['min_disk', wanted.minDiskGib, found.min_disk],
    ['min_ram', wanted.minRamMib, found.min_ram],
  ];
  const changes = fields.filter(([, value, present]) => value !== present).map(([key, value]) => replace(key, value));
  if ([...wanted.tags].sort().join() !== [...found.tags].sort().join()) changes.push(replace('tags', wanted.tags));
  for (const [key, value] of Object.entries(wanted.properties)) {
    if (found[key] === value) continue;
    changes.push({ ...replace(key, value), op: found[key] === undefined ? 'add' : 'replace' });
  }
  return changes;
}

async function share(making: Making, id: string, members: readonly ImageMember[]): Promise<void> {
  const { image } = making.target.cloud;
  const present = new Map((await image.members(id)).map((member) => [member.member_id, member.status]));
  for (const { projectId, status, isElsewhere } of members) {
    if (isElsewhere === true) continue;
    if (!present.has(projectId)) await image.addMember(id, projectId);
    if ((present.get(projectId) ?? 'pending') !== status) await answer(making, id, projectId, status);
  }
}

/** Accepts or rejects, as admin or else as a member of the project, where we have a role there. */
async function answer(making: Making, id: string, projectId: string, status: GlanceMember['status']): Promise<void> {
  try {
    await making.target.cloud.image.setMemberStatus(id, projectId, status);
    return;
  } catch (error) {
    if (!isApiError(error, 'forbidden')) throw error;
  }
  try {
    await making.inProject(projectId).image.setMemberStatus(id, projectId, status);
  } catch (error) {
    if (!isApiError(error, 'forbidden', 'authentication')) throw error;
    making.target.note(`project ${projectId} must say itself that it has ${status} image ${id}`, 'image');
  }
}

function replace(name: string, value: unknown): ImagePatch {
  return { op: 'replace', path: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, value };
}

/** Of `ALGORITHM:HEX`; MD5's sum stands alone. */
function algorithmOf(sum: string | undefined): string | undefined {
  return sum === undefined ? undefined : (/^(\w+):/.exec(sum)?.[1] ?? 'md5');
}
