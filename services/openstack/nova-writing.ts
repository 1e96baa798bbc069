import { isApiError } from '../api-error.ts';
import { partOf, pathOf } from './answer-part.ts';
import { compareMicroversions, type Microversion } from './microversion.ts';
import type { NovaKeypair } from './nova-shapes.ts';
import type { MicroversionWish, ServiceClient } from './service-client.ts';

/** 2.55 takes a description, and changes it. */
const FLAVOR: MicroversionWish = { upTo: '2.55' };
const DESCRIBED_FLAVOR: MicroversionWish = { atLeast: '2.55' };
/** 2.2 takes the type, 2.10 the owner; 2.92 lets names have an `@` and a dot. */
const KEYPAIR: MicroversionWish = { upTo: '2.92' };
const OTHERS_KEYPAIR: MicroversionWish = { atLeast: '2.10', upTo: '2.92' };

/** The body of "Create flavor". */
export interface NewNovaFlavor {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  /** MiB */
  readonly ram: number;
  /** GiB */
  readonly disk: number;
  /** MiB */
  readonly swap: number;
  readonly rxtx_factor: number;
  readonly 'OS-FLV-EXT-DATA:ephemeral': number;
  readonly 'os-flavor-access:is_public': boolean;
  /** 2.55 */
  readonly description?: string;
}

export interface NewNovaServerGroup {
  readonly name: string;
  readonly policy: string;
  /** Of `anti-affinity` only. */
  readonly rules: Readonly<Record<string, unknown>>;
}

/** What makes and removes flavors, keypairs and server groups: Compute API v2.1. Servers are changed by `NovaServers`. */
export class NovaWriting {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  /** Whether the server knows a microversion; false where it knows none. */
  async knows(version: Microversion): Promise<boolean> {
    const max = await this.#client.maxMicroversion();
    return max !== undefined && compareMicroversions(max, version) >= 0;
  }

  /** A `conflict` when the cloud has one of this id or this name. */
  async createFlavor(flavor: NewNovaFlavor): Promise<void> {
    await this.#client.post('flavors', { flavor }, { microversion: FLAVOR });
  }

  /** Empty for none. A `configuration` error where Nova is too old for descriptions. */
  async describeFlavor(id: string, description: string): Promise<void> {
    const flavor = { description: description === '' ? null : description };
    await this.#client.put(this.#flavor(id), { flavor }, { microversion: DESCRIBED_FLAVOR });
  }

  /** Gone already is as wanted. */
  async deleteFlavor(id: string): Promise<void> {
    await unlessGone(() => this.#client.delete(this.#flavor(id)));
  }

  /** Those beside these stay. */
  async addExtraSpecs(flavorId: string, specs: Readonly<Record<string, string>>): Promise<void> {
    await this.#client.post(this.#flavor(flavorId, 'os-extra_specs'), { extra_specs: specs });
  }

  async removeExtraSpec(flavorId: string, key: string): Promise<void> {
    await unlessGone(() => this.#client.delete(this.#flavor(flavorId, 'os-extra_specs', key)));
  }

  /** Lets a project use a private flavor. One that may already is no error. */
  async letIn(flavorId: string, projectId: string): Promise<void> {
    const action = { addTenantAccess: { tenant: projectId } };
    await unless('conflict', () => this.#client.post(this.#flavor(flavorId, 'action'), action));
  }

  async shutOut(flavorId: string, projectId: string): Promise<void> {
    const action = { removeTenantAccess: { tenant: projectId } };
    await unlessGone(() => this.#client.post(this.#flavor(flavorId, 'action'), action));
  }

  /** Of the login itself, or of another user (admin, 2.10). A `conflict` when it has one of that name. */
  async createKeypair(
    keypair: Pick<NovaKeypair, 'name' | 'public_key' | 'type'>,
    userId: string | undefined,
  ): Promise<void> {
    const { type, ...plain } = keypair;
    const typed = (await this.knows('2.2')) && type !== undefined ? { ...plain, type } : plain;
    const body = { keypair: { ...typed, ...(userId === undefined ? {} : { user_id: userId }) } };
    await this.#client.post('os-keypairs', body, { microversion: userId === undefined ? KEYPAIR : OTHERS_KEYPAIR });
  }

  /** Gone already is as wanted. */
  async deleteKeypair(name: string, userId: string | undefined): Promise<void> {
    const path = pathOf(this.#client, ['os-keypairs', name]);
    const microversion = userId === undefined ? KEYPAIR : OTHERS_KEYPAIR;
    await unlessGone(() => this.#client.delete(path, { query: { user_id: userId }, microversion }));
  }

  /** In the project of the login. Gives the id. Nova takes any number of groups of one name. */
  async createServerGroup({ name, policy, rules }: NewNovaServerGroup): Promise<string> {
    const isNew = await this.knows('2.64');
    const hasRules = Object.keys(rules).length > 0;
    const group = isNew ? { name, policy, ...(hasRules ? { rules } : {}) } : { name, policies: [policy] };
    const path = 'os-server-groups';
    const answer = await this.#client.post<unknown>(path, { server_group: group }, { microversion: { upTo: '2.64' } });
    return (partOf(this.#client, path, answer, 'server_group') as { readonly id: string }).id;
  }

  /** Gone already is as wanted. */
  async deleteServerGroup(id: string): Promise<void> {
    await unlessGone(() => this.#client.delete(pathOf(this.#client, ['os-server-groups', id])));
  }

  #flavor(...segments: readonly string[]): string {
    return pathOf(this.#client, ['flavors', ...segments]);
  }
}

function unlessGone(call: () => Promise<unknown>): Promise<void> {
  return unless('not-found', call);
}

async function unless(kind: 'not-found' | 'conflict', call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isApiError(error, kind)) throw error;
  }
}
