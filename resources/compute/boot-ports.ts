import { isApiError } from '../../services/openstack/index.ts';
import type { Correspondence } from '../moving/correspondence.ts';
import type { Making } from '../moving/making.ts';
import { port } from '../network/port.ts';
import type { Resource } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import type { ServerAttributes } from './server.ts';

interface PortChange {
  admin_state_up?: boolean;
  dns_name?: string;
}

/**
 * Makes a server's ports of the target fit for its boot. One that is not to run does not get through to the network: Nova waits for no
 * plugging of ports that are down. A port with another DNS name than the server's host name would be refused by Nova, which sets it
 * itself.
 */
export async function preparePorts(
  making: Making,
  { attributes }: Resource<ServerAttributes>,
  boot: { readonly up: boolean; readonly names: { readonly name: string; readonly hostname?: string } },
): Promise<void> {
  const { name, hostname = name } = boot.names;
  for (const { portId } of attributes.interfaces) {
    const { network } = making.target.cloud;
    const there = await network.port(portId);
    const change: PortChange = {
      ...(!boot.up && there.admin_state_up ? { admin_state_up: false } : {}),
      ...(there.dns_name && there.dns_name !== hostname.toLowerCase() ? { dns_name: '' } : {}),
    };
    await changePort(making, portId, change);
  }
}

/** Gives a server's ports of the target back the state and DNS names that those of the source have. */
export async function restorePorts(
  making: Making,
  correspondence: Correspondence,
  source: Resource<ServerAttributes>,
): Promise<void> {
  for (const { portId } of source.attributes.interfaces) {
    const match = await correspondence.targetOf({ type: 'port', id: portId });
    if (match === undefined) continue;
    const there = await unlessGone(() => making.target.cloud.network.port(match.id));
    const former = await unlessGone(() => port.get(making.source, portId));
    if (there === undefined || former === undefined) continue;
    const { adminStateUp, dnsName } = former.attributes;
    const change: PortChange = {
      ...(there.admin_state_up === adminStateUp ? {} : { admin_state_up: adminStateUp }),
      ...(dnsName === '' || there.dns_name === undefined || there.dns_name === dnsName ? {} : { dns_name: dnsName }),
    };
    await changePort(making, match.id, change);
  }
}

async function changePort(making: Making, id: string, change: PortChange): Promise<void> {
  if (Object.keys(change).length === 0) return;
  const { client } = making.target.cloud.network;
  try {
    await client.put(`ports/${encodeURIComponent(id)}`, { port: change });
  } catch (error) {
    // A Neutron without names, or with a name service that refuses this one: the state matters more.
    const { dns_name: name, ...rest } = change;
    if (name === undefined || !isApiError(error, 'invalid', 'conflict')) throw error;
    if (Object.keys(rest).length > 0) await client.put(`ports/${encodeURIComponent(id)}`, { port: rest });
  }
}
