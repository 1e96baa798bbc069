import { getPart } from './answer-part.ts';
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

export type CinderQuotaSet = Readonly<Record<string, number | string>>;

export class Cinder {
  readonly client: ServiceClient;

  constructor(client: ServiceClient) {
    this.client = client;
  }

  /** `everyProject` needs an admin; for others Cinder ignores it. */
  volumes(filter: { readonly projectId?: string; readonly name?: string }, everyProject: boolean) {
    const query: Query = {
      all_tenants: everyProject ? 1 : undefined,
      project_id: everyProject ? filter.projectId : undefined,
      name: filter.name,
    };
    return this.client.pages<CinderVolume>('volumes/detail', { collection: 'volumes', query, paging: 'links' });
  }

  async volume(id: string): Promise<CinderVolume> {
    return getPart<CinderVolume>(this.client, ['volumes', id], 'volume');
  }

  async quotas(projectId: string): Promise<CinderQuotaSet> {
    return getPart<CinderQuotaSet>(this.client, ['os-quota-sets', projectId], 'quota_set');
  }

  async defaultQuotas(projectId: string): Promise<CinderQuotaSet> {
    return getPart<CinderQuotaSet>(this.client, ['os-quota-sets', projectId, 'defaults'], 'quota_set');
  }
}
