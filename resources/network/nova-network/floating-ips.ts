import type { NovaNetworkFloatingIp } from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import type { ListScope, Resource } from '../../resource-type.ts';
import { ownProjectId, seesEveryProject, unlessGone } from '../../visibility.ts';
import type { FloatingIpAttributes } from '../floating-ip.ts';
import type { PortAttributes } from '../port.ts';
import { networks } from './networks.ts';
import { matches, oneOf } from './one-of-list.ts';
import { portsOf } from './ports.ts';

/** Servers that are read at the same time to find the ports of addresses; the session caps calls besides. */
const SERVERS_AT_ONCE = 50;

/** Addresses that some project holds, as Nova tells of them: with server and fixed address, without interface. */
export function heldAddresses(reader: Reader): Promise<readonly NovaNetworkFloatingIp[]> {
  return reader.once('nova-network floating IPs', async () =>
    (await seesEveryProject(reader))
      ? reader.cloud.novaNetwork.allFloatingIps()
      : reader.cloud.novaNetwork.ownFloatingIps(await ownProjectId(reader)),
  );
}

/** Each attached one costs a call for its server, so only those that are wanted are looked at. */
export async function* floatingIps(
  reader: Reader,
  scope: ListScope,
): AsyncIterable<readonly Resource<FloatingIpAttributes>[]> {
  const wanted = (await heldAddresses(reader)).filter(
    ({ address, projectId }) =>
      (scope.name === undefined || scope.name === address) &&
      matches(scope, projectId === undefined ? {} : { projectId }),
  );
  for (let start = 0; start < wanted.length; start += SERVERS_AT_ONCE)
    yield await Promise.all(wanted.slice(start, start + SERVERS_AT_ONCE).map((item) => asFloatingIp(reader, item)));
}

export async function oneFloatingIp(reader: Reader, address: string): Promise<Resource<FloatingIpAttributes>> {
  const found: Resource<FloatingIpAttributes>[] = [];
  for await (const page of floatingIps(reader, { name: address })) found.push(...page);
  return oneOf(reader, 'floating-ip', found, address);
}

async function asFloatingIp(reader: Reader, item: NovaNetworkFloatingIp): Promise<Resource<FloatingIpAttributes>> {
  const port = await portWith(reader, item);
  const routerId = port === undefined ? undefined : await routerIdOf(reader, port.attributes.networkId);
  return {
    type: 'floating-ip',
    id: item.address,
    name: item.address,
    ...(item.projectId === undefined ? {} : { projectId: item.projectId }),
    attributes: {
      description: '',
      address: item.address,
      pool: item.pool,
      ...(port === undefined ? {} : { portId: port.id }),
      ...(item.fixedIp === undefined ? {} : { fixedIpAddress: item.fixedIp }),
      ...(routerId === undefined ? {} : { routerId }),
      status: item.fixedIp === undefined ? 'DOWN' : 'ACTIVE',
      dnsName: '',
      dnsDomain: '',
      tags: [],
    },
  };
}

async function portWith(
  reader: Reader,
  { serverId, fixedIp }: NovaNetworkFloatingIp,
): Promise<Resource<PortAttributes> | undefined> {
  if (serverId === undefined || fixedIp === undefined) return undefined;
  const server = await reader.once(`server ${serverId}`, () => unlessGone(() => reader.cloud.compute.server(serverId)));
  if (server === undefined) return undefined;
  return (await portsOf(reader, server)).find(({ attributes }) =>
    attributes.fixedIps.some(({ ipAddress }) => ipAddress === fixedIp),
  );
}

/** A network that all projects use has none. */
async function routerIdOf(reader: Reader, networkId: string): Promise<string | undefined> {
  const network = (await networks(reader, {})).find(({ id }) => id === networkId);
  return network?.projectId === undefined ? undefined : routerId(networkId);
}

/** Of the router that stands for what leads a network outside. */
export function routerId(networkId: string): string {
  return `${networkId}/router`;
}
