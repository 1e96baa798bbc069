import { isApiError, type NeutronRequest, type NeutronSubnet } from '../../../services/openstack/index.ts';
import type { Making } from '../../moving/making.ts';
import { originDescription } from '../../moving/origin.ts';
import type { Moving, Resource } from '../../resource-type.ts';
import { unlessGone } from '../../visibility.ts';
import type { SubnetAttributes } from '../subnet.ts';
import { takenBy } from './abilities.ts';
import { finish } from './finish.ts';
import { isThere } from './not-there.ts';

type Subnet = Resource<SubnetAttributes>;
type Read = (body: NeutronSubnet) => Subnet;

/**
 * Networking API, "Subnets". Made without DHCP, so that the target's DHCP server takes no address by chance: `make` with
 * `incomplete` first, then the network's ports, then `make` again, which switches DHCP on. IPv6 subnets with a mode must have DHCP from the
 * first: those of `dhcpv6-stateful` have no pools until they are complete, which comes to the same.
 */
export function subnetMoving(read: Read): Moving<SubnetAttributes> {
  return {
    translate: (attributes, to) => ({ ...attributes, networkId: to.id('network', attributes.networkId) }),

    async *candidates(target, { attributes: { networkId } }) {
      if (!isThere(networkId)) return;
      for await (const page of target.cloud.network.subnets({ networkId })) yield page.map(read);
    },

    // The key decides, also for subnets of networks whose project is not moved.
    isSame: () => undefined,

    async create(making, { name, projectId, attributes }) {
      const { target, origin } = making;
      const { write } = target.cloud.network;
      const { networkId, ipVersion, ipv6AddressMode, ipv6RaMode } = attributes;
      const pools = isHeldBack(attributes) ? [] : await poolsOf(making, attributes);
      const isEmpty = pools?.length === 0;
      // Neutron takes no pools for all addresses when it makes a subnet, but not when it changes one.
      const made = async (body: NeutronRequest) => {
        const { id } = await write.create('subnet', body);
        if (isEmpty) await write.update('subnet', id, { allocation_pools: [] });
        return id;
      };
      const hasMode = ipv6AddressMode !== undefined || ipv6RaMode !== undefined;
      const request = await takenBy(target, 'subnet', {
        name,
        project_id: projectId,
        description: originDescription(origin),
        network_id: networkId,
        ip_version: ipVersion,
        cidr: attributes.cidr,
        gateway_ip: attributes.gatewayIp ?? null,
        enable_dhcp: hasMode,
        allocation_pools: isEmpty ? lastAddress(attributes) : pools,
        dns_nameservers: attributes.dnsNameservers,
        host_routes: attributes.hostRoutes,
        ipv6_address_mode: ipv6AddressMode,
        ipv6_ra_mode: ipv6RaMode,
        service_types: attributes.serviceTypes.length === 0 ? undefined : attributes.serviceTypes,
      });
      const poolId = await poolIdFor(making, attributes.subnetPoolId);
      if (poolId === undefined) return made(request);
      try {
        return await made({ ...request, subnetpool_id: poolId });
      } catch (error) {
        // The addresses matter more than the pool that they were taken from.
        if (!isApiError(error, 'invalid', 'conflict')) throw error;
        target.note(`subnet ${name}: the target's subnet pool does not give ${attributes.cidr}`, 'subnet');
        return made(request);
      }
    },

    async complete(making, id, { attributes }) {
      const more: NeutronRequest = {
        enable_dhcp: attributes.dhcp,
        ...(isHeldBack(attributes) || attributes.allocationPools.length === 0
          ? { allocation_pools: await poolsOf(making, attributes) }
          : {}),
      };
      await finish(making, 'subnet', 'subnet', id, attributes, more);
    },

    async remove({ target }, id) {
      await target.cloud.network.write.remove('subnet', id);
    },

    isKept(attribute, { attributes: wanted }) {
      // nova-network does not say which addresses it gives out.
      return attribute === 'allocationPools' && wanted.allocationPools.length === 0 ? true : undefined;
    },

    tagged: true,
  };
}

function isHeldBack({ ipv6AddressMode, allocationPools }: SubnetAttributes): boolean {
  return ipv6AddressMode === 'dhcpv6-stateful' && allocationPools.length > 0;
}

/** All that can be taken by chance until the pools are gone. */
function lastAddress({ allocationPools }: SubnetAttributes) {
  const end = allocationPools.at(-1)?.end;
  return end === undefined ? undefined : [{ start: end, end }];
}

/** None: Neutron makes them of the whole range. A subnet of Neutron without any has none on purpose. */
async function poolsOf({ source }: Making, { allocationPools }: SubnetAttributes) {
  const isTold = allocationPools.length > 0 || (await source.cloud.networking()) === 'neutron';
  return isTold ? allocationPools : undefined;
}

/** The target's subnet pool of the same name. */
async function poolIdFor({ source, target }: Making, sourceId: string | undefined): Promise<string | undefined> {
  if (sourceId === undefined) return undefined;
  const pool = await unlessGone(() => source.cloud.network.subnetPool(sourceId));
  if (pool === undefined) return undefined;
  for await (const page of target.cloud.network.subnetPools({ name: pool.name })) for (const { id } of page) return id;
  target.note(`there is no subnet pool ${JSON.stringify(pool.name)}`, 'subnet');
  return undefined;
}
