import type {
  NovaNetworkFloatingIp,
  NovaNetworkNetwork,
  NovaNetworkSecurityGroup,
  NovaServer,
} from '../../services/openstack/index.ts';
import { ApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { ListScope, Resource, ResourceTypeName } from '../resource-type.ts';
import { ownProjectId, seesEveryProject, unlessForbidden, unlessGone } from '../visibility.ts';
import type { FloatingIpAttributes } from './floating-ip.ts';
import { inOrder } from './in-order.ts';
import type { NetworkAttributes } from './network.ts';
import type { PortAttributes } from './port.ts';
import type { SecurityGroupAttributes } from './security-group.ts';
import type { SubnetAttributes } from './subnet.ts';

/**
 * A cloud with nova-network, shown as Neutron would show it, so that its tenants can move to Neutron: a network's address
 * range is a subnet (`NETWORK/v4`), a server's interface a port (its MAC), a held address a floating IP.
 */

function matches(scope: ListScope, resource: Resource): boolean {
  return (
    (scope.name === undefined || scope.name === resource.name) &&
    (scope.projectId === undefined || scope.projectId === resource.projectId)
  );
}

/** The one of a list with this id: nova-network's lists are short and its single reads incomplete. */
export async function only<A extends object>(
  reader: Reader,
  list: (reader: Reader, scope: ListScope) => Promise<readonly Resource<A>[]>,
  id: string,
): Promise<Resource<A>> {
  const found = (await list(reader, {})).find((resource) => resource.id === id);
  if (found === undefined) throw unknown(reader, id);
  return found;
}

function allNetworks(reader: Reader): Promise<readonly NovaNetworkNetwork[]> {
  return reader.once('nova-network networks', async () => {
    const found = await unlessForbidden(reader, 'network', 'networks', () => reader.cloud.novaNetwork.networks());
    return found ?? [];
  });
}

export async function networks(reader: Reader, scope: ListScope): Promise<readonly Resource<NetworkAttributes>[]> {
  return (await allNetworks(reader)).map(asNetwork).filter((resource) => matches(scope, resource));
}

function asNetwork(body: NovaNetworkNetwork): Resource<NetworkAttributes> {
  return {
    type: 'network',
    id: body.id,
    name: body.label,
    ...(body.project_id === null ? {} : { projectId: body.project_id }),
    attributes: {
      description: '',
      status: 'ACTIVE',
      adminStateUp: true,
      shared: body.project_id === null,
      external: false,
      isDefault: false,
      ...(body.mtu === null ? {} : { mtu: body.mtu }),
      dnsDomain: '',
      portSecurity: true,
      availabilityZoneHints: [],
      providerNetworkType: body.vlan === null ? 'flat' : 'vlan',
      ...(body.bridge_interface === null ? {} : { providerPhysicalNetwork: body.bridge_interface }),
      ...(body.vlan === null ? {} : { providerSegmentationId: body.vlan }),
      access: [],
      subnetIds: ranges(body).map((range) => range.id),
      tags: [],
    },
  };
}

function ranges(body: NovaNetworkNetwork): { id: string; ipVersion: 4 | 6; cidr: string; gateway: string | null }[] {
  return [
    ...(body.cidr === null
      ? []
      : [{ id: `${body.id}/v4`, ipVersion: 4 as const, cidr: body.cidr, gateway: body.gateway }]),
    ...(body.cidr_v6 === null
      ? []
      : [{ id: `${body.id}/v6`, ipVersion: 6 as const, cidr: body.cidr_v6, gateway: body.gateway_v6 }]),
  ];
}

export async function subnets(reader: Reader, scope: ListScope): Promise<readonly Resource<SubnetAttributes>[]> {
  return (await allNetworks(reader))
    .flatMap((body) => ranges(body).map((range) => asSubnet(body, range)))
    .filter((resource) => matches(scope, resource));
}

function asSubnet(body: NovaNetworkNetwork, range: ReturnType<typeof ranges>[number]): Resource<SubnetAttributes> {
  return {
    type: 'subnet',
    id: range.id,
    name: body.label,
    ...(body.project_id === null ? {} : { projectId: body.project_id }),
    attributes: {
      description: '',
      networkId: body.id,
      ipVersion: range.ipVersion,
      cidr: range.cidr,
      ...(range.gateway === null ? {} : { gatewayIp: range.gateway }),
      dhcp: body.enable_dhcp ?? true,
      // nova-network leases from `dhcp_start` to the end of the range and does not say where that is.
      allocationPools: [],
      dnsNameservers: [body.dns1, body.dns2].filter((server) => server !== null),
      hostRoutes: [],
      serviceTypes: [],
      tags: [],
    },
  };
}

/** Interfaces of the servers of a page; the id is the MAC, the only name that an interface has here. */
export async function* ports(reader: Reader, scope: ListScope): AsyncIterable<readonly Resource<PortAttributes>[]> {
  if (scope.name !== undefined) return;
  const everyProject = await seesEveryProject(reader);
  for await (const page of reader.cloud.compute.servers(scope, everyProject))
    yield (await Promise.all(page.map((server) => portsOf(reader, server)))).flat();
}

export async function onlyPort(reader: Reader, mac: string): Promise<Resource<PortAttributes>> {
  for await (const page of ports(reader, {})) for (const found of page) if (found.id === mac) return found;
  throw unknown(reader, mac);
}

export async function portsOf(reader: Reader, server: NovaServer): Promise<readonly Resource<PortAttributes>[]> {
  const groupIds = await groupIdsOf(reader, server);
  const networksByLabel = new Map((await allNetworks(reader)).map((body) => [body.label, body]));
  const found = new Map<string, Resource<PortAttributes>>();
  for (const [label, addresses] of Object.entries(server.addresses)) {
    const network = networksByLabel.get(label);
    for (const address of addresses) {
      const mac = address['OS-EXT-IPS-MAC:mac_addr'];
      if (mac === undefined || address['OS-EXT-IPS:type'] === 'floating') continue;
      const networkId = network?.id ?? label;
      const fixedIp = { subnetId: `${networkId}/v${address.version}`, ipAddress: address.addr };
      const known = found.get(mac);
      const fixedIps = [...(known?.attributes.fixedIps ?? []), fixedIp];
      found.set(mac, asPort(server, mac, networkId, fixedIps, groupIds));
    }
  }
  return [...found.values()];
}

function asPort(
  server: NovaServer,
  mac: string,
  networkId: string,
  fixedIps: PortAttributes['fixedIps'],
  securityGroupIds: readonly string[],
): Resource<PortAttributes> {
  const host = server['OS-EXT-SRV-ATTR:host'];
  return {
    type: 'port',
    id: mac,
    name: '',
    projectId: server.tenant_id,
    ...(host ? { host } : {}),
    attributes: {
      description: '',
      networkId,
      macAddress: mac,
      fixedIps,
      deviceOwner: `compute:${server['OS-EXT-AZ:availability_zone'] ?? 'nova'}`,
      deviceId: server.id,
      status: server.status === 'ACTIVE' ? 'ACTIVE' : 'DOWN',
      adminStateUp: true,
      securityGroupIds,
      portSecurity: true,
      allowedAddressPairs: [],
      extraDhcpOptions: [],
      vnicType: 'normal',
      dnsName: '',
      tags: [],
    },
  };
}

/** A server names its groups; names are unique within its project. */
async function groupIdsOf(reader: Reader, server: NovaServer): Promise<readonly string[]> {
  const names = new Set((server.security_groups ?? []).map((group) => group.name));
  return (await allSecurityGroups(reader))
    .filter((group) => group.tenant_id === server.tenant_id && names.has(group.name))
    .map((group) => String(group.id))
    .sort();
}

function allSecurityGroups(reader: Reader): Promise<readonly NovaNetworkSecurityGroup[]> {
  return reader.once('nova-network security groups', async () =>
    reader.cloud.novaNetwork.securityGroups(await seesEveryProject(reader)),
  );
}

export async function securityGroups(
  reader: Reader,
  scope: ListScope,
): Promise<readonly Resource<SecurityGroupAttributes>[]> {
  const all = await allSecurityGroups(reader);
  return all.map((body) => asSecurityGroup(body, all)).filter((resource) => matches(scope, resource));
}

function asSecurityGroup(
  body: NovaNetworkSecurityGroup,
  all: readonly NovaNetworkSecurityGroup[],
): Resource<SecurityGroupAttributes> {
  const idOf = (name: string | undefined, projectId: string | undefined) =>
    all.find((group) => group.name === name && group.tenant_id === projectId)?.id;
  const rules = body.rules.map((rule) => {
    const remote = rule.group.name === undefined ? undefined : idOf(rule.group.name, rule.group.tenant_id);
    return {
      direction: 'ingress' as const,
      etherType: rule.ip_range.cidr?.includes(':') === true ? 'IPv6' : 'IPv4',
      ...(rule.ip_protocol === null ? {} : { protocol: rule.ip_protocol }),
      // -1 is nova-network's "any".
      ...(rule.from_port === null || rule.from_port === -1 ? {} : { portMin: rule.from_port }),
      ...(rule.to_port === null || rule.to_port === -1 ? {} : { portMax: rule.to_port }),
      ...(rule.ip_range.cidr === undefined ? {} : { remoteCidr: rule.ip_range.cidr }),
      ...(remote === undefined ? {} : { remoteGroupId: String(remote) }),
      description: '',
    };
  });
  return {
    type: 'security-group',
    id: String(body.id),
    name: body.name,
    projectId: body.tenant_id,
    attributes: { description: body.description ?? '', stateful: true, rules: inOrder(rules), tags: [] },
  };
}

export async function floatingIps(
  reader: Reader,
  scope: ListScope,
): Promise<readonly Resource<FloatingIpAttributes>[]> {
  const all = (await seesEveryProject(reader))
    ? await reader.cloud.novaNetwork.allFloatingIps()
    : await reader.cloud.novaNetwork.ownFloatingIps(await ownProjectId(reader));
  const resources = await Promise.all(all.map((item) => asFloatingIp(reader, item)));
  return resources.filter((resource) => matches(scope, resource));
}

async function asFloatingIp(reader: Reader, item: NovaNetworkFloatingIp): Promise<Resource<FloatingIpAttributes>> {
  const portId = await portWith(reader, item);
  return {
    type: 'floating-ip',
    id: item.address,
    name: item.address,
    ...(item.projectId === undefined ? {} : { projectId: item.projectId }),
    attributes: {
      description: '',
      address: item.address,
      pool: item.pool,
      ...(portId === undefined ? {} : { portId }),
      ...(item.fixedIp === undefined ? {} : { fixedIpAddress: item.fixedIp }),
      status: item.fixedIp === undefined ? 'DOWN' : 'ACTIVE',
      dnsName: '',
      dnsDomain: '',
      tags: [],
    },
  };
}

async function portWith(reader: Reader, { serverId, fixedIp }: NovaNetworkFloatingIp): Promise<string | undefined> {
  if (serverId === undefined || fixedIp === undefined) return undefined;
  const server = await reader.once(`server ${serverId}`, () => unlessGone(() => reader.cloud.compute.server(serverId)));
  if (server === undefined) return undefined;
  const port = (await portsOf(reader, server)).find(({ attributes }) =>
    attributes.fixedIps.some(({ ipAddress }) => ipAddress === fixedIp),
  );
  return port?.id;
}

export function unknown(reader: Reader, id: string, type: ResourceTypeName = 'port'): ApiError {
  return new ApiError({
    cloud: reader.cloud.name,
    service: 'compute',
    method: 'GET',
    path: 'os-networks',
    kind: 'not-found',
    retry: { when: 'never' },
    reason: `nova-network has no ${type} ${id}`,
  });
}
