import { badRequest, type Call, conflict, notFound } from '../http/call.ts';
import { type Json, text, textOrNull } from '../http/json.ts';
import { owns } from '../policy.ts';
import { networkKind } from './networks.ts';
import { portKind, removePort } from './ports.ts';
import { isExternal } from './rbac.ts';
import { find, type Kind, standard } from './resource.ts';
import { devicePort } from './routers.ts';
import type { FloatingIp } from './state.ts';

export const floatingIpKind: Kind<FloatingIp> = {
  singular: 'floatingip',
  plural: 'floatingips',
  path: 'floatingips',
  missing: ['FloatingIPNotFound', (id) => `Floating IP ${id} could not be found`],
  table: (cloud) => cloud.neutron.floatingIps,
  quota: 'floatingip',
  attributes: {
    floating_network_id: { type: 'uuid', required: true, fixed: true },
    floating_ip_address: { type: 'text', fixed: true, admin: true },
    subnet_id: { type: 'text', fixed: true },
    port_id: { type: 'text' },
    fixed_ip_address: { type: 'text' },
    router_id: { type: 'text', readOnly: true },
    qos_policy_id: { type: 'uuid' },
    dns_domain: { type: 'text', fixed: true },
    dns_name: { type: 'text', fixed: true },
  },
  visible: ({ caller }, row) => owns(caller, row.project_id),
  view(call, row) {
    const { cloud } = call;
    const port = row.port_id === null ? undefined : cloud.neutron.ports.get(row.port_id);
    const zed = cloud.settings.release !== 'pike';
    const { id, project_id, tags, created_at, updated_at, revision_number } = row;
    return {
      id,
      tenant_id: project_id,
      floating_ip_address: row.floating_ip_address,
      floating_network_id: row.floating_network_id,
      router_id: row.router_id,
      port_id: row.port_id,
      fixed_ip_address: row.fixed_ip_address,
      status: row.status,
      description: row.description,
      ...(zed
        ? {
            qos_policy_id: row.qos_policy_id,
            port_details:
              port === undefined
                ? null
                : {
                    name: port.name,
                    network_id: port.network_id,
                    mac_address: port.mac_address,
                    admin_state_up: port.admin_state_up,
                    status: port.status,
                    device_id: port.device_id,
                    device_owner: port.device_owner,
                  },
            dns_domain: row.dns_domain,
            dns_name: row.dns_name,
          }
        : {}),
      tags,
      created_at,
      updated_at,
      revision_number,
      project_id,
    };
  },
  create,
  update(call, row, given) {
    call.cloud.neutron.floatingIps.change(row, {
      description: text(given.description) ?? row.description,
      qos_policy_id: given.qos_policy_id === undefined ? row.qos_policy_id : textOrNull(given.qos_policy_id),
    });
    // A PUT without port_id takes the address away from its port, as one with null does.
    if ('port_id' in given) associate(call, row, given);
  },
  remove(call, row) {
    const port = call.cloud.neutron.ports.where('device', row.id)[0];
    if (port !== undefined) removePort(call, port);
  },
};

function create(call: Call, given: Json, projectId: string): FloatingIp {
  const { cloud } = call;
  const network = find(call, networkKind, text(given.floating_network_id));
  if (!isExternal(cloud, network.id)) {
    throw badRequest(`Network ${network.id} is not a valid external network.`, 'ExternalNetworkNotFound');
  }
  const base = standard(cloud, given, projectId);
  const address = text(given.floating_ip_address);
  const subnetId = text(given.subnet_id);
  const ips =
    address === undefined && subnetId === undefined ? undefined : [{ ip_address: address, subnet_id: subnetId }];
  const port = devicePort(call, network, '', base.id, 'network:floatingip', ips);
  const row = cloud.neutron.floatingIps.add({
    ...base,
    revision_number: 0,
    floating_ip_address: port.fixed_ips[0]?.ip_address ?? '',
    floating_network_id: network.id,
    router_id: null,
    port_id: null,
    fixed_ip_address: null,
    status: 'DOWN',
    qos_policy_id: textOrNull(given.qos_policy_id),
    dns_domain: text(given.dns_domain) ?? '',
    dns_name: text(given.dns_name) ?? '',
  });
  if (typeof given.port_id === 'string') {
    try {
      associate(call, row, given);
    } catch (error) {
      removePort(call, port);
      cloud.neutron.floatingIps.remove(row.id);
      throw error;
    }
  }
  return row;
}

function associate(call: Call, row: FloatingIp, given: Json): void {
  const { neutron } = call.cloud;
  const portId = text(given.port_id);
  if (portId === undefined) {
    neutron.floatingIps.change(row, { port_id: null, fixed_ip_address: null, router_id: null, status: 'DOWN' });
    return;
  }
  const port = find(call, portKind, portId);
  const fixed = text(given.fixed_ip_address) ?? port.fixed_ips.find((ip) => ip.ip_address.includes('.'))?.ip_address;
  const ip = port.fixed_ips.find((candidate) => candidate.ip_address === fixed);
  if (ip === undefined) {
    const message = `Bad floatingip request: Port ${port.id} does not have fixed ip ${fixed ?? ''}.`;
    throw badRequest(message, 'BadRequest');
  }
  const other = neutron.floatingIps
    .where('port', port.id)
    .find((candidate) => candidate.id !== row.id && candidate.fixed_ip_address === fixed);
  if (other !== undefined) {
    const message = `Cannot associate floating IP ${row.floating_ip_address} (${row.id}) with port ${port.id} using fixed IP ${fixed}, as that fixed IP already has a floating IP on external network ${row.floating_network_id}.`;
    throw conflict(message, 'FloatingIPPortAlreadyAssociated');
  }
  const router = neutron.routers
    .all()
    .find(
      (candidate) =>
        candidate.external_gateway_info?.network_id === row.floating_network_id &&
        neutron.ports.where('device', candidate.id).some((p) => p.fixed_ips.some((f) => f.subnet_id === ip.subnet_id)),
    );
  if (router === undefined) {
    const message = `External network ${row.floating_network_id} is not reachable from subnet ${ip.subnet_id}.  Therefore, cannot associate Port ${port.id} with a Floating IP.`;
    throw notFound(message, 'ExternalGatewayForFloatingIPNotFound');
  }
  const patch = { port_id: port.id, fixed_ip_address: ip.ip_address, router_id: router.id };
  // Without an L3 agent the real one stays DOWN; with one it is ACTIVE, which clients see on most clouds.
  neutron.floatingIps.change(row, { ...patch, status: 'ACTIVE' });
}
