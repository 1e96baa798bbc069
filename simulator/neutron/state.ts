import { Table } from '../table.ts';

/**
 * Rows have the names of the API's attributes: what Neutron shows is nearly what it keeps. What depends on who looks
 * (`shared`, `router:external`) is not here but comes from the RBAC rows.
 */
interface Standard {
  readonly id: string;
  name: string;
  project_id: string;
  description: string;
  tags: string[];
  created_at: string;
  updated_at: string;
  revision_number: number;
}

export interface Network extends Standard {
  admin_state_up: boolean;
  mtu: number;
  status: string;
  port_security_enabled: boolean;
  dns_domain: string;
  qos_policy_id: string | null;
  is_default: boolean;
  availability_zone_hints: string[];
  'provider:network_type': string;
  'provider:physical_network': string | null;
  'provider:segmentation_id': number | null;
}

export interface Range {
  start: string;
  end: string;
}

export interface Subnet extends Standard {
  readonly network_id: string;
  readonly ip_version: number;
  subnetpool_id: string | null;
  enable_dhcp: boolean;
  ipv6_ra_mode: string | null;
  ipv6_address_mode: string | null;
  gateway_ip: string | null;
  readonly cidr: string;
  allocation_pools: Range[];
  host_routes: { destination: string; nexthop: string }[];
  dns_nameservers: string[];
  service_types: string[];
}

export interface FixedIp {
  subnet_id: string;
  ip_address: string;
}

export interface Port extends Standard {
  readonly network_id: string;
  mac_address: string;
  admin_state_up: boolean;
  status: string;
  device_id: string;
  device_owner: string;
  fixed_ips: FixedIp[];
  allowed_address_pairs: { ip_address: string; mac_address: string }[];
  extra_dhcp_opts: unknown[];
  security_groups: string[];
  'binding:vnic_type': string;
  'binding:profile': Record<string, unknown>;
  'binding:host_id': string;
  port_security_enabled: boolean;
  dns_name: string;
  qos_policy_id: string | null;
}

export interface Router extends Standard {
  admin_state_up: boolean;
  status: string;
  external_gateway_info: { network_id: string; external_fixed_ips: FixedIp[]; enable_snat: boolean } | null;
  routes: { destination: string; nexthop: string }[];
  distributed: boolean;
  ha: boolean;
  availability_zone_hints: string[];
  flavor_id: string | null;
}

export interface FloatingIp extends Standard {
  floating_ip_address: string;
  readonly floating_network_id: string;
  router_id: string | null;
  port_id: string | null;
  fixed_ip_address: string | null;
  status: string;
  qos_policy_id: string | null;
  dns_domain: string;
  dns_name: string;
}

export interface SecurityGroup extends Standard {
  stateful: boolean;
}

export interface SecurityGroupRule extends Standard {
  readonly security_group_id: string;
  ethertype: string;
  direction: string;
  protocol: string | null;
  port_range_min: number | null;
  port_range_max: number | null;
  remote_ip_prefix: string | null;
  remote_group_id: string | null;
  remote_address_group_id: string | null;
}

export interface AddressScope extends Standard {
  readonly ip_version: number;
}

export interface SubnetPool extends Standard {
  prefixes: string[];
  default_quota: number | null;
  default_prefixlen: number;
  min_prefixlen: number;
  max_prefixlen: number;
  address_scope_id: string | null;
  readonly ip_version: number;
  is_default: boolean;
}

export interface QosPolicy extends Standard {
  is_default: boolean;
}

/** A rule of a QoS policy; its fields depend on its type. */
export interface QosRule {
  readonly id: string;
  readonly policyId: string;
  readonly type: 'bandwidth_limit' | 'dscp_marking' | 'minimum_bandwidth' | 'packet_rate_limit';
  fields: Record<string, unknown>;
}

export interface RbacPolicy {
  readonly id: string;
  project_id: string;
  readonly action: string;
  readonly object_id: string;
  readonly object_type: string;
  target_tenant: string;
}

export interface Agent {
  readonly id: string;
  readonly agent_type: string;
  readonly binary: string;
  readonly host: string;
  readonly topic: string;
  readonly availability_zone: string | null;
  admin_state_up: boolean;
  alive: boolean;
  readonly created_at: string;
}

export class NetworkState {
  readonly agents = new Table<Agent, 'host'>({ host: (row) => row.host });
  readonly networks = new Table<Network, 'project'>({ project: (row) => row.project_id });
  readonly subnets = new Table<Subnet, 'network' | 'project'>({
    network: (row) => row.network_id,
    project: (row) => row.project_id,
  });
  readonly ports = new Table<Port, 'network' | 'device' | 'project' | 'mac'>({
    network: (row) => row.network_id,
    device: (row) => row.device_id,
    project: (row) => row.project_id,
    mac: (row) => row.mac_address,
  });
  readonly routers = new Table<Router, 'project'>({ project: (row) => row.project_id });
  readonly floatingIps = new Table<FloatingIp, 'project' | 'port'>({
    project: (row) => row.project_id,
    port: (row) => row.port_id,
  });
  readonly securityGroups = new Table<SecurityGroup, 'project'>({ project: (row) => row.project_id });
  readonly securityGroupRules = new Table<SecurityGroupRule, 'group' | 'project'>({
    group: (row) => row.security_group_id,
    project: (row) => row.project_id,
  });
  readonly addressScopes = new Table<AddressScope>();
  readonly subnetPools = new Table<SubnetPool, 'project'>({ project: (row) => row.project_id });
  readonly qosPolicies = new Table<QosPolicy>();
  readonly qosRules = new Table<QosRule, 'policy'>({ policy: (row) => row.policyId });
  readonly rbacPolicies = new Table<RbacPolicy, 'object' | 'project'>({
    object: (row) => row.object_id,
    project: (row) => row.project_id,
  });
  /** Quotas that were set, by project. */
  readonly quotas = new Map<string, Record<string, number>>();
  /** Addresses taken, by subnet: allocation in a /16 must not walk through all ports. */
  readonly taken = new Map<string, Set<string>>();
  /** Below it, all addresses of the subnet's pools are taken. */
  readonly searchFrom = new Map<string, bigint>();
  nextSegment = 100;
}
