import type { Cloud } from '../cloud.ts';
import type { Server } from './state.ts';

export const shelvedName = (row: Server): string => `${row.name}-shelved`;

/** Whoever unshelves or deletes the server removes the image that it was shelved to. */
export function forgetShelved(cloud: Cloud, row: Server): void {
  for (const image of cloud.glance.images.all())
    if (image.properties.instance_uuid === row.id && image.name === shelvedName(row))
      cloud.glance.images.remove(image.id);
}
