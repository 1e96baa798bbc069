import type { NeutronRequest, NeutronSecurityGroupRule } from '../../services/openstack/index.ts';

/** A rule without its own id, which means nothing in another cloud. */
export interface SecurityGroupRule {
  readonly direction: 'ingress' | 'egress';
  readonly etherType: string;
  /** A name or a number, as the cloud has it. Absent: any. */
  readonly protocol?: string;
  readonly portMin?: number;
  readonly portMax?: number;
  readonly remoteCidr?: string;
  readonly remoteGroupId?: string;
  readonly remoteAddressGroupId?: string;
  readonly description: string;
}

export function ruleOf(body: NeutronSecurityGroupRule): SecurityGroupRule {
  return {
    direction: body.direction,
    etherType: body.ethertype,
    ...(body.protocol === null ? {} : { protocol: body.protocol }),
    ...(body.port_range_min === null ? {} : { portMin: body.port_range_min }),
    ...(body.port_range_max === null ? {} : { portMax: body.port_range_max }),
    ...(body.remote_ip_prefix === null ? {} : { remoteCidr: body.remote_ip_prefix }),
    ...(body.remote_group_id === null ? {} : { remoteGroupId: body.remote_group_id }),
    ...(body.remote_address_group_id ? { remoteAddressGroupId: body.remote_address_group_id } : {}),
    description: body.description ?? '',
  };
}

/** As Neutron takes it ("Create security group rule"). */
export function ruleRequest(groupId: string, rule: SecurityGroupRule): NeutronRequest {
  return {
    security_group_id: groupId,
    direction: rule.direction,
    ethertype: rule.etherType,
    protocol: rule.protocol,
    port_range_min: rule.portMin,
    port_range_max: rule.portMax,
    remote_ip_prefix: rule.remoteCidr,
    remote_group_id: rule.remoteGroupId,
    description: rule.description,
  };
}

/** Equal for rules that say the same: Neutron keeps all ports of TCP and UDP as no ports at all. */
export function ruleKey({ portMin, portMax, ...rule }: SecurityGroupRule): string {
  const all = portMin === 1 && portMax === 65_535;
  return JSON.stringify(Object.entries({ ...rule, ...(all ? {} : { portMin, portMax }) }).sort());
}

/** The two rules by which a new group lets everything out. */
export const OUTWARD: readonly SecurityGroupRule[] = ['IPv4', 'IPv6'].map((etherType) => ({
  direction: 'egress',
  etherType,
  description: '',
}));
