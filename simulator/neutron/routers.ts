import { badRequest, type Call, conflict, notFound, ok } from '../http/call.ts';
import { boolean, isObject, type Json, objectOf, objectsOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { owns } from '../policy.ts';
import { allocate, newMac } from './addresses.ts';
import { portKind, removePort } from './ports.ts';
import { isExternal } from './rbac.ts';
import { find, type Kind, standard } from './resource.ts';
import type { Network, Port, Router, Subnet } from './state.ts';
import { subnetKind } from './subnets.ts';

export const routerKind: Kind<Router> = {
  singular: 'router',
  plural: 'routers',
  path: 'routers',
  missing: ['RouterNotFound', (id) => `Router ${id} could not be found`],
  table: (cloud) => cloud.neutron.routers,
  quota: 'router',
  attributes: {
    admin_state_up: { type: 'boolean' },
    external_gateway_info: { type: 'object' },
    routes: { type: 'list', later: true },
    distributed: { type: 'boolean', admin: true },
    ha: { type: 'boolean', admin: true },
    availability_zone_hints: { type: 'list', fixed: true },
    flavor_id: { type: 'uuid', fixed: true },
  },
  visible: ({ caller }, row) => owns(caller, row.project_id),
  view(call, row) {
    const { id, name, project_id, tags, created_at, updated_at, revision_number } = row;
    return {
      id,
      name,
      tenant_id: project_id,
      admin_state_up: row.admin_state_up,
      status: row.status,
      external_gateway_info: row.external_gateway_info,
      description: row.description,
      availability_zones: [],
      ...(call.caller.isAdmin ? { distributed: row.distributed, ha: row.ha } : {}),
      availability_zone_hints: row.availability_zone_hints,
      routes: row.routes,
      flavor_id: row.flavor_id,
      tags,
      created_at,
      updated_at,
      revision_number,
      project_id,
    };
  },
  create(call, given, projectId) {
    const row = call.cloud.neutron.routers.add({
      ...standard(call.cloud, given, projectId),
      admin_state_up: boolean(given.admin_state_up) ?? true,
      status: 'ACTIVE',
      external_gateway_info: null,
      routes: [],
      distributed: boolean(given.distributed) ?? false,
      ha: boolean(given.ha) ?? false,
      availability_zone_hints: [],
      flavor_id: null,
    });
    if (isObject(given.external_gateway_info)) setGateway(call, row, given.external_gateway_info);
    return row;
  },
  update(call, row, given) {
    const gateway = given.external_gateway_info;
    if (gateway !== undefined) setGateway(call, row, objectOf(gateway));
    call.cloud.neutron.routers.change(row, {
      name: text(given.name) ?? row.name,
      description: text(given.description) ?? row.description,
      admin_state_up: boolean(given.admin_state_up) ?? row.admin_state_up,
      routes: given.routes === undefined ? row.routes : routesOf(given),
    });
  },
  remove(call, row) {
    const held = interfacesOf(call, row).filter((port) => port.device_owner !== 'network:router_gateway');
    if (held.length > 0) {
      const ids = held.map((port) => port.id).join(',');
      throw conflict(`Router ${row.id} has ports still attached: ${ids}`, 'RouterInUse');
    }
    for (const port of interfacesOf(call, row)) removePort(call, port);
  },
};

function routesOf(given: Json) {
  return objectsOf(given.routes).map((route) => ({
    destination: text(route.destination) ?? '',
    nexthop: text(route.nexthop) ?? '',
  }));
}

const interfacesOf = (call: Call, row: Router): Port[] => call.cloud.neutron.ports.where('device', row.id);

/** An empty object takes the gateway away; a network gives a port with an address there. */
function setGateway(call: Call, row: Router, given: Json): void {
  const { neutron } = call.cloud;
  const old = interfacesOf(call, row).find((port) => port.device_owner === 'network:router_gateway');
  const networkId = text(given.network_id);
  const network = networkId === undefined ? undefined : neutron.networks.get(networkId);
  if (networkId !== undefined && network === undefined) {
    throw notFound(`Network ${networkId} could not be found.`, 'NetworkNotFound');
  }
  if (network !== undefined && !isExternal(call.cloud, network.id)) {
    throw badRequest(`Bad router request: Network ${network.id} is not an external network.`, 'BadRequest');
  }
  if (old !== undefined) {
    const used = neutron.floatingIps.all().some((row_) => row_.router_id === row.id);
    if (used) {
      const message = `Gateway cannot be updated for router ${row.id}, since a gateway to external network ${old.network_id} is required by one or more floating IPs.`;
      throw conflict(message, 'RouterExternalGatewayInUseByFloatingIp');
    }
    removePort(call, old);
  }
  if (network === undefined) {
    neutron.routers.change(row, { external_gateway_info: null });
    return;
  }
  const asked = objectsOf(given.external_fixed_ips);
  const ips = asked.map((ip) => ({ subnet_id: text(ip.subnet_id), ip_address: text(ip.ip_address) }));
  // The gateway port belongs to nobody: tenants do not see it among their ports.
  const port = devicePort(call, network, '', row.id, 'network:router_gateway', ips.length > 0 ? ips : undefined);
  neutron.routers.change(row, {
    external_gateway_info: {
      network_id: network.id,
      external_fixed_ips: port.fixed_ips,
      enable_snat: boolean(given.enable_snat) ?? true,
    },
  });
}

/** A port that Neutron makes for itself. */
export function devicePort(
  call: Pick<Call, 'cloud'>,
  network: Network,
  projectId: string,
  deviceId: string,
  owner: string,
  ips: Parameters<typeof allocate>[2],
): Port {
  const { cloud } = call;
  const mac = newMac(cloud);
  return cloud.neutron.ports.add({
    ...standard(cloud, {}, projectId),
    network_id: network.id,
    mac_address: mac,
    admin_state_up: true,
    status: owner === 'network:floatingip' ? 'N/A' : 'DOWN',
    device_id: deviceId,
    device_owner: owner,
    fixed_ips: allocate(cloud, network, ips, mac),
    allowed_address_pairs: [],
    extra_dhcp_opts: [],
    security_groups: [],
    'binding:vnic_type': 'normal',
    'binding:profile': {},
    'binding:host_id': '',
    port_security_enabled: false,
    dns_name: '',
    qos_policy_id: null,
  });
}

export function routeRouterInterfaces(service: Service): void {
  service.put('/v2.0/routers/:id/add_router_interface', (call) => {
    const router = find(call, routerKind);
    const given = objectOf(call.body);
    const port = text(given.port_id) === undefined ? bySubnet(call, router, given) : byPort(call, router, given);
    return ok(interfaceView(router, port));
  });
  service.put('/v2.0/routers/:id/remove_router_interface', (call) => {
    const router = find(call, routerKind);
    const given = objectOf(call.body);
    const subnetId = text(given.subnet_id);
    const port = interfacesOf(call, router).find(
      (row) => row.id === given.port_id || row.fixed_ips.some((ip) => ip.subnet_id === subnetId),
    );
    if (port === undefined) {
      const message = `Router ${router.id} has no interface on subnet ${subnetId ?? ''}`;
      throw notFound(message, 'RouterInterfaceNotFoundForSubnet');
    }
    refuseNeeded(call, router, port);
    removePort(call, port);
    return ok(interfaceView(router, port));
  });
}

function bySubnet(call: Call, router: Router, given: Json): Port {
  const subnet: Subnet = find(call, subnetKind, text(given.subnet_id));
  if (interfacesOf(call, router).some((port) => port.fixed_ips.some((ip) => ip.subnet_id === subnet.id))) {
    throw badRequest(`Bad router request: Router already has a port on subnet ${subnet.id}.`, 'BadRequest');
  }
  if (subnet.gateway_ip === null) {
    throw badRequest('Bad router request: Subnet for router interface must have a gateway IP.', 'BadRequest');
  }
  const network = call.cloud.neutron.networks.get(subnet.network_id);
  if (network === undefined) throw notFound(`Network ${subnet.network_id} could not be found.`, 'NetworkNotFound');
  const ips = [{ subnet_id: subnet.id, ip_address: subnet.gateway_ip }];
  return devicePort(call, network, router.project_id, router.id, 'network:router_interface', ips);
}

function byPort(call: Call, router: Router, given: Json): Port {
  const port = find(call, portKind, text(given.port_id));
  if (port.device_id !== '') {
    const message = `Unable to complete operation on port ${port.id} for network ${port.network_id}. Port already has an attached device ${port.device_id}.`;
    throw conflict(message, 'PortInUse');
  }
  return call.cloud.neutron.ports.change(port, { device_id: router.id, device_owner: 'network:router_interface' });
}

/** A subnet behind which a floating address is in use must keep its router. */
function refuseNeeded(call: Call, router: Router, port: Port): void {
  const { neutron } = call.cloud;
  for (const { subnet_id } of port.fixed_ips) {
    const needed = neutron.floatingIps.all().some((row) => {
      const inside = neutron.ports.get(row.port_id ?? '');
      return row.router_id === router.id && inside?.fixed_ips.some((ip) => ip.subnet_id === subnet_id) === true;
    });
    if (needed) {
      const message = `Router interface for subnet ${subnet_id} on router ${router.id} cannot be deleted, as it is required by one or more floating IPs.`;
      throw conflict(message, 'RouterInterfaceInUseByFloatingIP');
    }
  }
}

function interfaceView(router: Router, port: Port): object {
  const subnetIds = port.fixed_ips.map((ip) => ip.subnet_id);
  return {
    id: router.id,
    tenant_id: port.project_id,
    port_id: port.id,
    network_id: port.network_id,
    subnet_id: subnetIds[0],
    subnet_ids: subnetIds,
  };
}
