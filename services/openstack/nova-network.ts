import { getPart } from './answer-part.ts';
import type { ServiceClient } from './service-client.ts';

/** nova-network, the networking of clouds before Neutron: Compute API up to microversion 2.35. */
export interface NovaNetworkNetwork {
  readonly id: string;
  readonly label: string;
  /** Null for a network that every project uses (FlatDHCPManager). Admins only, as all that may be left out. */
  readonly project_id?: string | null;
  readonly cidr: string | null;
  readonly cidr_v6: string | null;
  readonly gateway: string | null;
  readonly gateway_v6: string | null;
  readonly dhcp_start?: string | null;
  readonly broadcast: string | null;
  readonly dhcp_server?: string | null;
  readonly enable_dhcp?: boolean | null;
  readonly dns1: string | null;
  readonly dns2: string | null;
  readonly vlan?: number | null;
  readonly bridge?: string | null;
  readonly bridge_interface?: string | null;
  readonly mtu?: number | null;
  readonly multi_host?: boolean;
}

export interface NovaNetworkSecurityGroup {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly tenant_id: string;
  readonly rules: readonly {
    readonly id: number;
    readonly ip_protocol: string | null;
    readonly from_port: number | null;
    readonly to_port: number | null;
    readonly ip_range: { readonly cidr?: string };
    readonly group: { readonly tenant_id?: string; readonly name?: string };
  }[];
}

export interface NovaNetworkFloatingIp {
  readonly address: string;
  readonly pool: string;
  readonly projectId: string | undefined;
  readonly fixedIp: string | undefined;
  readonly serverId: string | undefined;
}

interface BulkAddress {
  readonly address: string;
  readonly pool: string;
  readonly project_id: string | null;
  readonly fixed_ip: string | null;
  readonly instance_uuid: string | null;
}

interface OwnAddress {
  readonly id: number;
  readonly ip: string;
  readonly pool: string;
  readonly fixed_ip: string | null;
  readonly instance_id: string | null;
}

export class NovaNetwork {
  readonly client: ServiceClient;

  constructor(client: ServiceClient) {
    this.client = client;
  }

  /** All networks. Admin only. */
  async networks(): Promise<readonly NovaNetworkNetwork[]> {
    return getPart<readonly NovaNetworkNetwork[]>(this.client, ['os-networks'], 'networks');
  }

  async securityGroups(everyProject: boolean): Promise<readonly NovaNetworkSecurityGroup[]> {
    const query = { all_tenants: everyProject ? 1 : undefined };
    return getPart(this.client, ['os-security-groups'], 'security_groups', { query });
  }

  /** The names of the groups of one server, which server lists do not tell per group id. */
  async securityGroupsOf(serverId: string): Promise<readonly NovaNetworkSecurityGroup[]> {
    return getPart(this.client, ['servers', serverId, 'os-security-groups'], 'security_groups');
  }

  /** Addresses that some project holds, in the whole cloud. Admin only. */
  async allFloatingIps(): Promise<readonly NovaNetworkFloatingIp[]> {
    const addresses = await getPart<readonly BulkAddress[]>(this.client, ['os-floating-ips-bulk'], 'floating_ip_info');
    return addresses
      .filter((item) => item.project_id !== null)
      .map((item) => ({
        address: item.address,
        pool: item.pool,
        projectId: item.project_id ?? undefined,
        fixedIp: item.fixed_ip ?? undefined,
        serverId: item.instance_uuid ?? undefined,
      }));
  }

  /**
   * Addresses of the project that the login is scoped to. The list says of attached addresses that they are free (seen on
   * Pike); each read by its id tells the truth.
   */
  async ownFloatingIps(projectId: string | undefined): Promise<readonly NovaNetworkFloatingIp[]> {
    const listed = await getPart<readonly OwnAddress[]>(this.client, ['os-floating-ips'], 'floating_ips');
    return Promise.all(
      listed.map(async ({ id }) => {
        const segments = ['os-floating-ips', String(id)];
        const address = await getPart<OwnAddress>(this.client, segments, 'floating_ip');
        return {
          address: address.ip,
          pool: address.pool,
          projectId,
          fixedIp: address.fixed_ip ?? undefined,
          serverId: address.instance_id ?? undefined,
        };
      }),
    );
  }
}
