import { getPart, pathOf } from './answer-part.ts';
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
  NeutronSubnetPool,
  NeutronZone,
} from './neutron-shapes.ts';
import { NeutronWriting } from './neutron-writing.ts';
import { type QuotaDetails, quotaUseOf } from './quota-use.ts';
import type { Query, ServiceClient } from './service-client.ts';

/** Ids in one query: with 36 characters each the URL stays well under the 8 KiB that web servers accept. */
const IDS_A_QUERY = 100;

export interface NetworkFilter {
  readonly projectId?: string;
  readonly name?: string;
  /** A tag that it has. What is too old for tags leaves this out of account and gives all. */
  readonly tag?: string;
}

export interface PortFilter extends NetworkFilter {
  readonly host?: string;
  readonly networkId?: string;
  readonly macAddress?: string;
  readonly ipAddress?: string;
}

export interface SegmentFilter extends NetworkFilter {
  readonly external?: boolean;
  readonly physicalNetwork?: string;
  readonly segmentationId?: number;
}

/** Networking API v2.0. Whoever asks sees what policy allows: an admin all, a plain user its own and what is shared. */
export class Neutron {
  readonly client: ServiceClient;
  readonly write: NeutronWriting;

  constructor(client: ServiceClient) {
    this.client = client;
    this.write = new NeutronWriting(client);
  }

  /** Aliases of what this Neutron can do besides its core. */
  async extensions(): Promise<ReadonlySet<string>> {
    const all = await getPart<readonly { readonly alias: string }[]>(this.client, ['extensions'], 'extensions');
    return new Set(all.map(({ alias }) => alias));
  }

  networks(filter: SegmentFilter = {}): AsyncIterable<readonly NeutronNetwork[]> {
    return this.#pages('networks', filter, {
      'router:external': filter.external,
      'provider:physical_network': filter.physicalNetwork,
      'provider:segmentation_id': filter.segmentationId,
    });
  }

  async network(id: string): Promise<NeutronNetwork> {
    return getPart<NeutronNetwork>(this.client, ['networks', id], 'network');
  }

  subnets(filter: NetworkFilter & { readonly networkId?: string } = {}): AsyncIterable<readonly NeutronSubnet[]> {
    return this.#pages('subnets', filter, { network_id: filter.networkId });
  }

  async subnet(id: string): Promise<NeutronSubnet> {
    return getPart<NeutronSubnet>(this.client, ['subnets', id], 'subnet');
  }

  ports(filter: PortFilter = {}): AsyncIterable<readonly NeutronPort[]> {
    return this.#pages('ports', filter, {
      'binding:host_id': filter.host,
      network_id: filter.networkId,
      mac_address: filter.macAddress,
      fixed_ips: filter.ipAddress === undefined ? undefined : `ip_address=${filter.ipAddress}`,
    });
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

  floatingIps(filter: Omit<NetworkFilter, 'name'> & { readonly address?: string } = {}) {
    return this.#pages<NeutronFloatingIp>('floatingips', filter, { floating_ip_address: filter.address });
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

  /** 404 where the extension is not loaded. */
  qosPolicies(filter: NetworkFilter = {}): AsyncIterable<readonly NeutronQosPolicy[]> {
    return this.#pages('qos/policies', filter, {}, 'policies');
  }

  subnetPools(filter: NetworkFilter = {}): AsyncIterable<readonly NeutronSubnetPool[]> {
    return this.#pages('subnetpools', filter);
  }

  async subnetPool(id: string): Promise<NeutronSubnetPool> {
    return getPart<NeutronSubnetPool>(this.client, ['subnetpools', id], 'subnetpool');
  }

  /** Zones that networks and routers can be hinted to. 404 where the extension is not loaded. */
  async availabilityZones(): Promise<readonly NeutronZone[]> {
    return getPart(this.client, ['availability_zones'], 'availability_zones');
  }

  async quotas(projectId: string): Promise<NeutronQuota> {
    return getPart<NeutronQuota>(this.client, ['quotas', projectId], 'quota');
  }

  async defaultQuotas(projectId: string): Promise<NeutronQuota> {
    return getPart<NeutronQuota>(this.client, ['quotas', projectId, 'default'], 'quota');
  }

  /** How much of each limit is taken, and spoken for. 404 where the extension `quota_details` is not loaded. */
  async quotaUse(projectId: string): Promise<Readonly<Record<string, number>>> {
    return quotaUseOf(await getPart<QuotaDetails>(this.client, ['quotas', projectId, 'details'], 'quota'));
  }

  /** Admin only. Limits beside these stay. */
  async setQuotas(projectId: string, limits: Readonly<Record<string, number>>): Promise<void> {
    await this.client.put(pathOf(this.client, ['quotas', projectId]), { quota: limits });
  }

  #pages<T extends object>(
    path: string,
    filter: NetworkFilter,
    more: Query = {},
    collection = path,
  ): AsyncIterable<readonly T[]> {
    // `tenant_id` is the spelling that every age of Neutron filters by.
    const query: Query = { tenant_id: filter.projectId, name: filter.name, tags: filter.tag, ...more };
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
