import type { NeutronFloatingIp, NeutronRequest } from '../../../services/openstack/index.ts';
import { originDescription } from '../../moving/origin.ts';
import type { Reader } from '../../reader.ts';
import type { Moving, Resource } from '../../resource-type.ts';
import type { FloatingIpAttributes } from '../floating-ip.ts';
import { qosPolicyId, takenBy } from './abilities.ts';
import { unlessTaken } from './address-taken.ts';
import { externalNetwork } from './external-network.ts';
import { finish } from './finish.ts';
import { isThere, thereOr } from './not-there.ts';

type FloatingIp = Resource<FloatingIpAttributes>;
type Read = (reader: Reader, body: NeutronFloatingIp) => Promise<FloatingIp>;

/**
 * Networking API, "Floating IPs". The same address on the network that stands for the source's, led to nothing: it is attached at
 * cut-over. nova-network's pools are no networks: the external network that has the address in a subnet is taken.
 */
export function floatingIpMoving(read: Read): Moving<FloatingIpAttributes> {
  return {
    translate(attributes, to) {
      const { networkId, portId, routerId } = attributes;
      return {
        ...attributes,
        ...(networkId === undefined ? {} : { networkId: to.id('network', networkId) }),
        ...(portId === undefined ? {} : { portId: thereOr(to.idIfThere('port', portId), portId) }),
        ...(routerId === undefined ? {} : { routerId: thereOr(to.idIfThere('router', routerId), routerId) }),
      };
    },

    async *candidates(target, { attributes: { address } }) {
      for await (const page of target.cloud.network.floatingIps({ address }))
        yield await Promise.all(page.map((body) => read(target, body)));
    },

    isSame({ attributes: wanted }, { attributes: candidate }) {
      const sameNetwork = wanted.networkId === undefined || wanted.networkId === candidate.networkId;
      return sameNetwork && wanted.address === candidate.address;
    },

    async create({ target, origin }, { projectId, attributes }) {
      const { address, dnsName, dnsDomain } = attributes;
      const networkId = attributes.networkId ?? (await externalNetwork(target, attributes));
      const request = await takenBy(target, 'floating-ip', {
        floating_network_id: networkId,
        floating_ip_address: address,
        project_id: projectId,
        description: originDescription(origin),
        // To be said now or never.
        dns_name: dnsName === '' ? undefined : dnsName,
        dns_domain: dnsDomain === '' ? undefined : dnsDomain,
      });
      const { write } = target.cloud.network;
      const wanted = { ipAddresses: [address] };
      return (await unlessTaken(target, networkId, wanted, () => write.create('floatingip', request))).id;
    },

    async complete(making, id, { projectId, attributes }) {
      const { target } = making;
      const present = await target.cloud.network.floatingIp(id);
      const qosPolicy = await qosPolicyId(target, 'floating-ip', attributes.qosPolicy, projectId);
      const more = await takenBy(target, 'floating-ip', { qos_policy_id: qosPolicy });
      await finish(making, 'floating-ip', 'floatingip', id, attributes, { ...more, ...attachmentOf(present) });
    },

    async remove({ target }, id) {
      await target.cloud.network.write.remove('floatingip', id);
    },

    isKept(attribute, { attributes: wanted }, { attributes: found }) {
      switch (attribute) {
        case 'portId':
        case 'fixedIpAddress':
          // It is attached at cut-over, when its server is there; the source's leads nowhere from then on.
          return found.portId === undefined || wanted.portId === undefined || undefined;
        case 'routerId':
          return found.portId === undefined || wanted.routerId === undefined || !isThere(wanted.routerId) || undefined;
        case 'networkId':
          return wanted.networkId === undefined || undefined;
        case 'pool':
          return true;
        default:
          return undefined;
      }
    },

    tagged: true,
    isOwnerKept: (wanted, found) => wanted.projectId === found.projectId,

    losses: {
      qosPolicy: 'the target has no QoS policy of that name',
      dnsName: 'the target’s network service knows no DNS names',
      dnsDomain: 'the target’s network service knows no DNS names',
    },
  };
}

/** Old Neutrons take an address from its port when an update does not name the port. */
function attachmentOf({ port_id, fixed_ip_address }: NeutronFloatingIp): NeutronRequest {
  return port_id === null ? {} : { port_id, fixed_ip_address };
}
