import { ApiError } from '../api-error.ts';
import { getPart, pathOf } from './answer-part.ts';
import type {
  NovaComputeService,
  NovaFlavor,
  NovaHypervisor,
  NovaKeypair,
  NovaQuotaSet,
  NovaServer,
  NovaServerGroup,
  NovaServerOfDownCell,
  NovaVolumeAttachment,
} from './nova-shapes.ts';
import { type QuotaDetails, quotaUseOf } from './quota-use.ts';
import type { MicroversionWish, Query, ServiceClient } from './service-client.ts';

/** 2.96 adds the pinned zone; all that Nova added to a server before it is read by `resources/compute/server.ts`. */
const SERVER: MicroversionWish = { upTo: '2.96' };
/** 2.61 puts extra specs into the list; 2.75 makes swap a number. */
const FLAVOR: MicroversionWish = { upTo: '2.75' };
/** 2.88 takes capacity out of hypervisors and leaves it to Placement. */
const HYPERVISOR: MicroversionWish = { upTo: '2.87' };
/** 2.10 lets an admin name the owner, 2.35 pages. */
const KEYPAIR: MicroversionWish = { upTo: '2.92' };
const OTHERS_KEYPAIR: MicroversionWish = { atLeast: '2.10', upTo: '2.92' };
/** 2.64 replaces the list of policies by one policy with rules. */
const SERVER_GROUP: MicroversionWish = { upTo: '2.64' };
/** Nova pages server groups by offset, at most its `max_limit` (1,000) at once. */
const SERVER_GROUPS_A_PAGE = 500;

export interface ServerFilter {
  readonly projectId?: string;
  readonly host?: string;
  /** A regular expression for Nova; callers compare the name again. */
  readonly name?: string;
  /** Servers that have this tag; servers before 2.26 do not know the filter. */
  readonly tag?: string;
  readonly userId?: string;
  readonly flavorId?: string;
  /** Booted from it; not those that boot from a volume. */
  readonly imageId?: string;
  /** Only those that are deleted and can be restored, for admins. Nova leaves them out of every other list, and they keep their disks. */
  readonly isSoftDeleted?: true;
}

/** Compute API v2.1 (and v2 of old clouds): https://docs.openstack.org/api-ref/compute/ */
export class Nova {
  readonly client: ServiceClient;

  constructor(client: ServiceClient) {
    this.client = client;
  }

  /** `everyProject` needs an admin: without the right Nova answers 403. */
  servers(filter: ServerFilter, everyProject: boolean): AsyncIterable<readonly NovaServer[]> {
    const query: Query = {
      all_tenants: everyProject ? 1 : undefined,
      project_id: filter.projectId,
      host: filter.host,
      name: filter.name === undefined ? undefined : `^${escapeRegExp(filter.name)}$`,
      tags: filter.tag,
      user_id: filter.userId,
      flavor: filter.flavorId,
      image: filter.imageId,
      ...(filter.isSoftDeleted === true ? { deleted: 'True', status: 'SOFT_DELETED' } : {}),
    };
    return this.client.pages('servers/detail', { collection: 'servers', query, microversion: SERVER, paging: 'links' });
  }

  /** `unavailable` while the server's cell is down. Lists leave such servers out without a word, as Nova does when it pages. */
  async server(id: string): Promise<NovaServer> {
    const segments = ['servers', id];
    const server = await getPart<NovaServer | NovaServerOfDownCell>(this.client, segments, 'server', {
      microversion: SERVER,
    });
    if ('name' in server) return server;
    throw new ApiError({
      cloud: this.client.cloud,
      service: this.client.service,
      method: 'GET',
      path: pathOf(this.client, segments),
      kind: 'unavailable',
      retry: { when: 'back-off' },
      reason: 'the cell of the server is down: Nova knows little more than that the server exists',
      hint: "check the database and message queue of the server's cell",
    });
  }

  async volumeAttachments(serverId: string): Promise<readonly NovaVolumeAttachment[]> {
    const segments = ['servers', serverId, 'os-volume_attachments'];
    return getPart(this.client, segments, 'volumeAttachments', { microversion: { upTo: '2.85' } });
  }

  /** Public flavors and, for an admin, private ones; a plain user gets those it may use. */
  flavors(): AsyncIterable<readonly NovaFlavor[]> {
    return this.client.pages('flavors/detail', {
      collection: 'flavors',
      query: { is_public: 'None' },
      microversion: FLAVOR,
      paging: 'links',
    });
  }

  async flavor(id: string): Promise<NovaFlavor> {
    return getPart(this.client, ['flavors', id], 'flavor', { microversion: FLAVOR });
  }

  async flavorExtraSpecs(id: string): Promise<Readonly<Record<string, string>>> {
    return getPart(this.client, ['flavors', id, 'os-extra_specs'], 'extra_specs');
  }

  /** Ids of the projects that may use a private flavor. Admin only. */
  async flavorAccess(id: string): Promise<readonly string[]> {
    const segments = ['flavors', id, 'os-flavor-access'];
    const accesses = await getPart<readonly { tenant_id: string }[]>(this.client, segments, 'flavor_access');
    return accesses.map((access) => access.tenant_id);
  }

  /** Keypairs of the caller, or of another user (admin, microversion 2.10). */
  async *keypairs(userId?: string): AsyncIterable<readonly NovaKeypair[]> {
    const pages = this.client.pages<{ keypair: NovaKeypair }>('os-keypairs', {
      collection: 'keypairs',
      query: { user_id: userId },
      microversion: userId === undefined ? KEYPAIR : OTHERS_KEYPAIR,
      paging: 'links',
    });
    for await (const page of pages) yield page.map((item) => item.keypair);
  }

  async keypair(name: string, userId?: string): Promise<NovaKeypair> {
    return getPart(this.client, ['os-keypairs', name], 'keypair', {
      query: { user_id: userId },
      microversion: userId === undefined ? KEYPAIR : OTHERS_KEYPAIR,
    });
  }

  async *serverGroups(everyProject: boolean): AsyncIterable<readonly NovaServerGroup[]> {
    for (let offset = 0; ; offset += SERVER_GROUPS_A_PAGE) {
      const query = { all_projects: everyProject ? 'True' : undefined, limit: SERVER_GROUPS_A_PAGE, offset };
      const page = await getPart<readonly NovaServerGroup[]>(this.client, ['os-server-groups'], 'server_groups', {
        query,
        microversion: SERVER_GROUP,
      });
      yield page;
      if (page.length < SERVER_GROUPS_A_PAGE) return;
    }
  }

  async serverGroup(id: string): Promise<NovaServerGroup> {
    return getPart(this.client, ['os-server-groups', id], 'server_group', { microversion: SERVER_GROUP });
  }

  async quotas(projectId: string): Promise<NovaQuotaSet> {
    return getPart<NovaQuotaSet>(this.client, ['os-quota-sets', projectId], 'quota_set');
  }

  async defaultQuotas(projectId: string): Promise<NovaQuotaSet> {
    return getPart<NovaQuotaSet>(this.client, ['os-quota-sets', projectId, 'defaults'], 'quota_set');
  }

  /** How much of each limit is taken, and spoken for; of those that Nova counts by project. */
  async quotaUse(projectId: string): Promise<Readonly<Record<string, number>>> {
    const path = ['os-quota-sets', projectId, 'detail'];
    return quotaUseOf(await getPart<QuotaDetails>(this.client, path, 'quota_set'));
  }

  /** Admin only. Limits beside these stay. One below the use is an `invalid`. */
  async setQuotas(projectId: string, limits: Readonly<Record<string, number>>): Promise<void> {
    await this.client.put(pathOf(this.client, ['os-quota-sets', projectId]), { quota_set: limits });
  }

  /** Admin only. Paged from 2.33 on; older servers give all at once. */
  hypervisors(): AsyncIterable<readonly NovaHypervisor[]> {
    return this.client.pages('os-hypervisors/detail', {
      collection: 'hypervisors',
      microversion: HYPERVISOR,
      paging: 'links',
    });
  }

  /** Admin only. Those in a cell that is down are there with status `UNKNOWN`. */
  async computeServices(): Promise<readonly NovaComputeService[]> {
    return getPart(this.client, ['os-services'], 'services', {
      query: { binary: 'nova-compute' },
      microversion: { upTo: '2.69' },
    });
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
