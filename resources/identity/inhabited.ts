import { ApiError, type Cloud, type Keystone } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';

/** Why a domain or project of the target is not removed: `inside` completes "it still has …". */
export function inhabited({ cloud }: Reader, path: string, inside: string): ApiError {
  return new ApiError({
    cloud: cloud.name,
    service: 'identity',
    method: 'DELETE',
    path,
    kind: 'conflict',
    retry: { when: 'never' },
    reason: `it still has ${inside}, which somebody else has made there`,
  });
}

/** Something that Keystone would delete together with the domain. */
export async function insideDomain(keystone: Keystone, domainId: string): Promise<string | undefined> {
  const lists = {
    project: keystone.projects({ domainId }),
    user: keystone.users({ domainId }),
    group: keystone.groups({ domainId }),
  };
  for (const [kind, pages] of Object.entries(lists))
    for await (const page of pages) if (page[0] !== undefined) return `${kind} ${page[0].name}`;
  return undefined;
}

/** Something that would go on, and cost, without anybody who may see it: Keystone tells nobody of a project's end. */
export async function insideProject(cloud: Cloud, projectId: string): Promise<string | undefined> {
  for await (const [kind, { id, name }] of ownedBy(cloud, projectId)) return `${kind} ${name || id}`;
  return undefined;
}

interface Named {
  readonly id: string;
  readonly name?: string | null;
}

async function* ownedBy(cloud: Cloud, projectId: string): AsyncIterable<readonly [string, Named]> {
  if (await cloud.has('compute'))
    for await (const page of cloud.compute.servers({ projectId }, true))
      for (const server of page) yield ['server', server];
  if (await cloud.has('block-storage'))
    for await (const page of cloud.volume.volumes({ projectId }, true))
      for (const volume of page) yield ['volume', volume];
  if (await cloud.has('image'))
    for await (const page of cloud.image.images({ projectId })) for (const image of page) yield ['image', image];
  if ((await cloud.networking()) !== 'neutron') return;
  const { network } = cloud;
  const lists: Readonly<Record<string, AsyncIterable<readonly Named[]>>> = {
    router: network.routers({ projectId }),
    network: network.networks({ projectId }),
    'floating IP': network.floatingIps({ projectId }),
    'security group': network.securityGroups({ projectId }),
  };
  for (const [kind, pages] of Object.entries(lists))
    for await (const page of pages)
      for (const item of page) if (kind !== 'security group' || item.name !== 'default') yield [kind, item];
}
