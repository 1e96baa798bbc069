import type { Cloud } from '../cloud.ts';
import type { Project } from '../keystone/state.ts';
import { allocate, defaultPools, firstHost, newMac, parseCidr, toAddress } from '../neutron/addresses.ts';
import { share } from '../neutron/rbac.ts';
import { standard } from '../neutron/resource.ts';
import { devicePort } from '../neutron/routers.ts';
import type { Network, Port } from '../neutron/state.ts';
import type { NetworkFilling } from './population-schema.ts';
import { PopulationError, type TenantContext } from './tenant-context.ts';

export function addPublicNetwork(
  cloud: Cloud,
  owner: Project,
  given: { readonly name: string; readonly cidr: string },
): void {
  if (cloud.settings.network === 'nova-network') {
    const cidr = parseCidr(given.cidr);
    if (cidr === undefined) throw new PopulationError(`public network: ${given.cidr} is no network`);
    for (let host = 1n; host < 31n; host++) {
      const id = toAddress(cidr.first + host, 4);
      const free = { projectId: null, serverId: null, fixedAddress: null };
      cloud.novaNetwork.floatingIps.add({ id, number: cloud.novaNetwork.nextNumber++, pool: given.name, ...free });
    }
    return;
  }
  const provider = { type: 'flat', physical: 'public', segment: null };
  const network = makeNetwork(cloud, owner, { ...given, dns: [], dhcp: false }, provider);
  share(cloud, 'network', network, 'access_as_external');
}

export function addNetwork({ cloud, project }: TenantContext, given: NetworkFilling): void {
  if (cloud.settings.network === 'nova-network') {
    const cidr = parseCidr(given.cidr);
    if (cidr === undefined) throw new PopulationError(`network ${given.name}: ${given.cidr} is no network`);
    cloud.novaNetwork.networks.add({
      id: cloud.random.uuid(),
      label: given.name,
      cidr: given.cidr,
      gateway: firstHost(cidr),
      vlan: cloud.neutron.nextSegment++,
      projectId: project.id,
      dns1: given.dns[0] ?? null,
      createdAt: cloud.clock.now(),
    });
    return;
  }
  const provider = { type: cloud.tenantNetworkType, physical: null, segment: cloud.neutron.nextSegment++ };
  const network = makeNetwork(cloud, project, { ...given, dhcp: true }, provider);
  if (given.shared) share(cloud, 'network', network);
}

function makeNetwork(
  cloud: Cloud,
  project: Project,
  given: { readonly name: string; readonly cidr: string; readonly dns: string[]; readonly dhcp: boolean },
  provider: { readonly type: string; readonly physical: string | null; readonly segment: number | null },
): Network {
  const cidr = parseCidr(given.cidr);
  if (cidr === undefined) throw new PopulationError(`network ${given.name}: ${given.cidr} is no network`);
  const network = cloud.neutron.networks.add({
    ...standard(cloud, given, project.id),
    admin_state_up: true,
    mtu: provider.type === 'vxlan' ? 1450 : 1500,
    status: 'ACTIVE',
    port_security_enabled: true,
    dns_domain: '',
    qos_policy_id: null,
    is_default: false,
    availability_zone_hints: [],
    'provider:network_type': provider.type,
    'provider:physical_network': provider.physical,
    'provider:segmentation_id': provider.segment,
  });
  const gateway = firstHost(cidr);
  cloud.neutron.subnets.add({
    ...standard(cloud, { name: `${given.name}-subnet` }, project.id),
    network_id: network.id,
    ip_version: cidr.version,
    subnetpool_id: null,
    enable_dhcp: given.dhcp,
    ipv6_ra_mode: null,
    ipv6_address_mode: null,
    gateway_ip: gateway,
    cidr: given.cidr,
    allocation_pools: defaultPools(cidr, gateway),
    host_routes: [],
    dns_nameservers: given.dns,
    service_types: [],
  });
  return network;
}

export function findNetwork({ cloud, project, tenant }: TenantContext, name: string): Network {
  const own = cloud.neutron.networks.where('project', project.id).find((row) => row.name === name);
  const found = own ?? cloud.neutron.networks.find((row) => row.name === name);
  if (found === undefined) throw new PopulationError(`tenant ${tenant.name}: there is no network ${name}`);
  return found;
}

/** One router for the tenant, in all networks that want it. */
export function addRouter(context: TenantContext): void {
  const { cloud, project, tenant } = context;
  if (cloud.settings.network === 'nova-network') return;
  const router = cloud.neutron.routers.add({
    ...standard(cloud, { name: `${tenant.name}-router` }, project.id),
    admin_state_up: true,
    status: 'ACTIVE',
    external_gateway_info: null,
    routes: [],
    distributed: false,
    ha: false,
    availability_zone_hints: [],
    flavor_id: null,
  });
  const external = externalNetwork(cloud);
  if (external !== undefined) {
    const port = devicePort({ cloud }, external, '', router.id, 'network:router_gateway', undefined);
    const gateway = { network_id: external.id, external_fixed_ips: port.fixed_ips, enable_snat: true };
    cloud.neutron.routers.change(router, { external_gateway_info: gateway });
  }
  for (const { name, router: wanted } of tenant.networks) {
    if (!wanted) continue;
    const network = findNetwork(context, name);
    const subnet = cloud.neutron.subnets.where('network', network.id)[0];
    if (subnet?.gateway_ip == null) continue;
    const address = [{ subnet_id: subnet.id, ip_address: subnet.gateway_ip }];
    devicePort({ cloud }, network, project.id, router.id, 'network:router_interface', address);
  }
}

function externalNetwork(cloud: Cloud): Network | undefined {
  const id = cloud.neutron.rbacPolicies.find((row) => row.action === 'access_as_external')?.object_id;
  return id === undefined ? undefined : cloud.neutron.networks.get(id);
}

/** The port of a server that has been running for long. */
export function serverPort(
  context: TenantContext,
  network: Network,
  server: { readonly id: string; readonly name: string; readonly host: string; readonly zone: string },
  given: { readonly address?: string | undefined; readonly groups: string[]; readonly named: boolean },
): Port {
  const { cloud, project } = context;
  const mac = newMac(cloud);
  const asked = given.address === undefined ? undefined : [{ ip_address: given.address }];
  return cloud.neutron.ports.add({
    ...standard(cloud, { name: given.named ? `${server.name}-port` : '' }, project.id),
    network_id: network.id,
    mac_address: mac,
    admin_state_up: true,
    status: 'ACTIVE',
    device_id: server.id,
    device_owner: `compute:${server.zone}`,
    fixed_ips: allocate(cloud, network, asked, mac),
    allowed_address_pairs: [],
    extra_dhcp_opts: [],
    security_groups: given.groups,
    'binding:vnic_type': 'normal',
    'binding:profile': {},
    'binding:host_id': server.host,
    port_security_enabled: true,
    dns_name: server.name.toLowerCase().replace(/[^a-z0-9-]/g, ''),
    qos_policy_id: null,
  });
}

/** A floating address on a server's first port. */
export function addFloatingIp({ cloud, project }: TenantContext, port: Port): void {
  const external = externalNetwork(cloud);
  const fixed = port.fixed_ips[0];
  if (external === undefined || fixed === undefined) {
    throw new PopulationError(`a floating address needs a public network and an address to float on`);
  }
  const base = standard(cloud, {}, project.id);
  const outside = devicePort({ cloud }, external, '', base.id, 'network:floatingip', undefined);
  const router = cloud.neutron.routers.where('project', project.id)[0];
  cloud.neutron.floatingIps.add({
    ...base,
    floating_ip_address: outside.fixed_ips[0]?.ip_address ?? '',
    floating_network_id: external.id,
    router_id: router?.id ?? null,
    port_id: port.id,
    fixed_ip_address: fixed.ip_address,
    status: 'ACTIVE',
    qos_policy_id: null,
    dns_domain: '',
    dns_name: '',
  });
}
