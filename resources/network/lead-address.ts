import { ApiError, type NeutronFloatingIp, NovaServers } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import { floatingIp } from './floating-ip.ts';

/** Where a floating IP leads; nothing for one that is held and leads nowhere. */
export interface LedTo {
  readonly portId?: string;
  readonly fixedIpAddress?: string;
}

export async function ledTo(reader: Reader, id: string): Promise<LedTo> {
  const { portId, fixedIpAddress } = (await floatingIp.get(reader, id)).attributes;
  return {
    ...(portId === undefined ? {} : { portId }),
    ...(fixedIpAddress === undefined ? {} : { fixedIpAddress }),
  };
}

/**
 * Leads a floating IP to a port, or nowhere. Any number of times. One that leads to another port is a `conflict`: somebody uses
 * it. On nova-network the address is given to the server of the port and taken from it (`addFloatingIp`, up to 2.43).
 */
export async function leadTo(reader: Reader, id: string, wanted: LedTo): Promise<void> {
  const now = await ledTo(reader, id);
  if (now.portId === wanted.portId && (wanted.portId === undefined || now.fixedIpAddress === wanted.fixedIpAddress))
    return;
  if (now.portId !== undefined && wanted.portId !== undefined && now.portId !== wanted.portId)
    throw inUse(reader, id, now.portId);
  if ((await reader.cloud.networking()) === 'nova-network') await leadToServer(reader, id, now, wanted);
  else await leadToPort(reader, id, wanted);
}

async function leadToPort({ cloud }: Reader, id: string, { portId, fixedIpAddress }: LedTo): Promise<void> {
  const { client } = cloud.network;
  const floatingip = {
    port_id: portId ?? null,
    ...(portId === undefined || fixedIpAddress === undefined ? {} : { fixed_ip_address: fixedIpAddress }),
  };
  await client.put<{ floatingip: NeutronFloatingIp }>(`floatingips/${encodeURIComponent(id)}`, { floatingip });
}

async function leadToServer({ cloud }: Reader, address: string, now: LedTo, wanted: LedTo): Promise<void> {
  const nova = new NovaServers(cloud.compute.client);
  if (now.portId !== undefined) await nova.removeFloatingIp(serverOf(now.portId), address);
  if (wanted.portId !== undefined) await nova.addFloatingIp(serverOf(wanted.portId), address, wanted.fixedIpAddress);
}

/** nova-network's ports are `SERVER/MAC`. */
function serverOf(portId: string): string {
  return portId.split('/')[0] ?? portId;
}

function inUse({ cloud }: Reader, id: string, portId: string): ApiError {
  return new ApiError({
    cloud: cloud.name,
    service: 'network',
    method: 'PUT',
    path: `floatingips/${id}`,
    kind: 'conflict',
    retry: { when: 'never' },
    reason: `the address leads to port ${portId} already`,
    hint: 'take it from there first',
  });
}
