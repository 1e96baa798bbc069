import { isDeepStrictEqual } from 'node:util';
import type { Making } from '../moving/making.ts';
import type { Translation } from '../moving/translation.ts';
import { waitUntil } from '../moving/wait-until.ts';
import type { Moving, Resource } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import type { VolumeAttributes } from './volume.ts';

/** Cinder shows these among the metadata and keeps them itself: by an action, and while a server has the volume. */
const READ_ONLY = 'readonly';
const CINDERS_OWN = [READ_ONLY, 'attached_mode'];

/** Cinder's word on the image's signature: it takes nobody else's. */
const SIGNATURE_VERIFIED = 'signature_verified';

/** States from which a volume comes back by itself. */
const PASSING =
  /^(creating|downloading|uploading|attaching|detaching|extending|retyping|deleting|reserved|backing-up)$/;

/** Volumes are made of copied images by `makeVolume`; here is what comes after their bytes. */
export const volumeMoving: Moving<VolumeAttributes> = {
  translate: ({ volumeType, availabilityZone, ...attributes }, to) => ({
    ...attributes,
    ...(volumeType === undefined ? {} : { volumeType: to.name('volume-type', volumeType) }),
    ...(availabilityZone === undefined ? {} : { availabilityZone: to.name('availability-zone', availabilityZone) }),
    attachments: translatedAttachments(attributes, to),
    userId: to.idIfThere('user', attributes.userId) ?? attributes.userId,
  }),

  async complete(making, id, wanted) {
    const { volume } = making.target.cloud;
    const { attributes } = wanted;
    const found = await volume.volume(id);
    const names = { name: wanted.name, description: attributes.description };
    if (names.name !== (found.name ?? '') || names.description !== (found.description ?? ''))
      await volume.rename(id, names);
    const metadata = without(attributes.metadata, CINDERS_OWN);
    if (Object.entries(metadata).some(([key, value]) => found.metadata[key] !== value))
      await volume.addMetadata(id, metadata);
    if (String(attributes.bootable) !== found.bootable) await volume.setBootable(id, attributes.bootable);
    if (isReadOnly(attributes.metadata) !== isReadOnly(found.metadata))
      await volume.setReadOnly(id, isReadOnly(attributes.metadata));
    await completeImageMetadata(making, id, attributes.imageMetadata, found.volume_image_metadata ?? {});
  },

  /** One that a server has is not given up: Cinder's refusal says so. */
  async remove({ target, signal }, id) {
    const { volume } = target.cloud;
    let isAsked = false;
    await waitUntil(async () => {
      const found = await unlessGone(() => volume.volume(id));
      if (found === undefined) return true;
      if (PASSING.test(found.status)) return undefined;
      if (isAsked && !found.status.startsWith('error')) return undefined;
      await unlessGone(() => volume.delete(id));
      isAsked = true;
      return undefined;
    }, signal);
  },

  isKept(attribute, { attributes: wanted }, { attributes: found }) {
    switch (attribute) {
      case 'metadata':
        return isDeepStrictEqual(settledMetadata(wanted.metadata), settledMetadata(found.metadata));
      case 'imageMetadata': {
        const own = (metadata: VolumeAttributes['imageMetadata']) => without(metadata, [SIGNATURE_VERIFIED]);
        return isDeepStrictEqual(own(wanted.imageMetadata), own(found.imageMetadata));
      }
      case 'attachments':
        // The guest finds its disks in its own way: Nova says of a device only what it would like. Servers that have it there besides
        // are those that nobody has asked after.
        return wanted.attachments.map(serverOf).every((id) => found.attachments.map(serverOf).includes(id));
      case 'volumeType':
        // Clouds before Train had volumes without a type; later ones give each their default.
        return wanted.volumeType === undefined ? true : undefined;
      default:
        return undefined;
    }
  },

  losses: {
    userId: 'a volume belongs to whom made it, which is the mover',
    multiattach: "it is the volume type's to say: give the target's type multiattach",
    volumeType: 'the target gave it another type',
    attachments: 'not all of its servers have it in the target',
  },
};

/** What a volume is made with besides the marks. */
export function ownMetadata({ metadata }: VolumeAttributes): Readonly<Record<string, string>> {
  return without(metadata, CINDERS_OWN);
}

async function completeImageMetadata(
  { target }: Making,
  id: string,
  wanted: VolumeAttributes['imageMetadata'],
  found: VolumeAttributes['imageMetadata'],
): Promise<void> {
  const { volume } = target.cloud;
  const changes = Object.entries(wanted).filter(([key, value]) => found[key] !== value && key !== SIGNATURE_VERIFIED);
  if (changes.length > 0) await volume.addImageMetadata(id, Object.fromEntries(changes));
  // What Cinder took over from the image that only carried the bytes.
  for (const key of Object.keys(found))
    if (!Object.hasOwn(wanted, key)) await unlessGone(() => volume.removeImageMetadata(id, key));
}

/** Servers that are not in the target yet get it when they are. */
function translatedAttachments(
  { attachments }: Pick<VolumeAttributes, 'attachments'>,
  to: Translation,
): VolumeAttributes['attachments'] {
  return attachments.flatMap((attachment) => {
    const serverId = to.idIfThere('server', attachment.serverId);
    return serverId === undefined ? [] : [{ ...attachment, serverId }];
  });
}

function settledMetadata(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...without(metadata, CINDERS_OWN), ...(isReadOnly(metadata) ? { [READ_ONLY]: 'True' } : {}) };
}

function isReadOnly(metadata: Readonly<Record<string, string>>): boolean {
  return metadata[READ_ONLY] === 'True';
}

function serverOf({ serverId }: Resource<VolumeAttributes>['attributes']['attachments'][number]): string {
  return serverId;
}

function without(map: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}
