import { isApiError, type NeutronNetwork } from '../../../services/openstack/index.ts';
import { originDescription } from '../../moving/origin.ts';
import type { Reader } from '../../reader.ts';
import type { Moving, Resource } from '../../resource-type.ts';
import type { NetworkAttributes } from '../network.ts';
import { qosPolicyId, takenBy, zonesThere } from './abilities.ts';
import { finish } from './finish.ts';
import { accessThere, letIn } from './let-in.ts';
import { isThere, placeholderIsNot } from './not-there.ts';

type Network = Resource<NetworkAttributes>;
type Read = (reader: Reader, body: NeutronNetwork) => Promise<Network>;

/**
 * Networking API, "Networks" and "RBAC Policies". The clouds share L2, so a VLAN or flat network of the source is the same one in the
 * target only with the same physical network and segment: these are kept, by `mappings.physical-network` where it is called
 * otherwise. Tunnels (VXLAN, GRE, Geneve) end at their own cloud: the target numbers them.
 */
export function networkMoving(read: Read): Moving<NetworkAttributes> {
  return {
    translate(attributes, to) {
      const { providerPhysicalNetwork: physical, access, availabilityZoneHints } = attributes;
      return {
        ...attributes,
        ...(physical === undefined ? {} : { providerPhysicalNetwork: to.name('physical-network', physical) }),
        availabilityZoneHints: availabilityZoneHints.map((zone) => to.name('availability-zone', zone)).sort(),
        access: accessThere(access, to),
        // Subnets know their network; the network is made first.
        subnetIds: [],
      };
    },

    async *candidates(target, wanted) {
      const { attributes, name, projectId } = wanted;
      const { network } = target.cloud;
      const pages = async function* (filter: Parameters<typeof network.networks>[0]) {
        for await (const page of network.networks(filter))
          yield await Promise.all(page.map((body) => read(target, body)));
      };
      const { providerPhysicalNetwork: physicalNetwork, providerSegmentationId: segmentationId } = attributes;
      if (attributes.external) yield* pages({ external: true });
      if (physicalNetwork !== undefined)
        yield* pages({ physicalNetwork, ...(segmentationId === undefined ? {} : { segmentationId }) });
      if (projectId !== undefined && isThere(projectId)) yield* pages({ projectId, ...(name === '' ? {} : { name }) });
    },

    isSame(wanted, candidate) {
      const { external } = wanted.attributes;
      if (isProvider(wanted.attributes) && segmentOf(wanted) === segmentOf(candidate)) return true;
      if (external) return candidate.attributes.external && candidate.name === wanted.name;
      return placeholderIsNot(wanted.projectId);
    },

    notCreated({ attributes }) {
      const remedy = 'make it there and adopt it, or name the network that stands for it under `mappings`';
      if (attributes.external)
        return { action: 'conflict', reason: `external networks are the target's own affair: ${remedy}` };
      if (attributes.shared && isProvider(attributes))
        return { action: 'conflict', reason: `provider networks that all projects share are not made: ${remedy}` };
      return undefined;
    },

    async create({ target, origin }, { name, projectId, attributes }) {
      const { write } = target.cloud.network;
      const provider = isProvider(attributes);
      const request = await takenBy(target, 'network', {
        name,
        project_id: projectId,
        description: originDescription(origin),
        admin_state_up: attributes.adminStateUp,
        mtu: attributes.mtu,
        dns_domain: attributes.dnsDomain === '' ? undefined : attributes.dnsDomain,
        port_security_enabled: attributes.portSecurity,
        vlan_transparent: attributes.vlanTransparent,
        qos_policy_id: await qosPolicyId(target, 'network', attributes.qosPolicy, projectId),
        availability_zone_hints: await zonesThere(target, 'network', attributes.availabilityZoneHints),
        'provider:network_type': provider ? attributes.providerNetworkType : undefined,
        'provider:physical_network': provider ? attributes.providerPhysicalNetwork : undefined,
        'provider:segmentation_id': provider ? attributes.providerSegmentationId : undefined,
      });
      try {
        return (await write.create('network', request)).id;
      } catch (error) {
        if (!isAboutMtu(error)) {
          const isRefused = provider && isApiError(error, 'conflict', 'invalid');
          throw isRefused ? new SegmentRefused(attributes, error) : error;
        }
        target.note(`network ${name}: the target's packets are smaller than ${attributes.mtu} bytes`, 'network');
        const { mtu: _tooBig, ...rest } = request;
        return (await write.create('network', rest)).id;
      }
    },

    async complete(making, id, wanted) {
      await letIn(making, 'network', id, wanted);
      await finish(making, 'network', 'network', id, wanted.attributes);
    },

    async remove({ target }, id) {
      await target.cloud.network.write.remove('network', id);
    },

    isKept(attribute, { attributes: wanted }, { attributes: found }) {
      if (attribute === 'subnetIds') return true;
      // nova-network does not say how much its networks carry.
      if (attribute === 'mtu') return wanted.mtu === undefined || undefined;
      // An age that does not know the attribute answers as if it were not set.
      if (attribute === 'vlanTransparent')
        return (wanted.vlanTransparent ?? false) === (found.vlanTransparent ?? false);
      return undefined;
    },

    tagged: true,

    // External and shared ones belong to whom they belong there: an operator, mostly.
    isOwnerKept: (wanted, found) =>
      wanted.projectId === found.projectId ||
      wanted.projectId === undefined ||
      found.attributes.external ||
      found.attributes.shared,

    losses: {
      providerNetworkType: 'tenant networks are of the type that the target gives them',
      providerPhysicalNetwork: 'tenant networks are of the type that the target gives them',
      providerSegmentationId: 'the target numbers its tunnels itself',
      mtu: 'the target carries no packets of that size, or more',
      qosPolicy: 'the target has no QoS policy of that name',
      access: 'projects that are not in the target cannot be let in there, and none where Neutron has no RBAC',
      availabilityZoneHints: 'the target has no such zone for networks',
      vlanTransparent: 'the target does not pass on VLAN tags',
    },
  };
}

/** The target does not give a network the L2 segment that it has in the source. */
export class SegmentRefused extends Error {
  override readonly name = 'SegmentRefused';

  constructor(attributes: NetworkAttributes, cause: Error) {
    const { providerNetworkType: type, providerPhysicalNetwork: physical, providerSegmentationId: id } = attributes;
    const segment = `${type}${id === undefined ? '' : ` ${id}`} on physical network ${physical ?? '(none)'}`;
    super(
      `the target refuses ${segment}, which the network needs to be the same L2: ${cause.message}; map the physical network if it is called otherwise there, or the network if the target has it already`,
      { cause },
    );
  }
}

function isProvider({ providerNetworkType: type }: NetworkAttributes): boolean {
  return type === 'vlan' || type === 'flat';
}

function segmentOf({ attributes }: Network): string {
  return `${attributes.providerNetworkType} ${attributes.providerPhysicalNetwork} ${attributes.providerSegmentationId}`;
}

function isAboutMtu(error: unknown): boolean {
  return isApiError(error, 'invalid', 'conflict') && /mtu/i.test(error.details.reason);
}
