import type { NeutronNetwork } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceType } from '../resource-type.ts';
import { type Access, accessTo, admitted } from './access.ts';
import { marksOf } from './marks.ts';
import { networkMoving } from './moving/networks.ts';
import { networks, oneNetwork } from './nova-network/networks.ts';
import { ownerOf } from './owner.ts';
import { qosPolicyName } from './qos-policy.ts';

export interface NetworkAttributes {
  readonly description: string;
  readonly status: string;
  readonly adminStateUp: boolean;
  readonly shared: boolean;
  readonly external: boolean;
  readonly isDefault: boolean;
  readonly mtu?: number;
  readonly dnsDomain: string;
  readonly portSecurity: boolean;
  /** Absent where the cloud leaves it to its drivers. */
  readonly vlanTransparent?: boolean;
  readonly qosPolicy?: string;
  readonly availabilityZoneHints: readonly string[];
  /** Visible to admins only, as are the next two. */
  readonly providerNetworkType?: string;
  readonly providerPhysicalNetwork?: string;
  readonly providerSegmentationId?: number;
  readonly access: readonly Access[];
  readonly subnetIds: readonly string[];
  readonly tags: readonly string[];
}

/** Networking API, "Networks"; on nova-network, `os-networks`. */
export const network: ResourceType<NetworkAttributes> = {
  name: 'network',
  service: 'network',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['projectId', 'name'] },
  rules: {
    description: 'exact',
    status: 'state',
    adminStateUp: 'exact',
    shared: 'exact',
    external: 'exact',
    isDefault: 'exact',
    mtu: 'exact',
    dnsDomain: 'exact',
    portSecurity: 'exact',
    vlanTransparent: 'exact',
    qosPolicy: 'exact',
    availabilityZoneHints: 'set',
    providerNetworkType: 'exact',
    providerPhysicalNetwork: 'exact',
    providerSegmentationId: 'exact',
    access: 'set',
    subnetIds: 'reference',
    tags: 'set',
  },

  async *list(reader, scope) {
    if ((await reader.cloud.networking()) === 'nova-network') {
      yield await networks(reader, scope);
      return;
    }
    for await (const page of reader.cloud.network.networks(scope))
      yield await Promise.all(page.map((body) => asResource(reader, body)));
  },

  async get(reader, id) {
    if ((await reader.cloud.networking()) === 'nova-network') return oneNetwork(reader, id);
    return asResource(reader, await reader.cloud.network.network(id));
  },

  references({ attributes }) {
    const references: Reference[] = [...admitted(attributes.access)];
    for (const id of attributes.subnetIds) references.push({ type: 'subnet', id, relation: 'contains', why: 'has' });
    return references;
  },

  moving: networkMoving(asResource),
};

async function asResource(reader: Reader, body: NeutronNetwork): Promise<Resource<NetworkAttributes>> {
  const qosPolicy = await qosPolicyName(reader, body.qos_policy_id);
  const transparent = body.vlan_transparent;
  const type = body['provider:network_type'];
  const physical = body['provider:physical_network'];
  const segment = body['provider:segmentation_id'];
  const { mark, own } = marksOf(body);
  return {
    type: 'network',
    id: body.id,
    name: body.name,
    ...ownerOf(body),
    ...mark,
    attributes: {
      description: own.description,
      status: body.status,
      adminStateUp: body.admin_state_up,
      shared: body.shared,
      external: body['router:external'] ?? false,
      isDefault: body.is_default ?? false,
      ...(body.mtu === undefined ? {} : { mtu: body.mtu }),
      dnsDomain: body.dns_domain ?? '',
      portSecurity: body.port_security_enabled ?? true,
      ...(transparent === undefined || transparent === null ? {} : { vlanTransparent: transparent }),
      ...(qosPolicy === undefined ? {} : { qosPolicy }),
      availabilityZoneHints: [...(body.availability_zone_hints ?? [])].sort(),
      ...(type === undefined || type === null ? {} : { providerNetworkType: type }),
      ...(physical === undefined || physical === null ? {} : { providerPhysicalNetwork: physical }),
      ...(segment === undefined || segment === null ? {} : { providerSegmentationId: segment }),
      access: await accessTo(reader, body.id),
      subnetIds: [...body.subnets].sort(),
      tags: own.tags,
    },
  };
}
