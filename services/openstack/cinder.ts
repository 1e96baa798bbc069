import { isApiError } from '../api-error.ts';
import { getPart, partOf, pathOf } from './answer-part.ts';
import { type QuotaDetails, quotaUseOf } from './quota-use.ts';
import type { Query, ServiceClient } from './service-client.ts';

/** Block Storage API v3: https://docs.openstack.org/api-ref/block-storage/v3/ */
export interface CinderVolume {
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly status: string;
  /** GiB */
  readonly size: number;
  readonly volume_type: string | null;
  readonly availability_zone: string | null;
  readonly bootable: 'true' | 'false';
  readonly encrypted: boolean;
  readonly multiattach: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly attachments: readonly {
    readonly server_id: string;
    readonly device: string | null;
    readonly host_name?: string | null;
  }[];
  readonly snapshot_id: string | null;
  readonly source_volid: string | null;
  readonly user_id: string;
  readonly created_at: string;
  readonly volume_image_metadata?: Readonly<Record<string, string>>;
  readonly 'os-vol-tenant-attr:tenant_id'?: string;
  /** Admin only. */
  readonly 'os-vol-host-attr:host'?: string | null;
  /** 3.13 */
  readonly group_id?: string | null;
}

export interface VolumeFilter {
  readonly projectId?: string;
  readonly name?: string;
  /** Metadata that it must have. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What "Create a volume" takes: from an image, from another volume, or blank. */
export interface NewCinderVolume {
  readonly name?: string;
  readonly description?: string;
  /** GiB */
  readonly size: number;
  readonly volume_type?: string;
  readonly availability_zone?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly imageRef?: string;
  readonly source_volid?: string;
}

export interface ImageOfVolume {
  readonly name: string;
  /** Also of a volume that is attached: Cinder ignores it unless it was configured to heed it (`enable_force_upload`). */
  readonly force: boolean;
}

export type CinderQuotaSet = Readonly<Record<string, number | string>>;

export class Cinder {
  readonly client: ServiceClient;

  constructor(client: ServiceClient) {
    this.client = client;
  }

  /** `everyProject` needs an admin; for others Cinder ignores it. */
  volumes(filter: VolumeFilter, everyProject: boolean) {
    const query: Query = {
      all_tenants: everyProject ? 1 : undefined,
      project_id: everyProject ? filter.projectId : undefined,
      name: filter.name,
      // Cinder reads a Python dictionary here, which JSON of plain text is.
      metadata: filter.metadata === undefined ? undefined : JSON.stringify(filter.metadata),
    };
    return this.client.pages<CinderVolume>('volumes/detail', { collection: 'volumes', query, paging: 'links' });
  }

  async volume(id: string): Promise<CinderVolume> {
    return getPart<CinderVolume>(this.client, ['volumes', id], 'volume');
  }

  /** In the project of the login. */
  async create(volume: NewCinderVolume): Promise<CinderVolume> {
    const answer = await this.client.post<unknown>('volumes', { volume });
    return partOf(this.client, 'volumes', answer, 'volume') as CinderVolume;
  }

  async rename(id: string, names: { readonly name: string; readonly description: string }): Promise<void> {
    await this.client.put(pathOf(this.client, ['volumes', id]), { volume: names });
  }

  /** Metadata beside these stays. */
  async addMetadata(id: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    await this.client.post(pathOf(this.client, ['volumes', id, 'metadata']), { metadata });
  }

  delete(id: string): Promise<void> {
    return this.client.delete(pathOf(this.client, ['volumes', id]));
  }

  /**
   * Writes the volume to a new image of the login's project, which is `queued`; gives the image's id. The volume is `uploading`
   * meanwhile. When that fails, Cinder removes the image.
   */
  async uploadToImage(id: string, { name, force }: ImageOfVolume): Promise<string> {
    const action = { image_name: name, container_format: 'bare', disk_format: 'raw', force };
    const path = pathOf(this.client, ['volumes', id, 'action']);
    const answer = await this.client.post<unknown>(path, { 'os-volume_upload_image': action });
    const part = partOf(this.client, path, answer, 'os-volume_upload_image');
    return partOf(this.client, path, part, 'image_id') as string;
  }

  async setBootable(id: string, bootable: boolean): Promise<void> {
    await this.#act(id, { 'os-set_bootable': { bootable } });
  }

  async setReadOnly(id: string, readonly: boolean): Promise<void> {
    await this.#act(id, { 'os-update_readonly_flag': { readonly } });
  }

  /** What Nova boots it with; what stands beside these stays. */
  async addImageMetadata(id: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    await this.#act(id, { 'os-set_image_metadata': { metadata } });
  }

  async removeImageMetadata(id: string, key: string): Promise<void> {
    await this.#act(id, { 'os-unset_image_metadata': { key } });
  }

  /** Why the last thing that was asked of it failed, where Cinder tells users (3.3). */
  async lastMessage(volumeId: string): Promise<string | undefined> {
    const query = { resource_uuid: volumeId, sort: 'created_at:desc', limit: 1 };
    try {
      const messages = await getPart<readonly { readonly user_message: string }[]>(
        this.client,
        ['messages'],
        'messages',
        {
          query,
          microversion: { atLeast: '3.5' },
        },
      );
      return messages[0]?.user_message;
    } catch (error) {
      if (!isApiError(error, 'configuration', 'not-found', 'forbidden', 'invalid')) throw error;
      return undefined;
    }
  }

  async #act(id: string, action: object): Promise<void> {
    await this.client.post(pathOf(this.client, ['volumes', id, 'action']), action);
  }

  async quotas(projectId: string): Promise<CinderQuotaSet> {
    return getPart<CinderQuotaSet>(this.client, ['os-quota-sets', projectId], 'quota_set');
  }

  async defaultQuotas(projectId: string): Promise<CinderQuotaSet> {
    return getPart<CinderQuotaSet>(this.client, ['os-quota-sets', projectId, 'defaults'], 'quota_set');
  }

  /** How much of each limit is taken, and spoken for. */
  async quotaUse(projectId: string): Promise<Readonly<Record<string, number>>> {
    const query = { usage: true };
    return quotaUseOf(await getPart<QuotaDetails>(this.client, ['os-quota-sets', projectId], 'quota_set', { query }));
  }

  /** Admin only. Limits beside these stay. */
  async setQuotas(projectId: string, limits: Readonly<Record<string, number>>): Promise<void> {
    await this.client.put(pathOf(this.client, ['os-quota-sets', projectId]), { quota_set: limits });
  }
}
