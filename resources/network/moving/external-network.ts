import { notFound } from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import { isInside } from '../addresses.ts';

/** An address of one of nova-network's pools. */
export interface OfPool {
  readonly address: string;
  readonly pool?: string;
}

/**
 * The external network that stands for a pool of nova-network: of several with the address in a subnet, the one that is called as the
 * pool. Without an address: the only one, or else the default one.
 */
export async function externalNetwork(target: Reader, of: OfPool | undefined): Promise<string> {
  const { network, name: cloud } = target.cloud;
  const found: { readonly id: string; readonly name: string; readonly isDefault: boolean }[] = [];
  for await (const page of network.networks({ external: true }))
    for (const { id, name, is_default: isDefault = false } of page)
      if (of === undefined || (await has(target, id, of.address))) found.push({ id, name, isDefault });
  const chosen =
    of === undefined
      ? (found.find(({ isDefault }) => isDefault) ?? (found.length === 1 ? found[0] : undefined))
      : (found.find(({ name }) => name === of.pool) ?? found[0]);
  if (chosen !== undefined) return chosen.id;
  const lacking =
    found.length === 0 ? 'there is no external network' : 'none of the external networks is the default one';
  const reason = of === undefined ? lacking : `no external network has ${of.address}`;
  throw notFound({ cloud, service: 'network', path: 'networks', reason });
}

async function has({ cloud }: Reader, networkId: string, address: string): Promise<boolean> {
  for await (const subnets of cloud.network.subnets({ networkId }))
    if (subnets.some(({ cidr }) => isInside(cidr, address))) return true;
  return false;
}
