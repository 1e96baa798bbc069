import { isApiError } from '../../../services/openstack/index.ts';
import type { Making } from '../../moving/making.ts';
import { addressesInUse, addressesOf, isInside } from '../addresses.ts';
import { heldAddresses } from '../nova-network/floating-ips.ts';
import type { RouterGateway } from '../router.ts';
import { isThere } from './not-there.ts';

type Wanted = RouterGateway & { readonly networkId: string };

/** Rivals for the same free address that are met before the target may choose. */
const TRIES = 20;

/**
 * Gives a router its gateway on the external network, at an address that neither cloud uses there: the pool is the same
 * range in both, and one that the source has given out may be moved later. IPv6 is left to the target.
 */
export async function setGateway({ source, target }: Making, routerId: string, wanted: Wanted): Promise<void> {
  const { network } = target.cloud;
  const [taken, free] = [await usedInEither(source, target, wanted), await poolsOf(target, wanted)];
  let tries = 0;
  for (const { subnetId, ipAddress } of free) {
    if (taken.has(ipAddress)) continue;
    if (tries++ === TRIES) break;
    try {
      await set([{ subnet_id: subnetId, ip_address: ipAddress }]);
      return;
    } catch (error) {
      // Somebody else was quicker with this address.
      if (!isApiError(error, 'conflict')) throw error;
    }
  }
  target.note(`router ${routerId}: no address of its external network is known to be free: the target chose`, 'router');
  await set(undefined);

  async function set(fixedIps: readonly object[] | undefined): Promise<void> {
    const gateway = { network_id: wanted.networkId, enable_snat: wanted.snat, external_fixed_ips: fixedIps };
    await network.write.update('router', routerId, { external_gateway_info: gateway });
  }
}

async function usedInEither(source: Making['source'], target: Making['target'], { networkId, fixedIps }: Wanted) {
  const used = new Set((await addressesInUse(target, networkId)).keys());
  if ((await source.cloud.networking()) === 'nova-network')
    for (const { address } of await heldAddresses(source)) used.add(address);
  for (const { ipAddress } of fixedIps) {
    used.add(ipAddress);
    // The source's network is found by the address: the gateway's own port is in it.
    for await (const page of source.cloud.network.ports({ ipAddress }))
      for (const port of page)
        if (port.device_owner === 'network:router_gateway')
          for (const address of (await addressesInUse(source, port.network_id)).keys()) used.add(address);
  }
  return used;
}

/** Addresses of the subnets that the source's gateway is in, as far as the target has the same; of any where the source does not tell. */
async function poolsOf(target: Making['target'], { networkId, fixedIps, leads }: Wanted) {
  const free: { readonly subnetId: string; readonly ipAddress: string }[] = [];
  const wanted = new Set(fixedIps.filter(({ subnetId }) => isThere(subnetId)).map(({ subnetId }) => subnetId));
  for await (const page of target.cloud.network.subnets({ networkId }))
    for (const subnet of page) {
      if (subnet.ip_version !== 4) continue;
      const isAny = fixedIps.length === 0 && (leads === undefined || isInside(subnet.cidr, leads.address));
      if (!isAny && !wanted.has(subnet.id) && !fixedIps.some(({ ipAddress }) => isInside(subnet.cidr, ipAddress)))
        continue;
      for (const ipAddress of addressesOf(subnet.allocation_pools)) free.push({ subnetId: subnet.id, ipAddress });
    }
  return free;
}
