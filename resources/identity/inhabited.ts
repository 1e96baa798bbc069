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
  if (await cloud.has('compute'))
    for await (const [server] of cloud.compute.servers({ projectId }, true))
      if (server !== undefined && 'name' in server) return `server ${server.name}`;
  if (await cloud.has('block-storage'))
    for await (const [volume] of cloud.volume.volumes({ projectId }, true))
      if (volume !== undefined) return `volume ${volume.name || volume.id}`;
  return undefined;
}
