import { getPart } from './answer-part.ts';
import type {
  NeutronFloatingIp,
  NeutronNetwork,
  NeutronPort,
  NeutronQosPolicy,
  NeutronQuota,
  NeutronRbacPolicy,
  NeutronRouter,
  NeutronSecurityGroup,
  NeutronSubnet,
} from './neutron-shapes.ts';
import type { Query, ServiceClient } from './service-client.ts';

/** Ids in one query: with 36 characters each the URL stays well under the 8 KiB that web servers accept. */
const IDS_A_QUERY = 100;

export interface NetworkFilter {
  readonly projectId?: string;
  readonly name?: string;
}

export interface PortFilter extends NetworkFilter {
  readonly host?: string;
}

/** Networking API v2.0. Whoever asks sees what policy allows: an admin all, a plain user its own and what is shared. */
export class Neutron {
  readonly client: ServiceClient;

  constructor(client: ServiceClient) {
    this.client = client;
  }

  networks(filter: NetworkFilter = {}): AsyncIterable<readonly NeutronNetwork[]> {
    return this.#pages('networks', filter);
  }

  async network(id: string): Promise<NeutronNetwork> {
    return getPart<NeutronNetwork>(this.client, ['networks', id], 'network');
  }

  subnets(filter: NetworkFilter = {}): AsyncIterable<readonly NeutronSubnet[]> {
    return this.#pages('subnets', filter);
  }

  async subnet(id: string): Promise<NeutronSubnet> {
    return getPart<NeutronSubnet>(this.client, ['subnets', id], 'subnet');
  }

  ports(filter: PortFilter = {}): AsyncIterable<readonly NeutronPort[]> {
    return this.#pages('ports', filter, { 'binding:host_id': filter.host });
  }

  /** Ports of many devices (servers, routers) in as few calls as URLs allow. */
  async portsOfDevices(deviceIds: readonly string[], owner?: string): Promise<readonly NeutronPort[]> {
    const found: NeutronPort[] = [];
    for (let start = 0; start < deviceIds.length; start += IDS_A_QUERY) {
      const query = { device_id: deviceIds.slice(start, start + IDS_A_QUERY), device_owner: owner };
      for await (const page of this.#pages<NeutronPort>('ports', {}, query)) found.push(...page);
    }
    return found;
  }

  async port(id: string): Promise<NeutronPort> {
    return getPart<NeutronPort>(this.client, ['ports', id], 'port');
  }

  routers(filter: NetworkFilter = {}): AsyncIterable<readonly NeutronRouter[]> {
    return this.#pages('routers', filter);
  }

  async router(id: string): Promise<NeutronRouter> {
    return getPart<NeutronRouter>(this.client, ['routers', id], 'router');
  }

  floatingIps(filter: { readonly projectId?: string; readonly address?: string } = {}) {
    return this.#pages<NeutronFloatingIp>(
      'floatingips',
      filter.projectId === undefined ? {} : { projectId: filter.projectId },
      { floating_ip_address: filter.address },
    );
  }

  async floatingIp(id: string): Promise<NeutronFloatingIp> {
    return getPart<NeutronFloatingIp>(this.client, ['floatingips', id], 'floatingip');
  }

  async floatingIpsOfPorts(portIds: readonly string[]): Promise<readonly NeutronFloatingIp[]> {
    const found: NeutronFloatingIp[] = [];
    for (let start = 0; start < portIds.length; start += IDS_A_QUERY) {
      const query = { port_id: portIds.slice(start, start + IDS_A_QUERY) };
      for await (const page of this.#pages<NeutronFloatingIp>('floatingips', {}, query)) found.push(...page);
    }
    return found;
  }

  securityGroups(filter: NetworkFilter = {}): AsyncIterable<readonly NeutronSecurityGroup[]> {
    return this.#pages('security-groups', filter, {}, 'security_groups');
  }

  async securityGroup(id: string): Promise<NeutronSecurityGroup> {
    return getPart<NeutronSecurityGroup>(this.client, ['security-groups', id], 'security_group');
  }

  /** 404 where the extension is not loaded. */
  rbacPolicies(): AsyncIterable<readonly NeutronRbacPolicy[]> {
    return this.#pages('rbac-policies', {}, {}, 'rbac_policies');
  }

  /** 404 where the extension is not loaded. */
  async qosPolicy(id: string): Promise<NeutronQosPolicy> {
    return getPart<NeutronQosPolicy>(this.client, ['qos', 'policies', id], 'policy');
  }

  async quotas(projectId: string): Promise<NeutronQuota> {
    return getPart<NeutronQuota>(this.client, ['quotas', projectId], 'quota');
  }

  async defaultQuotas(projectId: string): Promise<NeutronQuota> {
    return getPart<NeutronQuota>(this.client, ['quotas', projectId, 'default'], 'quota');
  }

  #pages<T extends object>(
    path: string,
    filter: NetworkFilter,
    more: Query = {},
    collection = path,
  ): AsyncIterable<readonly T[]> {
    // `tenant_id` is the spelling that every age of Neutron filters by.
    const query: Query = { tenant_id: filter.projectId, name: filter.name, ...more };
    const odd = Object.entries(query).filter(([, value]) => typeof value === 'string' && !isAscii(value));
    const plain = odd.length === 0 ? query : { ...query, ...Object.fromEntries(odd.map(([key]) => [key, undefined])) };
    const pages = this.client.pages<T>(path, { collection, query: plain, paging: 'links' });
    return odd.length === 0 ? pages : matching(pages, odd);
  }
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Neutron under Python 2 answers 500 to a filter with letters beyond ASCII: such are applied here. */
async function* matching<T extends object>(
  pages: AsyncIterable<readonly T[]>,
  filters: readonly (readonly [field: string, value: unknown])[],
): AsyncIterable<readonly T[]> {
  for await (const page of pages)
    yield page.filter((item) => {
      const fields = new Map<string, unknown>(Object.entries(item));
      return filters.every(([field, value]) => fields.get(field) === value);
    });
}
