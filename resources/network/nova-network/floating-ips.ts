import type { NovaNetworkFloatingIp } from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import type { ListScope, Resource } from '../../resource-type.ts';
import { ownProjectId, seesEveryProject, unlessGone } from '../../visibility.ts';
import type { FloatingIpAttributes } from '../floating-ip.ts';
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
  const portId = await portWith(reader, item);
  return {
    type: 'floating-ip',
    id: item.address,
    name: item.address,
    ...(item.projectId === undefined ? {} : { projectId: item.projectId }),
    attributes: {
      description: '',
      address: item.address,
      pool: item.pool,
      ...(portId === undefined ? {} : { portId }),
      ...(item.fixedIp === undefined ? {} : { fixedIpAddress: item.fixedIp }),
      status: item.fixedIp === undefined ? 'DOWN' : 'ACTIVE',
      dnsName: '',
      dnsDomain: '',
      tags: [],
    },
  };
}

async function portWith(reader: Reader, { serverId, fixedIp }: NovaNetworkFloatingIp): Promise<string | undefined> {
  if (serverId === undefined || fixedIp === undefined) return undefined;
  const server = await reader.once(`server ${serverId}`, () => unlessGone(() => reader.cloud.compute.server(serverId)));
  if (server === undefined) return undefined;
  const port = (await portsOf(reader, server)).find(({ attributes }) =>
    attributes.fixedIps.some(({ ipAddress }) => ipAddress === fixedIp),
  );
  return port?.id;
}
