import { getPart, partOf, pathOf } from './answer-part.ts';
import type { Query, ServiceClient } from './service-client.ts';

/** Image API v2: https://docs.openstack.org/api-ref/image/v2/. Custom properties stand beside the fields below. */
export interface GlanceImage {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly visibility: 'public' | 'private' | 'shared' | 'community';
  readonly owner: string | null;
  readonly protected: boolean;
  readonly tags: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly disk_format: string | null;
  readonly container_format: string | null;
  /** GiB */
  readonly min_disk: number;
  /** MiB */
  readonly min_ram: number;
  /** Bytes; null while there are none. */
  readonly size: number | null;
  readonly virtual_size?: number | null;
  /** MD5, hexadecimal. */
  readonly checksum: string | null;
  /** Rocky and later. */
  readonly os_hidden?: boolean;
  /** Rocky and later; normally sha512. */
  readonly os_hash_algo?: string | null;
  readonly os_hash_value?: string | null;
  readonly [property: string]: unknown;
}

export interface GlanceMember {
  readonly member_id: string;
  readonly status: 'pending' | 'accepted' | 'rejected';
}

export interface ImageFilter {
  readonly projectId?: string;
  readonly name?: string;
  readonly visibility?: 'community';
  readonly hidden?: true;
}

export class Glance {
  readonly client: ServiceClient;

  constructor(client: ServiceClient) {
    this.client = client;
  }

  /**
   * Without a filter Glance shows public images and what the caller may see of the others, but neither hidden images
   * nor other projects' community images: these have filters of their own.
   */
  images(filter: ImageFilter = {}): AsyncIterable<readonly GlanceImage[]> {
    const query: Query = {
      owner: filter.projectId,
      name: filter.name === undefined ? undefined : literal(filter.name),
      visibility: filter.visibility,
      os_hidden: filter.hidden,
    };
    return this.client.pages('images', { collection: 'images', query, paging: 'links' });
  }

  async image(id: string): Promise<GlanceImage> {
    const path = pathOf(this.client, ['images', id]);
    const image = await this.client.get<GlanceImage>(path);
    // Glance wraps an image in nothing.
    partOf(this.client, path, image, 'id');
    return image;
  }

  /** Of shared images; 404 for those that the caller may not see, 403 for other visibilities. */
  async members(imageId: string): Promise<readonly GlanceMember[]> {
    return getPart<readonly GlanceMember[]>(this.client, ['images', imageId, 'members'], 'members');
  }
}

/** Glance takes what stands before the first colon of a filter for an operator: `ubuntu:22.04` is 400, `in:a,b` a list. */
function literal(name: string): string {
  return name.includes(':') ? `eq:${name}` : name;
}
