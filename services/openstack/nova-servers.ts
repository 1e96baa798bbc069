import { isApiError } from '../api-error.ts';
import { getPart, partOf, pathOf } from './answer-part.ts';
import { compareMicroversions, type Microversion } from './microversion.ts';
import type { NovaKeypair } from './nova-shapes.ts';
import type { MicroversionWish, ServiceClient } from './service-client.ts';

/** 2.90 takes a host name; nothing later matters to who moves a server. */
const CREATE: MicroversionWish = { upTo: '2.90' };
const UPDATE: MicroversionWish = { upTo: '2.90' };
/** 2.73 takes the reason. */
const LOCK: MicroversionWish = { upTo: '2.73' };
const TAGS: MicroversionWish = { atLeast: '2.26' };
const DELETE_ON_TERMINATION: MicroversionWish = { atLeast: '2.85' };
/** 2.2 takes the type. */
const OWN_KEYPAIR: MicroversionWish = { upTo: '2.9' };

/** The body of "Create server", as far as Pumphouse says it. Fields that a server is too old for are its caller's to leave out. */
export interface NewNovaServer {
  readonly name: string;
  readonly flavorRef: string;
  readonly imageRef?: string;
  readonly networks?: readonly { readonly port: string; readonly tag?: string }[] | 'none';
  readonly block_device_mapping_v2?: readonly NovaBlockDevice[];
  readonly availability_zone?: string;
  readonly key_name?: string;
  readonly user_data?: string;
  readonly config_drive?: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly accessIPv4?: string;
  readonly accessIPv6?: string;
  readonly 'OS-DCF:diskConfig'?: 'MANUAL' | 'AUTO';
  /** 2.19 */
  readonly description?: string;
  /** 2.52 */
  readonly tags?: readonly string[];
  /** 2.63 */
  readonly trusted_image_certificates?: readonly string[];
  /** 2.90; 2 to 63 letters, digits and hyphens. */
  readonly hostname?: string;
}

export interface NovaBlockDevice {
  readonly source_type: 'image' | 'volume';
  readonly destination_type: 'local' | 'volume';
  readonly uuid: string;
  /** 0 for what is booted from, -1 for the rest. */
  readonly boot_index: number;
  readonly delete_on_termination: boolean;
  readonly device_name?: string;
  /** 2.42 */
  readonly tag?: string;
}

export interface ServerChange {
  readonly name?: string;
  /** 2.19; null for none. */
  readonly description?: string | null;
}

/** States that a server is brought into by an action without arguments. */
export type PowerAction =
  | 'os-start'
  | 'os-stop'
  | 'pause'
  | 'unpause'
  | 'suspend'
  | 'resume'
  | 'shelve'
  | 'shelveOffload';

/** What changes servers: Compute API v2.1, "Servers", "Servers - run an action" and "Keypairs" of the login itself. */
export class NovaServers {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  /** Whether the server knows a microversion; false where it knows none. */
  async knows(version: Microversion): Promise<boolean> {
    const max = await this.#client.maxMicroversion();
    return max !== undefined && compareMicroversions(max, version) >= 0;
  }

  /** Gives the id. That it was accepted proves nothing: most that can go wrong shows later, as status `ERROR`. */
  async create(server: NewNovaServer, hints: Readonly<Record<string, string>> = {}): Promise<string> {
    const body = { server, ...(Object.keys(hints).length === 0 ? {} : { 'os:scheduler_hints': hints }) };
    const answer = await this.#client.post<unknown>('servers', body, { microversion: CREATE });
    return (partOf(this.#client, 'servers', answer, 'server') as { readonly id: string }).id;
  }

  async update(id: string, change: ServerChange): Promise<void> {
    await this.#client.put(this.#path(id), { server: change }, { microversion: UPDATE });
  }

  /** One that is gone already is no error. It is still there for a while. */
  async delete(id: string): Promise<void> {
    await unlessGone(() => this.#client.delete(this.#path(id)));
  }

  async act(id: string, action: PowerAction): Promise<void> {
    await this.#client.post(this.#path(id, 'action'), { [action]: null });
  }

  async lock(id: string, reason: string | undefined): Promise<void> {
    const withReason = reason !== undefined && (await this.knows('2.73'));
    const lock = withReason ? { locked_reason: reason } : null;
    await this.#client.post(this.#path(id, 'action'), { lock }, { microversion: LOCK });
  }

  /** Admins may take away everybody's lock. One that is not locked is no error. */
  async unlock(id: string): Promise<void> {
    await this.#client.post(this.#path(id, 'action'), { unlock: null });
  }

  /**
   * Has Nova write its disk to a new image of the login's project. Which one is told in another way before 2.45: callers know it
   * by the metadata, which become its properties.
   */
  async createImage(id: string, name: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    await this.#client.post(this.#path(id, 'action'), { createImage: { name, metadata } });
  }

  async replaceTags(id: string, tags: readonly string[]): Promise<void> {
    await this.#client.put(this.#path(id, 'tags'), { tags }, { microversion: TAGS });
  }

  async replaceMetadata(id: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    await this.#client.put(this.#path(id, 'metadata'), { metadata });
  }

  /** Metadata beside these stays. A `conflict` for one that is shelved or in ERROR; locked ones are for admins. */
  async addMetadata(id: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    await this.#client.post(this.#path(id, 'metadata'), { metadata });
  }

  /** What is gone already is no error. */
  async removeMetadata(id: string, key: string): Promise<void> {
    await unlessGone(() => this.#client.delete(this.#path(id, 'metadata', key)));
  }

  async setDeleteOnTermination(id: string, volumeId: string, value: boolean): Promise<void> {
    const volumeAttachment = { volumeId, delete_on_termination: value };
    const path = this.#path(id, 'os-volume_attachments', volumeId);
    await this.#client.put(path, { volumeAttachment }, { microversion: DELETE_ON_TERMINATION });
  }

  /** Device tags of a server's interfaces by MAC address in lower case. Nova tells them from 2.70 on. */
  async interfaceTags(id: string): Promise<ReadonlyMap<string, string>> {
    if (!(await this.knows('2.70'))) return new Map();
    const interfaces = await getPart<readonly { readonly mac_addr: string; readonly tag?: string | null }[]>(
      this.#client,
      ['servers', id, 'os-interface'],
      'interfaceAttachments',
      { microversion: { atLeast: '2.70' } },
    );
    return new Map(interfaces.flatMap(({ mac_addr, tag }) => (tag ? [[mac_addr.toLowerCase(), tag] as const] : [])));
  }

  /** nova-network: an address that its project holds, led to a server's fixed address. Up to 2.43. */
  async addFloatingIp(id: string, address: string, fixedAddress: string | undefined): Promise<void> {
    const addFloatingIp = { address, ...(fixedAddress === undefined ? {} : { fixed_address: fixedAddress }) };
    await this.#client.post(this.#path(id, 'action'), { addFloatingIp });
  }

  async removeFloatingIp(id: string, address: string): Promise<void> {
    await this.#client.post(this.#path(id, 'action'), { removeFloatingIp: { address } });
  }

  /** Zones that servers may be asked into. */
  async availabilityZones(): Promise<readonly string[]> {
    const zones = await getPart<readonly { readonly zoneName: string }[]>(
      this.#client,
      ['os-availability-zone'],
      'availabilityZoneInfo',
    );
    return zones.map(({ zoneName }) => zoneName);
  }

  /** A keypair of the login itself; a `conflict` when it has one of that name. */
  async makeOwnKeypair(keypair: Pick<NovaKeypair, 'name' | 'public_key' | 'type'>): Promise<void> {
    const { type, ...plain } = keypair;
    const typed = (await this.knows('2.2')) && type !== undefined ? { ...plain, type } : plain;
    await this.#client.post('os-keypairs', { keypair: typed }, { microversion: OWN_KEYPAIR });
  }

  async deleteOwnKeypair(name: string): Promise<void> {
    await unlessGone(() => this.#client.delete(pathOf(this.#client, ['os-keypairs', name])));
  }

  #path(...segments: readonly string[]): string {
    return pathOf(this.#client, ['servers', ...segments]);
  }
}

async function unlessGone(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!isApiError(error, 'not-found')) throw error;
  }
}
