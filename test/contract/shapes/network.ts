import { z } from 'zod';
import { id, nullableText } from './since.ts';

/** What an admin is answered by Neutron, as `neutron-shapes.ts` promises it. All ages since Newton have these fields. */
const owned = { id, name: z.string(), tenant_id: z.string(), project_id: z.string(), description: z.string() };
const tags = z.array(z.string());
const ip = z.union([z.ipv4(), z.ipv6()]);
const fixedIp = z.object({ subnet_id: id, ip_address: ip });
const route = z.object({ destination: z.string(), nexthop: ip });

export const networkShapes = {
  network: z.object({
    ...owned,
    tags,
    status: z.string(),
    admin_state_up: z.boolean(),
    shared: z.boolean(),
    subnets: z.array(id),
    mtu: z.int(),
    'router:external': z.boolean(),
    port_security_enabled: z.boolean(),
    qos_policy_id: nullableText.optional(),
    availability_zone_hints: z.array(z.string()).optional(),
    'provider:network_type': nullableText,
    'provider:physical_network': nullableText,
    'provider:segmentation_id': z.int().nullable(),
  }),
  subnet: z.object({
    ...owned,
    tags,
    network_id: id,
    ip_version: z.union([z.literal(4), z.literal(6)]),
    cidr: z.union([z.cidrv4(), z.cidrv6()]),
    gateway_ip: ip.nullable(),
    enable_dhcp: z.boolean(),
    allocation_pools: z.array(z.object({ start: ip, end: ip })),
    dns_nameservers: z.array(ip),
    host_routes: z.array(route),
    ipv6_address_mode: nullableText,
    ipv6_ra_mode: nullableText,
    subnetpool_id: nullableText,
    service_types: z.array(z.string()),
  }),
  port: z.object({
    ...owned,
    // Pike tags networks, subnets, subnet pools and routers only.
    tags: tags.optional(),
    network_id: id,
    mac_address: z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
    fixed_ips: z.array(fixedIp),
    device_id: z.string(),
    device_owner: z.string(),
    status: z.string(),
    admin_state_up: z.boolean(),
    security_groups: z.array(id),
    port_security_enabled: z.boolean(),
    allowed_address_pairs: z.array(z.object({ ip_address: z.string(), mac_address: z.string() })),
    extra_dhcp_opts: z.array(z.object({ opt_name: z.string(), opt_value: z.string(), ip_version: z.int() })),
    qos_policy_id: nullableText.optional(),
    'binding:vnic_type': z.string(),
    'binding:host_id': z.string(),
    'binding:profile': z.record(z.string(), z.unknown()),
  }),
  router: z.object({
    ...owned,
    tags,
    status: z.string(),
    admin_state_up: z.boolean(),
    external_gateway_info: z
      .object({ network_id: id, enable_snat: z.boolean(), external_fixed_ips: z.array(fixedIp) })
      .nullable(),
    routes: z.array(route),
    distributed: z.boolean().optional(),
    ha: z.boolean().optional(),
    availability_zone_hints: z.array(z.string()).optional(),
  }),
  floatingIp: z.object({
    id,
    tenant_id: id,
    project_id: id,
    description: z.string(),
    tags: tags.optional(),
    floating_ip_address: ip,
    floating_network_id: id,
    fixed_ip_address: ip.nullable(),
    port_id: nullableText,
    router_id: nullableText,
    status: z.string(),
  }),
  securityGroup: z.object({
    ...owned,
    tags: tags.optional(),
    stateful: z.boolean().optional(),
    security_group_rules: z.array(
      z.object({
        id,
        direction: z.enum(['ingress', 'egress']),
        ethertype: z.enum(['IPv4', 'IPv6']),
        protocol: nullableText,
        port_range_min: z.int().nullable(),
        port_range_max: z.int().nullable(),
        remote_ip_prefix: nullableText,
        remote_group_id: nullableText,
        remote_address_group_id: nullableText.optional(),
        description: nullableText,
      }),
    ),
  }),
  rbacPolicy: z.object({ id, object_type: z.string(), object_id: id, action: z.string(), target_tenant: id }),
  qosPolicy: z.object({ id, name: z.string() }),
};

export const novaNetworkShapes = {
  network: z.object({
    id,
    label: z.string(),
    project_id: nullableText,
    cidr: nullableText,
    cidr_v6: nullableText,
    gateway: nullableText,
    gateway_v6: nullableText,
    dhcp_start: nullableText,
    broadcast: nullableText,
    dhcp_server: nullableText,
    enable_dhcp: z.boolean().nullable(),
    dns1: nullableText,
    dns2: nullableText,
    vlan: z.int().nullable(),
    bridge: nullableText,
    bridge_interface: nullableText,
    mtu: z.int().nullable(),
    multi_host: z.boolean(),
  }),
  securityGroup: z.object({
    id: z.int(),
    name: z.string(),
    description: nullableText,
    tenant_id: id,
    rules: z.array(
      z.object({
        id: z.int(),
        ip_protocol: nullableText,
        from_port: z.int().nullable(),
        to_port: z.int().nullable(),
        ip_range: z.object({ cidr: z.string().optional() }),
        group: z.object({ tenant_id: z.string().optional(), name: z.string().optional() }),
      }),
    ),
  }),
  floatingIp: z.object({
    address: ip,
    pool: z.string(),
    projectId: id,
    fixedIp: ip.optional(),
    serverId: id.optional(),
  }),
};
