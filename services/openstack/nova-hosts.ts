import { getPart, pathOf } from './answer-part.ts';
import { compareMicroversions, type Microversion } from './microversion.ts';
import type { NovaComputeService } from './nova-shapes.ts';
import type { MicroversionWish, ServiceClient } from './service-client.ts';

/** 2.11 tells forced_down, 2.53 makes ids UUIDs, 2.69 shows services of a cell that is down. */
const SERVICES: MicroversionWish = { upTo: '2.69' };
/** From 2.53 on a service is changed by its id; before, by host and binary, with the action in the path. */
const BY_ID: MicroversionWish = { atLeast: '2.53' };
const BY_NAME: MicroversionWish = { upTo: '2.52' };
/** 2.59 pages and gives ids; 2.23 tells the type. */
const MIGRATIONS: MicroversionWish = { upTo: '2.80' };
const UNPAGED_MIGRATIONS: MicroversionWish = { upTo: '2.58' };
/** So many letters Nova takes for a reason. */
const LONGEST_REASON = 255;

/** Compute API, "Host aggregates (os-aggregates)". */
export interface NovaAggregate {
  readonly id: number;
  readonly name: string;
  readonly hosts: readonly string[];
}

/** Compute API, "Migrations (os-migrations)". */
export interface NovaMigration {
  readonly id: number;
  readonly instance_uuid: string;
  readonly status: string;
  readonly source_compute: string | null;
  readonly dest_compute: string | null;
  /** 2.23 */
  readonly migration_type?: 'migration' | 'resize' | 'live-migration' | 'evacuation';
  /** 2.59; that of the consumer of its allocations from Queens on. */
  readonly uuid?: string;
}

/** Nova's processes, aggregates and migrations, for admins: Compute API v2.1, "Compute services (os-services)" and others. */
export class NovaHosts {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  /** Of every binary and host unless told. Names of hosts are exact. */
  async services(filter: { readonly binary?: string; readonly host?: string } = {}) {
    return getPart<readonly NovaComputeService[]>(this.#client, ['os-services'], 'services', {
      query: { ...filter },
      microversion: SERVICES,
    });
  }

  /** What Nova keeps of a reason. */
  static reason(text: string): string {
    return text.slice(0, LONGEST_REASON);
  }

  /** Only nova-compute can be disabled. One that is disabled for this very reason is an `invalid` error from 2.53 on. */
  async disable(service: NovaComputeService, reason: string): Promise<void> {
    const disabled_reason = NovaHosts.reason(reason);
    await this.#update(service, 'disable-log-reason', { status: 'disabled', disabled_reason }, { disabled_reason });
  }

  async enable(service: NovaComputeService): Promise<void> {
    await this.#update(service, 'enable', { status: 'enabled' }, {});
  }

  /**
   * From 2.11 on: Nova takes the host for down at once, and not when it has been silent for a minute. It must be down. Taking it back is
   * refused while what was evacuated from the host has not been removed there.
   */
  async forceDown(service: NovaComputeService, forced_down: boolean): Promise<void> {
    await this.#update(service, 'force-down', { forced_down }, { forced_down });
  }

  /** A `conflict` while a nova-compute has instances or migrations. One that runs registers again when it starts. */
  async remove({ id }: NovaComputeService): Promise<void> {
    const microversion = (await this.#knows('2.53')) ? BY_ID : {};
    await this.#client.delete(pathOf(this.#client, ['os-services', String(id ?? '')]), { microversion });
  }

  async aggregates(): Promise<readonly NovaAggregate[]> {
    return getPart(this.#client, ['os-aggregates'], 'aggregates');
  }

  /** A `not-found` when it is not in it, or when Nova no longer knows the host. */
  async leaveAggregate(id: number, host: string): Promise<void> {
    await this.#client.post(pathOf(this.#client, ['os-aggregates', String(id), 'action']), { remove_host: { host } });
  }

  /** To or from the host, those that have ended too. */
  async *migrations(host: string): AsyncIterable<readonly NovaMigration[]> {
    const isPaged = await this.#knows('2.59');
    yield* this.#client.pages<NovaMigration>('os-migrations', {
      collection: 'migrations',
      query: { host },
      microversion: isPaged ? MIGRATIONS : UNPAGED_MIGRATIONS,
      paging: isPaged ? 'links' : 'none',
    });
  }

  async #update(service: NovaComputeService, action: string, change: object, byName: object): Promise<void> {
    const { id, host, binary } = service;
    if (await this.#knows('2.53')) {
      await this.#client.put(pathOf(this.#client, ['os-services', String(id)]), change, { microversion: BY_ID });
      return;
    }
    const body = { host, binary, ...byName };
    await this.#client.put(pathOf(this.#client, ['os-services', action]), body, { microversion: BY_NAME });
  }

  async #knows(version: Microversion): Promise<boolean> {
    const max = await this.#client.maxMicroversion();
    return max !== undefined && compareMicroversions(max, version) >= 0;
  }
}
