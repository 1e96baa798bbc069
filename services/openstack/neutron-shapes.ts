/** What Neutron answers, as far as Pumphouse reads it: https://docs.openstack.org/api-ref/network/v2/ */

interface Owned {
  readonly id: string;
  readonly name: string;
  readonly project_id?: string;
  /** Older servers spell the owner this way only. */
  readonly tenant_id: string;
  readonly description?: string | null;
  readonly tags?: readonly string[];
}

export interface NeutronNetwork extends Owned {
  readonly status: string;
  readonly admin_state_up: boolean;
  readonly shared: boolean;
  readonly subnets: readonly string[];
  readonly mtu?: number;
  readonly 'router:external'?: boolean;
  readonly is_default?: boolean;
  readonly dns_domain?: string;
  readonly port_security_enabled?: boolean;
  readonly qos_policy_id?: string | null;
  readonly availability_zone_hints?: readonly string[];
  readonly vlan_transparent?: boolean | null;
  /** Admin only, as are the next two. */
  readonly 'provider:network_type'?: string | null;
  readonly 'provider:physical_network'?: string | null;
  readonly 'provider:segmentation_id'?: number | null;
}

export interface NeutronSubnet extends Owned {
  readonly network_id: string;
  readonly ip_version: 4 | 6;
  readonly cidr: string;
  readonly gateway_ip: string | null;
  readonly enable_dhcp: boolean;
  readonly allocation_pools: readonly { readonly start: string; readonly end: string }[];
  readonly dns_nameservers: readonly string[];
  readonly host_routes: readonly { readonly destination: string; readonly nexthop: string }[];
  readonly ipv6_address_mode?: string | null;
  readonly ipv6_ra_mode?: string | null;
  readonly subnetpool_id?: string | null;
  readonly service_types?: readonly string[];
}

export interface NeutronFixedIp {
  readonly subnet_id: string;
  readonly ip_address: string;
}

export interface NeutronPort extends Owned {
  readonly network_id: string;
  readonly mac_address: string;
  readonly fixed_ips: readonly NeutronFixedIp[];
  readonly device_id: string;
  readonly device_owner: string;
  readonly status: string;
  readonly admin_state_up: boolean;
  readonly security_groups: readonly string[];
  readonly created_at?: string;
  readonly port_security_enabled?: boolean;
  readonly allowed_address_pairs?: readonly { readonly ip_address: string; readonly mac_address?: string }[];
  readonly extra_dhcp_opts?: readonly {
    readonly opt_name: string;
    readonly opt_value: string;
    readonly ip_version?: number;
  }[];
  readonly qos_policy_id?: string | null;
  readonly dns_name?: string;
  readonly dns_domain?: string;
  readonly propagate_uplink_status?: boolean;
  readonly 'binding:vnic_type'?: string;
  /** Admin only, as is the next. */
  readonly 'binding:host_id'?: string;
  readonly 'binding:profile'?: Readonly<Record<string, unknown>>;
}

export interface NeutronRouter extends Owned {
  readonly status: string;
  readonly admin_state_up: boolean;
  readonly external_gateway_info: {
    readonly network_id: string;
    readonly enable_snat?: boolean;
    readonly external_fixed_ips?: readonly NeutronFixedIp[];
    readonly qos_policy_id?: string | null;
  } | null;
  readonly routes?: readonly { readonly destination: string; readonly nexthop: string }[];
  readonly distributed?: boolean;
  readonly ha?: boolean;
  readonly availability_zone_hints?: readonly string[];
}

export interface NeutronFloatingIp {
  readonly id: string;
  readonly project_id?: string;
  readonly tenant_id: string;
  readonly floating_ip_address: string;
  readonly floating_network_id: string;
  readonly fixed_ip_address: string | null;
  readonly port_id: string | null;
  readonly router_id: string | null;
  readonly status: string;
  readonly description?: string | null;
  readonly dns_name?: string;
  readonly dns_domain?: string;
  readonly qos_policy_id?: string | null;
  readonly tags?: readonly string[];
}

export interface NeutronSecurityGroupRule {
  readonly id: string;
  readonly direction: 'ingress' | 'egress';
  readonly ethertype: string;
  readonly protocol: string | null;
  readonly port_range_min: number | null;
  readonly port_range_max: number | null;
  readonly remote_ip_prefix: string | null;
  readonly remote_group_id: string | null;
  readonly remote_address_group_id?: string | null;
  readonly description?: string | null;
}

export interface NeutronSecurityGroup extends Owned {
  readonly security_group_rules: readonly NeutronSecurityGroupRule[];
  /** Absent on servers that know only stateful groups. */
  readonly stateful?: boolean;
  readonly shared?: boolean;
}

export interface NeutronRbacPolicy {
  readonly id: string;
  readonly object_type: string;
  readonly object_id: string;
  readonly action: string;
  /** `*` for every project. */
  readonly target_tenant?: string;
  readonly target_project_id?: string;
}

export interface NeutronQosPolicy {
  readonly id: string;
  readonly name: string;
}

export interface NeutronSubnetPool {
  readonly id: string;
  readonly name: string;
}

export interface NeutronZone {
  readonly name: string;
  readonly resource: 'network' | 'router';
}

export type NeutronQuota = Readonly<Record<string, number>>;
