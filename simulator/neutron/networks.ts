import { badRequest, conflict } from '../http/call.ts';
import { boolean, number, text, textOrNull, texts } from '../http/json.ts';
import { isExternal, sees, share, sharedWith, unshare } from './rbac.ts';
import { type Kind, standard } from './resource.ts';
import type { Network } from './state.ts';

/** The one physical network with VLANs (`network_vlan_ranges`); flat networks may be on any, as in the lab. */
const VLANS_ON = 'physnet1';

export const networkKind: Kind<Network> = {
  singular: 'network',
  plural: 'networks',
  path: 'networks',
  missing: ['NetworkNotFound', (id) => `Network ${id} could not be found.`],
  table: (cloud) => cloud.neutron.networks,
  quota: 'network',
  attributes: {
    admin_state_up: { type: 'boolean' },
    mtu: { type: 'number' },
    shared: { type: 'boolean', admin: true },
    'router:external': { type: 'boolean', admin: true },
    port_security_enabled: { type: 'boolean' },
    dns_domain: { type: 'text' },
    qos_policy_id: { type: 'uuid' },
    is_default: { type: 'boolean', admin: true },
    availability_zone_hints: { type: 'list', fixed: true },
    'provider:network_type': { type: 'text', admin: true },
    'provider:physical_network': { type: 'text', admin: true },
    'provider:segmentation_id': { type: 'number', admin: true },
    subnets: { type: 'list', readOnly: true },
  },
  visible: (call, row) => sees(call.cloud, call.caller, row),
  view(call, row) {
    const { cloud, caller } = call;
    const { project_id, created_at, updated_at, revision_number, tags, ...rest } = row;
    const provider = Object.fromEntries(Object.entries(rest).filter(([key]) => key.startsWith('provider:')));
    const pike = cloud.settings.release === 'pike';
    return {
      id: row.id,
      name: row.name,
      tenant_id: project_id,
      admin_state_up: row.admin_state_up,
      mtu: row.mtu,
      status: row.status,
      subnets: cloud.neutron.subnets.where('network', row.id).map((subnet) => subnet.id),
      shared: sharedWith(cloud, row.id, caller.projectId),
      availability_zone_hints: row.availability_zone_hints,
      availability_zones: [],
      ipv4_address_scope: null,
      ipv6_address_scope: null,
      'router:external': isExternal(cloud, row.id),
      description: row.description,
      port_security_enabled: row.port_security_enabled,
      ...(pike ? {} : { dns_domain: row.dns_domain }),
      qos_policy_id: row.qos_policy_id,
      ...(isExternal(cloud, row.id) ? { is_default: row.is_default } : {}),
      tags,
      created_at,
      updated_at,
      revision_number,
      project_id,
      ...(caller.isAdmin ? provider : {}),
    };
  },
  create(call, given, projectId) {
    const { cloud } = call;
    const external = boolean(given['router:external']) ?? false;
    const type = text(given['provider:network_type']) ?? cloud.tenantNetworkType;
    const segment = number(given['provider:segmentation_id']);
    const physical = textOrNull(given['provider:physical_network']);
    if (type === 'vlan' && physical !== null && physical !== VLANS_ON) {
      const message = `Invalid input for operation: physical_network '${physical}' unknown for VLAN provider network.`;
      throw badRequest(message, 'InvalidInput');
    }
    const most = type === 'flat' || type === 'vlan' ? 1500 : 1450;
    if ((number(given.mtu) ?? 0) > most) {
      const message = `Invalid input for operation: Requested MTU is too big, maximum is ${most}.`;
      throw badRequest(message, 'InvalidInput');
    }
    const taken = cloud.neutron.networks.find(
      (row) =>
        row['provider:network_type'] === type &&
        row['provider:physical_network'] === physical &&
        (type === 'flat' || (segment !== undefined && row['provider:segmentation_id'] === segment)),
    );
    if (taken !== undefined && type === 'flat') {
      const message = `Unable to create the flat network. Physical network ${physical} is in use.`;
      throw conflict(message, 'FlatNetworkInUse');
    }
    if (taken !== undefined) {
      const message = `Unable to create the network. The tunnel ID ${segment} is in use.`;
      throw conflict(message, 'TunnelIdInUse');
    }
    const row = cloud.neutron.networks.add({
      ...standard(cloud, given, projectId),
      admin_state_up: boolean(given.admin_state_up) ?? true,
      mtu: number(given.mtu) ?? most,
      status: 'ACTIVE',
      port_security_enabled: boolean(given.port_security_enabled) ?? true,
      dns_domain: text(given.dns_domain) ?? '',
      qos_policy_id: textOrNull(given.qos_policy_id),
      is_default: boolean(given.is_default) ?? false,
      availability_zone_hints: texts(given.availability_zone_hints),
      'provider:network_type': type,
      'provider:physical_network': physical,
      'provider:segmentation_id': type === 'flat' ? null : (segment ?? cloud.neutron.nextSegment++),
    });
    if (boolean(given.shared) === true) share(cloud, 'network', row);
    if (external) share(cloud, 'network', row, 'access_as_external');
    return row;
  },
  update(call, row, given) {
    const { cloud } = call;
    const shared = boolean(given.shared);
    const external = boolean(given['router:external']);
    if (shared === true && !sharedWith(cloud, row.id, '*')) share(cloud, 'network', row);
    if (shared === false) unshare(cloud, row.id, 'access_as_shared');
    if (external === true && !isExternal(cloud, row.id)) share(cloud, 'network', row, 'access_as_external');
    if (external === false) unshare(cloud, row.id, 'access_as_external');
    cloud.neutron.networks.change(row, {
      name: text(given.name) ?? row.name,
      description: text(given.description) ?? row.description,
      admin_state_up: boolean(given.admin_state_up) ?? row.admin_state_up,
      mtu: number(given.mtu) ?? row.mtu,
      port_security_enabled: boolean(given.port_security_enabled) ?? row.port_security_enabled,
      dns_domain: text(given.dns_domain) ?? row.dns_domain,
      qos_policy_id: given.qos_policy_id === undefined ? row.qos_policy_id : textOrNull(given.qos_policy_id),
      is_default: boolean(given.is_default) ?? row.is_default,
    });
  },
  remove(call, row) {
    const { neutron } = call.cloud;
    // Neutron's own ports go with the network, everybody else's hold it.
    const held = neutron.ports.where('network', row.id).some((port) => port.device_owner !== 'network:dhcp');
    if (held) {
      const message = `Unable to complete operation on network ${row.id}. There are one or more ports still in use on the network, id for these ports is: ${neutron.ports
        .where('network', row.id)
        .map((port) => port.id)
        .join(',')}.`;
      throw conflict(message, 'NetworkInUse');
    }
    for (const subnet of neutron.subnets.where('network', row.id)) neutron.subnets.remove(subnet.id);
    for (const port of neutron.ports.where('network', row.id)) neutron.ports.remove(port.id);
  },
};
