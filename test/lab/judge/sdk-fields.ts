import type { ResourceTypeName } from '../../../resources/resource-type.ts';
import type { Fields, Row, Theirs } from './compare.ts';

/** openstacksdk's names for our fields. Where its value has another form, a function says which. */

const list = (row: Row, column: string): readonly Row[] => (row[column] ?? []) as readonly Row[];
const either =
  (column: string, otherwise: unknown): Theirs =>
  (row) =>
    row[column] ?? otherwise;
const renamed =
  (column: string, names: Readonly<Record<string, string>>): Theirs =>
  (row) =>
    list(row, column).map((item) => rename(item, names));

function rename(item: Row, names: Readonly<Record<string, string>>): Row {
  return Object.fromEntries(Object.entries(names).map(([ours, theirs]) => [ours, item[theirs]]));
}

const FIXED_IP = { subnetId: 'subnet_id', ipAddress: 'ip_address' };
const owned = { name: 'name', projectId: 'project_id', description: 'description', tags: 'tags' };

const image = {
  ...{ name: 'name', projectId: 'owner_id', status: 'status', visibility: 'visibility', tags: 'tags' },
  ...{ protected: 'is_protected', hidden: 'is_hidden', diskFormat: 'disk_format', containerFormat: 'container_format' },
  ...{ minDiskGib: 'min_disk', minRamMib: 'min_ram', sizeBytes: 'size', checksum: 'checksum' },
  hash: (row: Row) => (row.hash_value === null ? null : `${row.hash_algo}:${row.hash_value}`),
  members: (row: Row) =>
    (row.members as readonly [string, string][]).map(([projectId, status]) => ({ projectId, status })),
};

const server = {
  ...{ name: 'name', projectId: 'tenant_id', userId: 'user_id', keyName: 'key_name', status: 'status' },
  ...{
    description: 'description',
    metadata: 'metadata',
    tags: 'tags',
    locked: 'locked',
    lockedReason: 'locked_reason',
  },
  ...{ host: 'OS-EXT-SRV-ATTR:host', hypervisor: 'OS-EXT-SRV-ATTR:hypervisor_hostname' },
  ...{ availabilityZone: 'OS-EXT-AZ:availability_zone', vmState: 'OS-EXT-STS:vm_state' },
  ...{ taskState: 'OS-EXT-STS:task_state', rootDevice: 'OS-EXT-SRV-ATTR:root_device_name' },
  ...{ userData: 'OS-EXT-SRV-ATTR:user_data', hostname: 'OS-EXT-SRV-ATTR:hostname', diskConfig: 'OS-DCF:diskConfig' },
  ...{ accessIpV4: 'accessIPv4', accessIpV6: 'accessIPv6', createdAt: 'created' },
  ...{ trustedImageCertificates: either('trusted_image_certificates', []) },
  configDrive: (row: Row) => row.config_drive === 'True',
  imageId: (row: Row) => (row.image === '' ? null : (row.image as Row).id),
  volumes: (row: Row) =>
    list(row, 'attachments').map((attachment) => ({
      id: attachment.volumeId,
      device: attachment.device,
      deleteOnTermination: attachment.delete_on_termination,
      tag: attachment.tag,
      isRoot: row.image === '' && attachment.device === row['OS-EXT-SRV-ATTR:root_device_name'],
    })),
  securityGroupNames: (row: Row) => [...new Set(list(row, 'security_groups').map(({ name }) => name))],
};

const RULE = {
  ...{ direction: 'direction', etherType: 'ethertype', protocol: 'protocol', description: 'description' },
  ...{ portMin: 'port_range_min', portMax: 'port_range_max', remoteCidr: 'remote_ip_prefix' },
  ...{ remoteGroupId: 'remote_group_id', remoteAddressGroupId: 'remote_address_group_id' },
};

/** Assignments are the command line's to judge: openstacksdk's have no id. */
export const SDK_FIELDS: Readonly<Record<Exclude<ResourceTypeName, 'assignment'>, Fields>> = {
  domain: { name: 'name', description: 'description', enabled: 'is_enabled' },
  project: {
    ...{ name: 'name', description: 'description', enabled: 'is_enabled', domainId: 'domain_id', tags: 'tags' },
    parentId: (row) => (row.parent_id === row.domain_id ? null : row.parent_id),
  },
  role: { name: 'name', description: 'description', domainId: 'domain_id', impliedRoleIds: 'implied' },
  user: {
    ...{ name: 'name', description: 'description', email: 'email', enabled: 'is_enabled' },
    ...{ domainId: 'domain_id', defaultProjectId: 'default_project_id' },
  },
  group: { name: 'name', description: 'description', domainId: 'domain_id', memberIds: 'members' },
  quota: { projectId: 'id', compute: 'compute', network: 'network', volume: 'volume' },
  flavor: {
    ...{ name: 'name', description: 'description', vcpus: 'vcpus', ramMib: 'ram', diskGib: 'disk' },
    ...{ ephemeralGib: 'ephemeral', swapMib: (row: Row) => row.swap || 0, rxtxFactor: 'rxtx_factor' },
    ...{ isPublic: 'is_public', disabled: 'is_disabled', extraSpecs: 'extra_specs', accessProjectIds: 'access' },
  },
  keypair: { name: 'name', userId: 'owner', keyType: 'type', publicKey: 'public_key', fingerprint: 'fingerprint' },
  'security-group': { ...owned, stateful: 'stateful', rules: renamed('security_group_rules', RULE) },
  network: {
    ...owned,
    ...{ status: 'status', adminStateUp: 'is_admin_state_up', shared: 'is_shared', external: 'is_router_external' },
    ...{ isDefault: either('is_default', false), mtu: 'mtu', dnsDomain: 'dns_domain', subnetIds: 'subnet_ids' },
    ...{ portSecurity: 'is_port_security_enabled', availabilityZoneHints: 'availability_zone_hints' },
    ...{ providerNetworkType: 'provider_network_type', providerPhysicalNetwork: 'provider_physical_network' },
    ...{ providerSegmentationId: 'provider_segmentation_id', qosPolicy: 'qos_policy', access: 'access' },
  },
  subnet: {
    ...owned,
    ...{ networkId: 'network_id', ipVersion: 'ip_version', cidr: 'cidr', gatewayIp: 'gateway_ip' },
    ...{ dhcp: 'is_dhcp_enabled', allocationPools: 'allocation_pools', dnsNameservers: 'dns_nameservers' },
    ...{ hostRoutes: 'host_routes', ipv6AddressMode: 'ipv6_address_mode', ipv6RaMode: 'ipv6_ra_mode' },
    ...{ subnetPoolId: 'subnet_pool_id', serviceTypes: 'service_types' },
  },
  router: {
    ...owned,
    ...{ status: 'status', adminStateUp: 'is_admin_state_up', routes: 'routes', distributed: 'is_distributed' },
    ...{ highlyAvailable: 'is_ha', availabilityZoneHints: 'availability_zone_hints' },
    gateway: (row) => {
      const gateway = row.external_gateway_info as Row | null;
      if (gateway === null) return null;
      const fixedIps = list(gateway, 'external_fixed_ips').map((item) => rename(item, FIXED_IP));
      return { networkId: gateway.network_id, snat: gateway.enable_snat, fixedIps };
    },
    interfaces: (row) =>
      (row.interfaces as readonly [string, string, Row[]][]).map(([portId, networkId, addresses]) => ({
        portId,
        networkId,
        fixedIps: addresses.map((item) => rename(item, FIXED_IP)),
      })),
  },
  port: {
    ...owned,
    ...{ networkId: 'network_id', macAddress: 'mac_address', deviceOwner: 'device_owner', deviceId: 'device_id' },
    ...{ status: 'status', adminStateUp: 'is_admin_state_up', securityGroupIds: 'security_group_ids' },
    ...{ portSecurity: 'is_port_security_enabled', vnicType: 'binding_vnic_type' },
    // An empty profile is none.
    bindingProfile: (row: Row) =>
      Object.keys((row.binding_profile ?? {}) as Row).length === 0 ? null : row.binding_profile,
    ...{ host: 'binding_host_id', dnsName: 'dns_name', qosPolicy: 'qos_policy' },
    uplinkStatusPropagation: 'propagate_uplink_status',
    fixedIps: renamed('fixed_ips', FIXED_IP),
    allowedAddressPairs: renamed('allowed_address_pairs', { ipAddress: 'ip_address', macAddress: 'mac_address' }),
    extraDhcpOptions: renamed('extra_dhcp_opts', { name: 'opt_name', value: 'opt_value', ipVersion: 'ip_version' }),
  },
  'floating-ip': {
    ...{ name: 'floating_ip_address', address: 'floating_ip_address', projectId: 'project_id', tags: 'tags' },
    ...{ description: 'description', networkId: 'floating_network_id', portId: 'port_id', routerId: 'router_id' },
    ...{ fixedIpAddress: 'fixed_ip_address', status: 'status', dnsName: 'dns_name', dnsDomain: 'dns_domain' },
    qosPolicy: 'qos_policy',
  },
  image,
  volume: {
    ...{ name: 'name', projectId: 'project_id', description: 'description', status: 'status', sizeGib: 'size' },
    ...{ volumeType: 'volume_type', availabilityZone: 'availability_zone', bootable: 'is_bootable' },
    ...{ encrypted: 'is_encrypted', multiattach: 'is_multiattach', metadata: 'metadata', userId: 'user_id' },
    ...{
      imageMetadata: either('volume_image_metadata', {}),
      snapshotId: 'snapshot_id',
      sourceVolumeId: 'source_volume_id',
    },
    attachments: renamed('attachments', { serverId: 'server_id', device: 'device' }),
  },
  'server-group': {
    ...{ name: 'name', projectId: 'project_id', policy: 'policy', rules: 'rules', userId: 'user_id' },
    serverIds: 'member_ids',
  },
  server,
};
