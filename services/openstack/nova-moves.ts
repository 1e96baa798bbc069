import { getPart, pathOf } from './answer-part.ts';
import { compareMicroversions, type Microversion } from './microversion.ts';
import type { NovaMigration } from './nova-hosts.ts';
import type { MicroversionWish, ServiceClient } from './service-client.ts';

/** 2.25 finds out by itself how disks go and no longer takes disk_over_commit; 2.34 answers before the hosts were asked; 2.68 has no force. */
const LIVE: MicroversionWish = { atLeast: '2.25', upTo: '2.68' };
const LIVE_TOLD: MicroversionWish = { upTo: '2.24' };
/** 2.56 takes a host. */
const COLD: MicroversionWish = { upTo: '2.56' };
const COLD_TO: MicroversionWish = { atLeast: '2.56' };
/** 2.14 finds out about shared storage; from 2.95 on what ran is left stopped. */
const EVACUATE: MicroversionWish = { atLeast: '2.14', upTo: '2.94' };
const EVACUATE_TOLD: MicroversionWish = { upTo: '2.13' };
const FORCE: MicroversionWish = { atLeast: '2.22' };
const ABORT: MicroversionWish = { atLeast: '2.24' };
const RECORDS: MicroversionWish = { upTo: '2.80' };

/**
 * Moves servers between the hosts of a cloud, for admins: Compute API v2.1, "Servers - run an administrative action", "Server migrations"
 * and "Migrations (os-migrations)". An accepted request proves nothing: what came of it is told by the server and its newest record.
 */
export class NovaMoves {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  /** Without a host the scheduler chooses. Before 2.25 shared storage or not must be told: `isBlock`. */
  async liveMigrate(id: string, host: string | undefined, isBlock: boolean): Promise<void> {
    const isAuto = await this.knows('2.25');
    const way = isAuto
      ? { block_migration: isBlock ? true : 'auto' }
      : { block_migration: isBlock, disk_over_commit: false };
    await this.#act(id, { 'os-migrateLive': { host: host ?? null, ...way } }, isAuto ? LIVE : LIVE_TOLD);
  }

  /** A host can be named from 2.56 on; a `configuration` error before. */
  async migrate(id: string, host: string | undefined): Promise<void> {
    if (host === undefined) await this.#act(id, { migrate: null }, COLD);
    else await this.#act(id, { migrate: { host } }, COLD_TO);
  }

  async confirm(id: string): Promise<void> {
    await this.#act(id, { confirmResize: null }, {});
  }

  async revert(id: string): Promise<void> {
    await this.#act(id, { revertResize: null }, {});
  }

  /** Builds it anew from its image or volume, off a host that is down. What only its disk had is lost unless that is shared. */
  async evacuate(id: string, host: string | undefined): Promise<void> {
    const to = host === undefined ? {} : { host };
    if (await this.knows('2.14')) await this.#act(id, { evacuate: to }, EVACUATE);
    else await this.#act(id, { evacuate: { ...to, onSharedStorage: false } }, EVACUATE_TOLD);
  }

  /** Ends what does not converge, by a pause or by copying after the switch. An `invalid` unless it is `running`. */
  async forceComplete(id: string, migrationId: number): Promise<void> {
    const path = pathOf(this.#client, ['servers', id, 'migrations', String(migrationId), 'action']);
    await this.#client.post(path, { force_complete: null }, { microversion: FORCE });
  }

  /** The server stays where it is, running. An `invalid` unless it is `running`, or from 2.65 on queued. */
  async abort(id: string, migrationId: number): Promise<void> {
    const path = pathOf(this.#client, ['servers', id, 'migrations', String(migrationId)]);
    await this.#client.delete(path, { microversion: ABORT });
  }

  /** The newest record of a server, ended or not. Old clouds do not know the filter: they are asked for all. */
  async newest(id: string): Promise<NovaMigration | undefined> {
    const records = await getPart<readonly NovaMigration[]>(this.#client, ['os-migrations'], 'migrations', {
      query: { instance_uuid: id },
      microversion: RECORDS,
    });
    const own = records.filter(({ instance_uuid: owner }) => owner === id);
    return own.reduce<NovaMigration | undefined>(
      (newest, row) => (newest === undefined || row.id > newest.id ? row : newest),
      undefined,
    );
  }

  async knows(version: Microversion): Promise<boolean> {
    const max = await this.#client.maxMicroversion();
    return max !== undefined && compareMicroversions(max, version) >= 0;
  }

  async #act(id: string, body: object, microversion: MicroversionWish): Promise<void> {
    await this.#client.post(pathOf(this.#client, ['servers', id, 'action']), body, { microversion });
  }
}
