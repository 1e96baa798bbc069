import type { NeutronSubnet } from '../../services/openstack/index.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { inOrder } from './in-order.ts';
import { marksOf } from './marks.ts';
import { subnetMoving } from './moving/subnets.ts';
import { oneSubnet, subnets } from './nova-network/networks.ts';
import { ownerOf } from './owner.ts';

export interface SubnetAttributes {
  readonly description: string;
  readonly networkId: string;
  readonly ipVersion: 4 | 6;
  readonly cidr: string;
  readonly gatewayIp?: string;
  readonly dhcp: boolean;
  readonly allocationPools: readonly { readonly start: string; readonly end: string }[];
  /** The order is the order of use. */
  readonly dnsNameservers: readonly string[];
  readonly hostRoutes: readonly { readonly destination: string; readonly nexthop: string }[];
  readonly ipv6AddressMode?: string;
  readonly ipv6RaMode?: string;
  readonly subnetPoolId?: string;
  readonly serviceTypes: readonly string[];
  readonly tags: readonly string[];
}

/** Networking API, "Subnets"; on nova-network, the address ranges of a network. */
export const subnet: ResourceType<SubnetAttributes> = {
  name: 'subnet',
  service: 'network',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['networkId', 'cidr'] },
  rules: {
    description: 'exact',
    networkId: 'reference',
    ipVersion: 'exact',
    cidr: 'exact',
    gatewayIp: 'exact',
    dhcp: 'exact',
    allocationPools: 'set',
    dnsNameservers: 'exact',
    hostRoutes: 'set',
    ipv6AddressMode: 'exact',
    ipv6RaMode: 'exact',
    subnetPoolId: 'state',
    serviceTypes: 'set',
    tags: 'set',
  },

  async *list(reader, scope) {
    if ((await reader.cloud.networking()) === 'nova-network') {
      yield await subnets(reader, scope);
      return;
    }
    for await (const page of reader.cloud.network.subnets(scope)) yield page.map(asResource);
  },

  async get(reader, id) {
    if ((await reader.cloud.networking()) === 'nova-network') return oneSubnet(reader, id);
    return asResource(await reader.cloud.network.subnet(id));
  },

  references({ attributes }) {
    return [{ type: 'network', id: attributes.networkId, relation: 'requires', why: 'is in' }];
  },

  moving: subnetMoving(asResource),
};

function asResource(body: NeutronSubnet): Resource<SubnetAttributes> {
  const { mark, own } = marksOf(body);
  return {
    type: 'subnet',
    id: body.id,
    name: body.name,
    ...ownerOf(body),
    ...mark,
    attributes: {
      description: own.description,
      networkId: body.network_id,
      ipVersion: body.ip_version,
      cidr: body.cidr,
      ...(body.gateway_ip === null ? {} : { gatewayIp: body.gateway_ip }),
      dhcp: body.enable_dhcp,
      allocationPools: inOrder(body.allocation_pools),
      dnsNameservers: body.dns_nameservers,
      hostRoutes: inOrder(body.host_routes),
      ...(body.ipv6_address_mode ? { ipv6AddressMode: body.ipv6_address_mode } : {}),
      ...(body.ipv6_ra_mode ? { ipv6RaMode: body.ipv6_ra_mode } : {}),
      ...(body.subnetpool_id ? { subnetPoolId: body.subnetpool_id } : {}),
      serviceTypes: [...(body.service_types ?? [])].sort(),
      tags: own.tags,
    },
  };
}
