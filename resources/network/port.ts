import type { NeutronFixedIp, NeutronPort } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceType } from '../resource-type.ts';
import { inOrder } from './in-order.ts';
import { marksOf } from './marks.ts';
import { portMoving } from './moving/ports.ts';
import { onePort, ports } from './nova-network/ports.ts';
import { ownerOf } from './owner.ts';
import { qosPolicyName } from './qos-policy.ts';

export interface FixedIp {
  readonly subnetId: string;
  readonly ipAddress: string;
}

export interface PortAttributes {
  readonly description: string;
  readonly networkId: string;
  readonly macAddress: string;
  readonly fixedIps: readonly FixedIp[];
  /** `compute:ZONE`, `network:router_interface` …; empty for a port that nothing uses. */
  readonly deviceOwner: string;
  readonly deviceId: string;
  readonly status: string;
  readonly adminStateUp: boolean;
  readonly securityGroupIds: readonly string[];
  readonly portSecurity: boolean;
  readonly allowedAddressPairs: readonly { readonly ipAddress: string; readonly macAddress?: string }[];
  readonly extraDhcpOptions: readonly { readonly name: string; readonly value: string; readonly ipVersion?: number }[];
  readonly vnicType: string;
  /** What SR-IOV and the like need of the host. Absent when empty; visible to admins only. */
  readonly bindingProfile?: Readonly<Record<string, unknown>>;
  readonly qosPolicy?: string;
  readonly dnsName: string;
  readonly uplinkStatusPropagation?: boolean;
  readonly tags: readonly string[];
}

/** Ports that Neutron's agents make, move and take away: DHCP, HA routers, OVN's metadata, DVR's gateways. */
const OWNERS_OF_ITS_OWN = [
  'network:dhcp',
  'network:router_ha',
  'network:distributed',
  'network:floatingip_agent_gateway',
];

/** Networking API, "Ports"; on nova-network, what servers tell of their interfaces, as `SERVER/MAC`. */
export const port: ResourceType<PortAttributes> = {
  name: 'port',
  service: 'network',
  ownedBy: 'project',
  onHosts: true,
  identity: { keepsId: false, key: ['networkId', 'macAddress'] },
  rules: {
    description: 'exact',
    networkId: 'reference',
    macAddress: 'exact',
    fixedIps: 'reference',
    deviceOwner: 'state',
    deviceId: 'reference',
    status: 'state',
    adminStateUp: 'exact',
    securityGroupIds: 'reference',
    portSecurity: 'exact',
    allowedAddressPairs: 'set',
    extraDhcpOptions: 'set',
    vnicType: 'exact',
    bindingProfile: 'exact',
    qosPolicy: 'exact',
    dnsName: 'exact',
    uplinkStatusPropagation: 'exact',
    tags: 'set',
  },

  async *list(reader, scope) {
    if ((await reader.cloud.networking()) === 'nova-network') {
      yield* ports(reader, scope);
      return;
    }
    for await (const page of reader.cloud.network.ports(scope))
      yield await Promise.all(page.map((body) => portResource(reader, body)));
  },

  async get(reader, id) {
    if ((await reader.cloud.networking()) === 'nova-network') return onePort(reader, id);
    return portResource(reader, await reader.cloud.network.port(id));
  },

  isMadeByCloud({ attributes }) {
    return OWNERS_OF_ITS_OWN.some((owner) => attributes.deviceOwner.startsWith(owner));
  },

  references({ attributes }) {
    const references: Reference[] = [{ type: 'network', id: attributes.networkId, relation: 'requires', why: 'is in' }];
    for (const { subnetId, ipAddress } of attributes.fixedIps)
      references.push({ type: 'subnet', id: subnetId, relation: 'requires', why: `has ${ipAddress} of` });
    for (const id of attributes.securityGroupIds)
      references.push({ type: 'security-group', id, relation: 'requires', why: 'is filtered by' });
    return references;
  },

  moving: portMoving(portResource),
};

export async function portResource(reader: Reader, body: NeutronPort): Promise<Resource<PortAttributes>> {
  const qosPolicy = await qosPolicyName(reader, body.qos_policy_id);
  const host = body['binding:host_id'];
  const profile = body['binding:profile'];
  const { mark, own } = marksOf(body);
  return {
    type: 'port',
    id: body.id,
    name: body.name,
    ...ownerOf(body),
    ...(host ? { host } : {}),
    ...mark,
    attributes: {
      description: own.description,
      networkId: body.network_id,
      macAddress: body.mac_address,
      fixedIps: body.fixed_ips.map(asFixedIp),
      deviceOwner: body.device_owner,
      deviceId: body.device_id,
      status: body.status,
      adminStateUp: body.admin_state_up,
      securityGroupIds: [...body.security_groups].sort(),
      portSecurity: body.port_security_enabled ?? true,
      // Neutron gives both in any order.
      allowedAddressPairs: inOrder(
        (body.allowed_address_pairs ?? []).map((pair) => ({
          ipAddress: pair.ip_address,
          ...(pair.mac_address === undefined ? {} : { macAddress: pair.mac_address }),
        })),
      ),
      extraDhcpOptions: inOrder(
        (body.extra_dhcp_opts ?? []).map((option) => ({
          name: option.opt_name,
          value: option.opt_value,
          ...(option.ip_version === undefined ? {} : { ipVersion: option.ip_version }),
        })),
      ),
      vnicType: body['binding:vnic_type'] ?? 'normal',
      ...(profile === undefined || Object.keys(profile).length === 0 ? {} : { bindingProfile: profile }),
      ...(qosPolicy === undefined ? {} : { qosPolicy }),
      dnsName: body.dns_name ?? '',
      ...(body.propagate_uplink_status === undefined ? {} : { uplinkStatusPropagation: body.propagate_uplink_status }),
      tags: own.tags,
    },
  };
}

export function asFixedIp(body: NeutronFixedIp): FixedIp {
  return { subnetId: body.subnet_id, ipAddress: body.ip_address };
}
