import type { GlanceImage } from '../../services/openstack/index.ts';
import type { Making } from '../moving/making.ts';
import { comesFrom, type Origin, originProperties, splitProperties } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';
import type { Resource } from '../resource-type.ts';
import type { ImageAttributes } from './image.ts';
import { IMAGE_REFERENCES, newRecord } from './image-moving.ts';

/**
 * Images that only carry bytes. In the source, one carries the mark of the volume or server whose disk it is; in the target,
 * its copy carries the mark of the source's image.
 */
export async function transferImagesOf({ cloud }: Reader, origin: Origin): Promise<readonly GlanceImage[]> {
  const found: GlanceImage[] = [];
  for await (const page of cloud.image.images({ properties: originProperties(origin) }))
    found.push(...page.filter((body) => isOf(body, origin)));
  return found;
}

/** Copies of disks in the target, by the names that runs give them: what they were made of is gone as soon as it is copied. */
export const OF_A_DISK = /^(disk of|volume) /;

/** Whether the image is this run's and of this resource: only such are ever removed. */
export function isOf(body: GlanceImage, { cloud, id, run }: Origin): boolean {
  const { origin } = splitProperties(body);
  return comesFrom(origin, cloud, id) && origin?.run === run;
}

/** Cinder writes this on an image that it makes of a volume, and can make no volume of an image that has it. */
const SIGNATURE_VERIFIED = 'signature_verified';

/** Cinder takes no properties for the image of a volume, but a name. */
export function transferName({ run, id }: Origin): string {
  return `pumphouse ${run} ${id}`;
}

/** Writes the mark on an image that Cinder has made. */
export async function marked({ cloud }: Reader, body: GlanceImage, origin: Origin): Promise<void> {
  if (isOf(body, origin)) return;
  const marks = Object.entries(originProperties(origin));
  await cloud.image.patch(
    body.id,
    marks.map(([key, value]) => ({ op: 'add', path: `/${key}`, value })),
  );
}

/** The record in the target, with what Nova and Cinder boot by. Gives its id. */
export async function madeTransferImage(
  { target, origin }: Making,
  wanted: Resource<ImageAttributes>,
): Promise<string> {
  const { properties } = wanted.attributes;
  const boots = IMAGE_REFERENCES.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]]));
  const { [SIGNATURE_VERIFIED]: _cinders, ...record } = newRecord(wanted, origin);
  return (await target.cloud.image.create({ ...Object.fromEntries(boots), ...record })).id;
}
