import type { NeutronFloatingIp } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceType } from '../resource-type.ts';
import { marksOf } from './marks.ts';
import { floatingIpMoving } from './moving/floating-ips.ts';
import { floatingIps, oneFloatingIp } from './nova-network/floating-ips.ts';
import { ownerOf } from './owner.ts';
import { qosPolicyName } from './qos-policy.ts';

export interface FloatingIpAttributes {
  readonly description: string;
  readonly address: string;
  /** The external network; absent on nova-network, which has pools. */
  readonly networkId?: string;
  /** nova-network's pool. */
  readonly pool?: string;
  /** Absent for an address that is held but not attached, as the next two. */
  readonly portId?: string;
  readonly fixedIpAddress?: string;
  readonly routerId?: string;
  readonly status: string;
  readonly dnsName: string;
  readonly dnsDomain: string;
  readonly qosPolicy?: string;
  readonly tags: readonly string[];
}

/** Networking API, "Floating IPs"; on nova-network, `os-floating-ips-bulk`. Its address is its name. */
export const floatingIp: ResourceType<FloatingIpAttributes> = {
  name: 'floating-ip',
  service: 'network',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['address'] },
  rules: {
    description: 'exact',
    address: 'exact',
    networkId: 'reference',
    pool: 'exact',
    portId: 'reference',
    fixedIpAddress: 'exact',
    routerId: 'reference',
    status: 'state',
    dnsName: 'exact',
    dnsDomain: 'exact',
    qosPolicy: 'exact',
    tags: 'set',
  },

  async *list(reader, scope) {
    if ((await reader.cloud.networking()) === 'nova-network') {
      yield* floatingIps(reader, scope);
      return;
    }
    const filter = {
      ...(scope.projectId === undefined ? {} : { projectId: scope.projectId }),
      ...(scope.name === undefined ? {} : { address: scope.name }),
      ...(scope.tag === undefined ? {} : { tag: scope.tag }),
    };
    for await (const page of reader.cloud.network.floatingIps(filter))
      yield await Promise.all(page.map((body) => asResource(reader, body)));
  },

  async get(reader, id) {
    if ((await reader.cloud.networking()) === 'nova-network') return oneFloatingIp(reader, id);
    return asResource(reader, await reader.cloud.network.floatingIp(id));
  },

  references({ attributes }) {
    const { networkId, portId, routerId } = attributes;
    const references: Reference[] = [];
    if (networkId !== undefined)
      references.push({ type: 'network', id: networkId, relation: 'requires', why: 'is an address of' });
    if (portId !== undefined) references.push({ type: 'port', id: portId, relation: 'requires', why: 'leads to' });
    if (routerId !== undefined)
      references.push({ type: 'router', id: routerId, relation: 'requires', why: 'is translated by' });
    return references;
  },

  moving: floatingIpMoving(asResource),
};

async function asResource(reader: Reader, body: NeutronFloatingIp): Promise<Resource<FloatingIpAttributes>> {
  const { mark, own } = marksOf(body);
  const qosPolicy = await qosPolicyName(reader, body.qos_policy_id);
  return {
    type: 'floating-ip',
    id: body.id,
    name: body.floating_ip_address,
    ...ownerOf(body),
    ...mark,
    attributes: {
      description: own.description,
      address: body.floating_ip_address,
      networkId: body.floating_network_id,
      ...(body.port_id === null ? {} : { portId: body.port_id }),
      ...(body.fixed_ip_address === null ? {} : { fixedIpAddress: body.fixed_ip_address }),
      ...(body.router_id === null ? {} : { routerId: body.router_id }),
      status: body.status,
      dnsName: body.dns_name ?? '',
      dnsDomain: body.dns_domain ?? '',
      ...(qosPolicy === undefined ? {} : { qosPolicy }),
      tags: own.tags,
    },
  };
}
