import type { Reader } from '../../reader.ts';
import type { ListScope, Resource } from '../../resource-type.ts';
import type { RouterAttributes, RouterGateway } from '../router.ts';
import { heldAddresses, routerId } from './floating-ips.ts';
import { networks, subnets } from './networks.ts';
import { matches, oneOf } from './one-of-list.ts';

/**
 * The hosts of nova-network lead a project's network outside, from the address that is its gateway: on Neutron that takes a router
 * (`NETWORK/router`). Without it, what moves would be cut off. Networks that all projects use are an operator's to connect.
 */
export async function routers(reader: Reader, scope: ListScope): Promise<readonly Resource<RouterAttributes>[]> {
  const ranges = await subnets(reader, {});
  const found: Resource<RouterAttributes>[] = [];
  for (const { id: networkId, name, projectId } of await networks(reader, scope)) {
    if (projectId === undefined || (scope.name !== undefined && scope.name !== name)) continue;
    const own = ranges.filter(({ attributes }) => attributes.networkId === networkId);
    const fixedIps = own.flatMap(({ id: subnetId, attributes: { gatewayIp: ipAddress, ipVersion } }) =>
      ipAddress === undefined || ipVersion !== 4 ? [] : { subnetId, ipAddress },
    );
    if (fixedIps.length === 0) continue;
    found.push({
      type: 'router',
      id: routerId(networkId),
      name,
      projectId,
      attributes: {
        description: '',
        status: 'ACTIVE',
        adminStateUp: true,
        gateway: await gatewayOf(reader, projectId),
        interfaces: [{ portId: `${networkId}/gateway`, networkId, fixedIps }],
        routes: [],
        availabilityZoneHints: [],
        tags: [],
      },
    });
  }
  return found.filter((resource) => matches(scope, resource));
}

export async function oneRouter(reader: Reader, id: string): Promise<Resource<RouterAttributes>> {
  return oneOf(reader, 'router', await routers(reader, {}), id);
}

/** By its addresses in a pool one finds the external network that stands for the pool. */
async function gatewayOf(reader: Reader, projectId: string): Promise<RouterGateway> {
  const own = (await heldAddresses(reader)).find((held) => held.projectId === projectId);
  return { fixedIps: [], ...(own === undefined ? {} : { leads: { address: own.address, pool: own.pool } }) };
}
