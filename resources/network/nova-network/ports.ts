import type { NovaServer } from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import type { ListScope, Resource } from '../../resource-type.ts';
import { seesEveryProject } from '../../visibility.ts';
import type { PortAttributes } from '../port.ts';
import { networkFinder } from './networks.ts';
import { unknown } from './one-of-list.ts';
import { groupIdsOf } from './security-groups.ts';

/** The interfaces of servers, a page of servers at a time. A MAC names an interface; with its server it is found. */
export async function* ports(reader: Reader, scope: ListScope): AsyncIterable<readonly Resource<PortAttributes>[]> {
  if (scope.name !== undefined && scope.name !== '') return;
  const everyProject = await seesEveryProject(reader);
  if (!everyProject && scope.host !== undefined) return;
  const { name: _unnamed, ...wanted } = scope;
  for await (const page of reader.cloud.compute.servers(wanted, everyProject)) {
    // Of a plain user Nova takes no project: it gives the servers of its own.
    const own = page.filter(({ tenant_id }) => scope.projectId === undefined || scope.projectId === tenant_id);
    yield (await Promise.all(own.map((server) => portsOf(reader, server)))).flat();
  }
}

/** By its id, `SERVER/MAC`. */
export async function onePort(reader: Reader, id: string): Promise<Resource<PortAttributes>> {
  const [serverId, mac] = id.split('/');
  if (!serverId || mac === undefined) throw unknown(reader, 'port', id);
  const found = (await portsOf(reader, await reader.cloud.compute.server(serverId))).find((port) => port.id === id);
  if (found === undefined) throw unknown(reader, 'port', id);
  return found;
}

export async function portsOf(reader: Reader, server: NovaServer): Promise<readonly Resource<PortAttributes>[]> {
  const [groupIds, networkOf] = await Promise.all([groupIdsOf(reader, server), networkFinder(reader)]);
  const found = new Map<string, Resource<PortAttributes>>();
  for (const [label, addresses] of Object.entries(server.addresses)) {
    for (const address of addresses) {
      const mac = address['OS-EXT-IPS-MAC:mac_addr'];
      if (mac === undefined || address['OS-EXT-IPS:type'] === 'floating') continue;
      const networkId = networkOf(server, label, address.addr) ?? label;
      const fixedIp = { subnetId: `${networkId}/v${address.version}`, ipAddress: address.addr };
      const fixedIps = [...(found.get(mac)?.attributes.fixedIps ?? []), fixedIp];
      found.set(mac, asPort(server, mac, networkId, fixedIps, groupIds));
    }
  }
  return [...found.values()];
}

function asPort(
  server: NovaServer,
  mac: string,
  networkId: string,
  fixedIps: PortAttributes['fixedIps'],
  securityGroupIds: readonly string[],
): Resource<PortAttributes> {
  const host = server['OS-EXT-SRV-ATTR:host'];
  return {
    type: 'port',
    id: `${server.id}/${mac}`,
    name: '',
    projectId: server.tenant_id,
    ...(host ? { host } : {}),
    attributes: {
      description: '',
      networkId,
      macAddress: mac,
      fixedIps,
      deviceOwner: `compute:${server['OS-EXT-AZ:availability_zone'] ?? 'nova'}`,
      deviceId: server.id,
      status: server.status === 'ACTIVE' ? 'ACTIVE' : 'DOWN',
      adminStateUp: true,
      securityGroupIds,
      portSecurity: true,
      allowedAddressPairs: [],
      extraDhcpOptions: [],
      vnicType: 'normal',
      dnsName: '',
      tags: [],
    },
  };
}
