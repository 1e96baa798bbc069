import type { NeutronPort, NeutronRequest } from '../../../services/openstack/index.ts';
import { originDescription } from '../../moving/origin.ts';
import type { Reader } from '../../reader.ts';
import type { Moving, Resource } from '../../resource-type.ts';
import { inOrder } from '../in-order.ts';
import type { FixedIp, PortAttributes } from '../port.ts';
import { qosPolicyId, takenBy } from './abilities.ts';
import { unlessTaken } from './address-taken.ts';
import { finish } from './finish.ts';
import { isThere, thereOr } from './not-there.ts';

type Port = Resource<PortAttributes>;
type Read = (reader: Reader, body: NeutronPort) => Promise<Port>;

/** Where on a host a virtual function is: the target's Nova writes this when it binds the port. */
const OF_THE_HOST: ReadonlySet<string> = new Set([
  ...['pci_slot', 'pci_vendor_info', 'physical_network', 'card_serial_number', 'pf_mac_address', 'vf_num'],
  ...['device_mac_address', 'migrating_to', 'arq', 'allocation'],
]);

/**
 * Networking API, "Ports". A server's port is made before the server, with its MAC and addresses and bound to nothing: Nova
 * binds it at boot. Those that Neutron makes for itself are never made.
 */
export function portMoving(read: Read): Moving<PortAttributes> {
  return {
    translate(attributes, to) {
      const server = attributes.deviceOwner.startsWith('compute:') ? attributes.deviceId : '';
      return {
        ...attributes,
        networkId: to.id('network', attributes.networkId),
        fixedIps: attributes.fixedIps.map(({ subnetId, ipAddress }) => ({
          subnetId: to.id('subnet', subnetId),
          ipAddress,
        })),
        securityGroupIds: attributes.securityGroupIds.map((id) => to.id('security-group', id)).sort(),
        deviceId: server === '' ? '' : thereOr(to.idIfThere('server', server), server),
      };
    },

    async *candidates(target, { attributes: { networkId, macAddress, fixedIps } }) {
      if (!isThere(networkId)) return;
      const filters = [{ macAddress }, ...fixedIps.map(({ ipAddress }) => ({ ipAddress }))];
      for (const filter of filters)
        for await (const page of target.cloud.network.ports({ networkId, ...filter }))
          yield await Promise.all(page.map((body) => read(target, body)));
    },

    // What has its MAC or one of its addresses is in its place, whatever it is.
    isSame({ attributes: wanted }, { attributes: candidate }) {
      const addresses = new Set(wanted.fixedIps.map(({ ipAddress }) => ipAddress));
      return (
        wanted.networkId === candidate.networkId &&
        (wanted.macAddress === candidate.macAddress ||
          candidate.fixedIps.some(({ ipAddress }) => addresses.has(ipAddress)))
      );
    },

    notCreated({ attributes: { deviceOwner } }) {
      return deviceOwner.startsWith('network:')
        ? { action: 'skip', reason: `Neutron makes ports for ${deviceOwner.slice('network:'.length)} itself` }
        : undefined;
    },

    async create({ target, origin }, { name, projectId, attributes }) {
      const { networkId, macAddress, portSecurity, fixedIps } = attributes;
      const request = await takenBy(target, 'port', {
        name,
        project_id: projectId,
        description: originDescription(origin),
        network_id: networkId,
        mac_address: macAddress,
        fixed_ips: await Promise.all(fixedIps.map((fixedIp) => asked(target, fixedIp))),
        admin_state_up: attributes.adminStateUp,
        // Somebody's own word, as of a balancer; that of a server or a router comes with it.
        device_owner: /^(compute|network):/.test(attributes.deviceOwner)
          ? undefined
          : attributes.deviceOwner || undefined,
        port_security_enabled: portSecurity,
        // Without port security Neutron takes neither.
        security_groups: portSecurity ? attributes.securityGroupIds : [],
        allowed_address_pairs: portSecurity
          ? attributes.allowedAddressPairs.map((pair) => ({ ip_address: pair.ipAddress, mac_address: pair.macAddress }))
          : undefined,
        extra_dhcp_opts: attributes.extraDhcpOptions.map((option) => ({
          opt_name: option.name,
          opt_value: option.value,
          ip_version: option.ipVersion,
        })),
        'binding:vnic_type': attributes.vnicType,
        'binding:profile': profileOf(attributes),
        dns_name: isNamedByNova(attributes) || attributes.dnsName === '' ? undefined : attributes.dnsName,
        qos_policy_id: await qosPolicyId(target, 'port', attributes.qosPolicy, projectId),
        propagate_uplink_status: attributes.uplinkStatusPropagation,
      });
      const wanted = { ipAddresses: fixedIps.map(({ ipAddress }) => ipAddress), macAddress };
      const { write } = target.cloud.network;
      return (await unlessTaken(target, networkId, wanted, () => write.create('port', request))).id;
    },

    async complete(making, id, { attributes }) {
      await finish(making, 'port', 'port', id, attributes);
    },

    async remove({ target }, id) {
      await target.cloud.network.write.remove('port', id);
    },

    isKept(attribute, { attributes: wanted }, { attributes: found }) {
      switch (attribute) {
        case 'fixedIps':
          return JSON.stringify(inOrder(wanted.fixedIps)) === JSON.stringify(inOrder(found.fixedIps));
        case 'bindingProfile':
          return JSON.stringify(profileOf(wanted)) === JSON.stringify(profileOf(found));
        case 'deviceId':
          // Which server has it is compared with the server, whose interfaces have an order.
          return true;
        case 'dnsName':
          return (isNamedByNova(wanted) && found.deviceId === '') || undefined;
        case 'uplinkStatusPropagation':
          return (wanted.uplinkStatusPropagation ?? false) === (found.uplinkStatusPropagation ?? false);
        default:
          return undefined;
      }
    },

    tagged: true,
    isOwnerKept: (wanted, found) => wanted.projectId === found.projectId,

    losses: {
      qosPolicy: 'the target has no QoS policy of that name',
      fixedIps: 'the target makes IPv6 addresses of a subnet without DHCP from the MAC',
      dnsName: 'Nova gives a port the host name of its server',
      uplinkStatusPropagation: 'the target does not know it',
    },
  };
}

/** Nova writes the server's host name, and refuses a port that has another. */
function isNamedByNova({ deviceOwner }: PortAttributes): boolean {
  return deviceOwner.startsWith('compute:');
}

/** What a person may have asked for; undefined where that is nothing. */
function profileOf({ bindingProfile = {} }: PortAttributes): NeutronRequest | undefined {
  const own = Object.entries(bindingProfile).filter(([key]) => !OF_THE_HOST.has(key));
  return own.length === 0 ? undefined : Object.fromEntries(own.sort());
}

/** Addresses that Neutron makes from the MAC (SLAAC, stateless DHCPv6) may not be asked for, and come out the same. */
async function asked(target: Reader, { subnetId, ipAddress }: FixedIp): Promise<NeutronRequest> {
  const mode = await target.once(`address mode of subnet ${subnetId}`, async () => {
    return (await target.cloud.network.subnet(subnetId)).ipv6_address_mode ?? '';
  });
  const isAutomatic = mode === 'slaac' || mode === 'dhcpv6-stateless';
  return { subnet_id: subnetId, ...(isAutomatic ? {} : { ip_address: ipAddress }) };
}
