import type { NeutronPort } from '../../services/openstack/index.ts';
import type { Correspondence } from '../moving/correspondence.ts';
import type { Reader } from '../reader.ts';
import type { FloatingIpAttributes } from './floating-ip.ts';
import { floatingIp } from './floating-ip.ts';
import { INTERFACE_OWNERS } from './interface-port.ts';
import { port } from './port.ts';

interface Clouds {
  readonly source: Reader;
  readonly target: Reader;
  readonly correspondence: Correspondence;
}

/**
 * Why a floating IP of the source cannot be led to its server in the target: no router there goes from the address's network to the
 * server's subnet. Undefined when one does, and when something else is missing that says so itself.
 */
export async function whyNotLed({ source, target, correspondence }: Clouds, id: string): Promise<string | undefined> {
  if ((await target.cloud.networking()) !== 'neutron') return undefined;
  const address = await floatingIp.get(source, id);
  const { portId, fixedIpAddress } = address.attributes;
  if (portId === undefined) return undefined;
  const { fixedIps, networkId } = (await port.get(source, portId)).attributes;
  const led = fixedIps.find(({ ipAddress }) => ipAddress === fixedIpAddress) ?? fixedIps[0];
  if (led === undefined) return undefined;
  const there = await correspondence.match(address);
  const inside = await correspondence.targetOf({ type: 'network', id: networkId });
  const subnet = await correspondence.targetOf({ type: 'subnet', id: led.subnetId });
  if (there === undefined || inside === undefined || subnet === undefined) return undefined;
  const { networkId: outside } = there.resource.attributes as FloatingIpAttributes;
  for (const routerId of await routersAt(target, inside.id, subnet.id))
    if ((await target.cloud.network.router(routerId)).external_gateway_info?.network_id === outside) return undefined;
  return (
    `floating IP ${address.name} cannot lead to it: ${target.cloud.name} has no router from network ${outside} to its subnet ${subnet.id}; ` +
    'make one there, or take the address from the server'
  );
}

async function routersAt({ cloud }: Reader, networkId: string, subnetId: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const query = { network_id: networkId, device_owner: [...INTERFACE_OWNERS] };
  for await (const page of cloud.network.client.pages<NeutronPort>('ports', {
    collection: 'ports',
    query,
    paging: 'links',
  }))
    for (const { device_id, fixed_ips } of page)
      if (fixed_ips.some(({ subnet_id }) => subnet_id === subnetId)) ids.add(device_id);
  return ids;
}
