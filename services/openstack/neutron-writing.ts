import { isApiError } from '../api-error.ts';
import { partOf, pathOf } from './answer-part.ts';
import type {
  NeutronFloatingIp,
  NeutronNetwork,
  NeutronPort,
  NeutronRbacPolicy,
  NeutronRouter,
  NeutronSecurityGroup,
  NeutronSecurityGroupRule,
  NeutronSubnet,
} from './neutron-shapes.ts';
import type { ServiceClient } from './service-client.ts';

/** What Neutron makes, by the key that wraps it in requests and answers. */
interface Bodies {
  readonly network: NeutronNetwork;
  readonly subnet: NeutronSubnet;
  readonly port: NeutronPort;
  readonly router: NeutronRouter;
  readonly floatingip: NeutronFloatingIp;
  readonly security_group: NeutronSecurityGroup;
  readonly security_group_rule: NeutronSecurityGroupRule;
  readonly rbac_policy: NeutronRbacPolicy;
}

export type NeutronKind = keyof Bodies;

/** Attributes of a request as the API names them. One that is undefined is not sent. */
export type NeutronRequest = Readonly<Record<string, unknown>>;

const PATHS: Readonly<Record<NeutronKind, string>> = {
  network: 'networks',
  subnet: 'subnets',
  port: 'ports',
  router: 'routers',
  floatingip: 'floatingips',
  security_group: 'security-groups',
  security_group_rule: 'security-group-rules',
  rbac_policy: 'rbac-policies',
};

/** Networking API v2.0: all that changes something. Every call of it is answered when it is done. */
export class NeutronWriting {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  async create<K extends NeutronKind>(kind: K, body: NeutronRequest): Promise<Bodies[K]> {
    const answer = await this.#client.post<unknown>(PATHS[kind], { [kind]: body });
    return partOf(this.#client, PATHS[kind], answer, kind) as Bodies[K];
  }

  async update<K extends NeutronKind>(kind: K, id: string, body: NeutronRequest): Promise<Bodies[K]> {
    const path = pathOf(this.#client, [PATHS[kind], id]);
    return partOf(this.#client, path, await this.#client.put<unknown>(path, { [kind]: body }), kind) as Bodies[K];
  }

  /** Gone already is as wanted. */
  async remove(kind: NeutronKind, id: string): Promise<void> {
    try {
      await this.#client.delete(pathOf(this.#client, [PATHS[kind], id]));
    } catch (error) {
      if (!isApiError(error, 'not-found')) throw error;
    }
  }

  /** Replaces all tags ("Standard attributes tag extension"). 404 where the age of Neutron has none for the kind. */
  async setTags(kind: NeutronKind, id: string, tags: readonly string[]): Promise<void> {
    await this.#client.put(pathOf(this.#client, [PATHS[kind], id, 'tags']), { tags });
  }

  /** By a port that is there, or by a subnet: then at the subnet's gateway address. */
  async addInterface(
    routerId: string,
    what: { readonly port_id: string } | { readonly subnet_id: string },
  ): Promise<void> {
    await this.#client.put(pathOf(this.#client, ['routers', routerId, 'add_router_interface']), what);
  }

  /** Neutron deletes the interface's port with it. Gone already is as wanted. */
  async removeInterface(routerId: string, portId: string): Promise<void> {
    try {
      const path = pathOf(this.#client, ['routers', routerId, 'remove_router_interface']);
      await this.#client.put(path, { port_id: portId });
    } catch (error) {
      if (!isApiError(error, 'not-found')) throw error;
    }
  }
}
