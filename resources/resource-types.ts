import { flavor } from './compute/flavor.ts';
import { keypair } from './compute/keypair.ts';
import { quota } from './compute/quota.ts';
import { server } from './compute/server.ts';
import { serverGroup } from './compute/server-group.ts';
import { assignment } from './identity/assignment.ts';
import { domain } from './identity/domain.ts';
import { group } from './identity/group.ts';
import { project } from './identity/project.ts';
import { role } from './identity/role.ts';
import { user } from './identity/user.ts';
import { image } from './image/image.ts';
import { floatingIp } from './network/floating-ip.ts';
import { network } from './network/network.ts';
import { port } from './network/port.ts';
import { router } from './network/router.ts';
import { securityGroup } from './network/security-group.ts';
import { subnet } from './network/subnet.ts';
import type { Reader } from './reader.ts';
import type { ResourceType, ResourceTypeName } from './resource-type.ts';
import { volume } from './volume/volume.ts';

/** The one place where types are gathered. The order of `RESOURCE_TYPE_NAMES` is the order of reading. */
export const resourceTypes: { readonly [N in ResourceTypeName]: ResourceType } = {
  domain,
  project,
  role,
  user,
  group,
  assignment,
  quota,
  flavor,
  keypair,
  'security-group': securityGroup,
  network,
  subnet,
  router,
  port,
  'floating-ip': floatingIp,
  image,
  volume,
  'server-group': serverGroup,
  server,
};

/** Whether the cloud can have resources of this type at all. nova-network stands in for Neutron. */
export async function isAvailable(reader: Reader, type: ResourceType): Promise<boolean> {
  if (type.service === 'network') return (await reader.cloud.networking()) !== 'none';
  return reader.cloud.has(type.service);
}
