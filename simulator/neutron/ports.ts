import { type Call, conflict, notFound } from '../http/call.ts';
import { boolean, type Json, objectOf, objectsOf, text, textOrNull, texts } from '../http/json.ts';
import { allocate, newMac, release } from './addresses.ts';
import { networkKind } from './networks.ts';
import { find, type Kind, standard } from './resource.ts';
import { defaultGroup } from './security-groups.ts';
import type { Port } from './state.ts';

export const portKind: Kind<Port> = {
  singular: 'port',
  plural: 'ports',
  path: 'ports',
  missing: ['PortNotFound', (id) => `Port ${id} could not be found.`],
  table: (cloud) => cloud.neutron.ports,
  quota: 'port',
  attributes: {
    network_id: { type: 'uuid', required: true, fixed: true },
    mac_address: { type: 'text' },
    admin_state_up: { type: 'boolean' },
    device_id: { type: 'text' },
    device_owner: { type: 'text' },
    fixed_ips: { type: 'list' },
    allowed_address_pairs: { type: 'list' },
    extra_dhcp_opts: { type: 'list' },
    security_groups: { type: 'list' },
    'binding:vnic_type': { type: 'text' },
    'binding:profile': { type: 'object', admin: true },
    'binding:host_id': { type: 'text', admin: true },
    'binding:vif_type': { type: 'text', readOnly: true },
    port_security_enabled: { type: 'boolean' },
    dns_name: { type: 'text' },
    qos_policy_id: { type: 'uuid' },
  },
  visible({ cloud, caller }, row) {
    if (caller.isAdmin || row.project_id === caller.projectId) return true;
    return cloud.neutron.networks.get(row.network_id)?.project_id === caller.projectId;
  },
  view,
  create,
  update,
  remove(call, row) {
    if (row.device_owner.startsWith('network:router')) {
      const reason = `has device owner ${row.device_owner}`;
      const message = `Port ${row.id} cannot be deleted directly via the port API: ${reason}.`;
      throw conflict(message, 'ServicePortInUse');
    }
    removePort(call, row);
  },
};

/** Frees the addresses and lets floating addresses go; deleting the row itself is the caller's. */
export function removePort(call: Pick<Call, 'cloud'>, row: Port): void {
  const { neutron } = call.cloud;
  release(call.cloud, row.fixed_ips);
  for (const floating of neutron.floatingIps.where('port', row.id)) {
    neutron.floatingIps.change(floating, { port_id: null, fixed_ip_address: null, router_id: null, status: 'DOWN' });
  }
  neutron.ports.remove(row.id);
}

function view(call: Call, row: Port): Json {
  const { cloud, caller } = call;
  const host = row['binding:host_id'];
  const bound = host !== '';
  const zed = cloud.settings.release !== 'pike';
  return {
    id: row.id,
    name: row.name,
    network_id: row.network_id,
    tenant_id: row.project_id,
    mac_address: row.mac_address,
    admin_state_up: row.admin_state_up,
    status: row.status,
    device_id: row.device_id,
    device_owner: row.device_owner,
    fixed_ips: row.fixed_ips,
    allowed_address_pairs: row.allowed_address_pairs,
    extra_dhcp_opts: row.extra_dhcp_opts,
    security_groups: row.security_groups,
    description: row.description,
    'binding:vnic_type': row['binding:vnic_type'],
    ...(caller.isAdmin
      ? {
          'binding:profile': row['binding:profile'],
          'binding:host_id': host,
          'binding:vif_type': bound ? (zed ? 'bridge' : 'ovs') : 'unbound',
          'binding:vif_details': bound
            ? { port_filter: true, ...(zed ? { connectivity: 'l2', bound_drivers: { '0': 'openvswitch' } } : {}) }
            : {},
        }
      : {}),
    port_security_enabled: row.port_security_enabled,
    ...(zed
      ? {
          dns_name: row.dns_name,
          dns_assignment: row.fixed_ips.map(({ ip_address }) => {
            const hostname = row.dns_name === '' ? `host-${ip_address.replace(/[.:]+/g, '-')}` : row.dns_name;
            return { ip_address, hostname, fqdn: `${hostname}.${cloud.settings.name}.example.org.` };
          }),
        }
      : {}),
    qos_policy_id: row.qos_policy_id,
    ...(zed ? { qos_network_policy_id: cloud.neutron.networks.get(row.network_id)?.qos_policy_id ?? null } : {}),
    ...(zed && caller.isAdmin ? { resource_request: null } : {}),
    tags: row.tags,
    created_at: row.created_at,
    updated_at: row.updated_at,
    revision_number: row.revision_number,
    project_id: row.project_id,
  };
}

function askedIps(given: Json) {
  if (given.fixed_ips === undefined) return undefined;
  return objectsOf(given.fixed_ips).map((item) => ({
    subnet_id: text(item.subnet_id),
    ip_address: text(item.ip_address),
  }));
}

function pairsOf(given: unknown, mac: string) {
  return objectsOf(given).map((pair) => ({
    ip_address: text(pair.ip_address) ?? '',
    mac_address: text(pair.mac_address) ?? mac,
  }));
}

function create(call: Call, given: Json, projectId: string): Port {
  const { cloud } = call;
  const network = find(call, networkKind, text(given.network_id));
  const mac = text(given.mac_address)?.toLowerCase() ?? newMac(cloud);
  refuseTakenMac(call, network.id, mac);
  const groups = given.security_groups;
  const secured = boolean(given.port_security_enabled) ?? network.port_security_enabled;
  for (const id of texts(groups)) refuseUnknownGroup(call, id);
  const deviceOwner = text(given.device_owner) ?? '';
  const plain = !secured || deviceOwner.startsWith('network:');
  return cloud.neutron.ports.add({
    ...standard(cloud, given, projectId),
    network_id: network.id,
    mac_address: mac,
    admin_state_up: boolean(given.admin_state_up) ?? true,
    status: text(given['binding:host_id']) ? 'ACTIVE' : 'DOWN',
    device_id: text(given.device_id) ?? '',
    device_owner: deviceOwner,
    fixed_ips: allocate(cloud, network, askedIps(given), mac),
    allowed_address_pairs: pairsOf(given.allowed_address_pairs, mac),
    extra_dhcp_opts: Array.isArray(given.extra_dhcp_opts) ? given.extra_dhcp_opts : [],
    security_groups: groups === undefined ? (plain ? [] : [defaultGroup(cloud, projectId).id]) : texts(groups),
    'binding:vnic_type': text(given['binding:vnic_type']) ?? 'normal',
    'binding:profile': objectOf(given['binding:profile']),
    'binding:host_id': text(given['binding:host_id']) ?? '',
    port_security_enabled: secured,
    dns_name: text(given.dns_name) ?? '',
    qos_policy_id: textOrNull(given.qos_policy_id),
  });
}

function update(call: Call, row: Port, given: Json): void {
  const { cloud } = call;
  const mac = text(given.mac_address)?.toLowerCase() ?? row.mac_address;
  if (mac !== row.mac_address) refuseTakenMac(call, row.network_id, mac);
  for (const id of texts(given.security_groups)) refuseUnknownGroup(call, id);
  const asked = askedIps(given);
  let fixedIps = row.fixed_ips;
  const network = cloud.neutron.networks.get(row.network_id);
  if (asked !== undefined && network !== undefined) {
    release(cloud, row.fixed_ips);
    fixedIps = allocate(cloud, network, asked, mac);
  }
  const host = text(given['binding:host_id']) ?? row['binding:host_id'];
  cloud.neutron.ports.change(row, {
    name: text(given.name) ?? row.name,
    description: text(given.description) ?? row.description,
    mac_address: mac,
    fixed_ips: fixedIps,
    admin_state_up: boolean(given.admin_state_up) ?? row.admin_state_up,
    device_id: text(given.device_id) ?? row.device_id,
    device_owner: text(given.device_owner) ?? row.device_owner,
    security_groups: given.security_groups === undefined ? row.security_groups : texts(given.security_groups),
    allowed_address_pairs:
      given.allowed_address_pairs === undefined ? row.allowed_address_pairs : pairsOf(given.allowed_address_pairs, mac),
    extra_dhcp_opts: Array.isArray(given.extra_dhcp_opts) ? given.extra_dhcp_opts : row.extra_dhcp_opts,
    port_security_enabled: boolean(given.port_security_enabled) ?? row.port_security_enabled,
    dns_name: text(given.dns_name) ?? row.dns_name,
    qos_policy_id: given.qos_policy_id === undefined ? row.qos_policy_id : textOrNull(given.qos_policy_id),
    'binding:host_id': host,
    'binding:profile':
      given['binding:profile'] === undefined ? row['binding:profile'] : objectOf(given['binding:profile']),
    status: statusOf(row, host, boolean(given.admin_state_up)),
  });
}

/** A bound port that is switched off goes DOWN, and comes back when it is switched on. */
function statusOf(row: Port, host: string, up: boolean | undefined): string {
  if (host === '') return 'DOWN';
  if (up === undefined || up === row.admin_state_up) return row.status;
  return up ? 'ACTIVE' : 'DOWN';
}

function refuseTakenMac(call: Call, networkId: string, mac: string): void {
  const taken = call.cloud.neutron.ports.where('mac', mac).some((port) => port.network_id === networkId);
  if (!taken) return;
  const message = `Unable to complete operation for network ${networkId}. The mac address ${mac} is in use.`;
  throw conflict(message, 'MacAddressInUse');
}

function refuseUnknownGroup(call: Call, id: string): void {
  if (call.cloud.neutron.securityGroups.has(id)) return;
  throw notFound(`Security group ${id} does not exist`, 'SecurityGroupNotFound');
}
