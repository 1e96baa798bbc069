import { getPart, partOf, pathOf } from './answer-part.ts';
import type { StreamingServiceClient } from './create-service-client.ts';
import { GlanceData } from './glance-data.ts';
import type { Query } from './service-client.ts';

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
  /** Custom properties that it must have, with these values whatever their case. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** What "Create image" takes: custom properties stand beside these, as text. */
export interface NewGlanceImage {
  /** Of Glance's making where it is left out. One that was ever used in this cloud is a `conflict`. */
  readonly id?: string;
  readonly name?: string;
  /** Another project than the caller's: admins only. */
  readonly owner?: string;
  readonly visibility: GlanceImage['visibility'];
  readonly disk_format?: string;
  readonly container_format?: string;
  readonly min_disk: number;
  readonly min_ram: number;
  readonly tags: readonly string[];
  readonly [property: string]: unknown;
}

/** Operations on one attribute each: `path` is the attribute's name as a JSON pointer (RFC 6901). */
export interface ImagePatch {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

const PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';

export class Glance {
  readonly client: StreamingServiceClient;
  /** The bytes. */
  readonly data: GlanceData;

  constructor(client: StreamingServiceClient) {
    this.client = client;
    this.data = new GlanceData(client);
  }

  /**
   * Without a filter Glance shows public images and what the caller may see of the others, but neither hidden images
   * nor other projects' community images: these have filters of their own.
   */
  images(filter: ImageFilter = {}): AsyncIterable<readonly GlanceImage[]> {
    const query: Query = {
      ...filter.properties,
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

  /** A record without bytes: `queued`. */
  create(image: NewGlanceImage): Promise<GlanceImage> {
    return this.client.post<GlanceImage>('images', image);
  }

  patch(id: string, changes: readonly ImagePatch[]): Promise<GlanceImage> {
    const headers = { 'content-type': PATCH_TYPE };
    return this.client.patch<GlanceImage>(pathOf(this.client, ['images', id]), changes, { headers });
  }

  /** Its id is used up for ever. */
  delete(id: string): Promise<void> {
    return this.client.delete(pathOf(this.client, ['images', id]));
  }

  /** Its bytes are kept and given to admins only. */
  async deactivate(id: string): Promise<void> {
    await this.client.post(pathOf(this.client, ['images', id, 'actions', 'deactivate']), undefined);
  }

  /** One that is a member already is a `conflict`. */
  async addMember(imageId: string, projectId: string): Promise<void> {
    await this.client.post(pathOf(this.client, ['images', imageId, 'members']), { member: projectId });
  }

  /** For the member itself, and for admins where policy lets them. */
  async setMemberStatus(imageId: string, projectId: string, status: GlanceMember['status']): Promise<void> {
    await this.client.put(pathOf(this.client, ['images', imageId, 'members', projectId]), { status });
  }
}

/** Glance takes what stands before the first colon of a filter for an operator: `ubuntu:22.04` is 400, `in:a,b` a list. */
function literal(name: string): string {
  return name.includes(':') ? `eq:${name}` : name;
}
