import { isApiError, type NeutronRequest } from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import type { ResourceTypeName } from '../../resource-type.ts';

/** Attributes that a Neutron takes only with an extension (its alias). */
const NEEDED: Readonly<Record<string, string>> = {
  mtu: 'net-mtu-writable',
  dns_domain: 'dns-integration',
  dns_name: 'dns-integration',
  port_security_enabled: 'port-security',
  vlan_transparent: 'vlan-transparent',
  qos_policy_id: 'qos',
  stateful: 'stateful-security-group',
  service_types: 'subnet-service-types',
  allowed_address_pairs: 'allowed-address-pairs',
  extra_dhcp_opts: 'extra_dhcp_opt',
  propagate_uplink_status: 'uplink-status-propagation',
  ha: 'l3-ha',
  distributed: 'dvr',
};

/** A request without what is undefined and what the target's Neutron has no word for, with a note for each. */
export async function takenBy(
  target: Reader,
  type: ResourceTypeName,
  request: NeutronRequest,
): Promise<NeutronRequest> {
  const extensions = await target.once('network extensions', () => target.cloud.network.extensions());
  const taken = Object.entries(request).filter(([attribute, value]) => {
    if (value === undefined) return false;
    const needed = NEEDED[attribute];
    if (needed === undefined || extensions.has(needed)) return true;
    target.note(`Neutron lacks the extension ${needed}: ${attribute} is left out`, type);
    return false;
  });
  return Object.fromEntries(taken);
}

/** The target's QoS policy of this name; a tenant's own before others'. None: a note. */
export async function qosPolicyId(
  target: Reader,
  type: ResourceTypeName,
  name: string | undefined,
  projectId?: string,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const found: { readonly id: string; readonly project_id?: string }[] = [];
  try {
    for await (const page of target.cloud.network.qosPolicies({ name })) found.push(...page);
  } catch (error) {
    if (!isApiError(error, 'not-found')) throw error;
  }
  const chosen = found.find((policy) => policy.project_id === projectId) ?? found[0];
  if (chosen === undefined) target.note(`there is no QoS policy ${JSON.stringify(name)}`, type);
  return chosen?.id;
}

/** Those of the zones that the target has: one that it lacks would make it refuse the rest. */
export async function zonesThere(
  target: Reader,
  resource: 'network' | 'router',
  hints: readonly string[],
): Promise<readonly string[] | undefined> {
  if (hints.length === 0) return undefined;
  const zones = await target.once('network zones', async () => {
    try {
      return await target.cloud.network.availabilityZones();
    } catch (error) {
      if (!isApiError(error, 'not-found')) throw error;
      return [];
    }
  });
  const there = hints.filter((hint) => zones.some((zone) => zone.resource === resource && zone.name === hint));
  return there.length === 0 ? undefined : there;
}
