import type { Cloud } from '../../services/openstack/cloud.ts';
import { createServiceClient } from '../../services/openstack/create-service-client.ts';
import { PREFIX } from './stage.ts';

/** How the projects of these tests begin: others make theirs at the same time. */
export const OURS = `${PREFIX}storage-`;

/** A project of the same name in both clouds, as if it had been moved, and the mover as one of its members. */
export interface TwinProject {
  readonly name: string;
  /** In the source. */
  readonly id: string;
  readonly targetId: string;
}

export async function twinProject(source: Cloud, target: Cloud, name: string): Promise<TwinProject> {
  return { name, id: await projectIn(source, name), targetId: await projectIn(target, name) };
}

/** Of one cloud only; what an earlier, broken test has left of it is taken. */
export async function projectIn(cloud: Cloud, name: string): Promise<string> {
  const client = createServiceClient(cloud.session, 'identity');
  const found = await client.get<{ projects: { id: string }[] }>('projects', { query: { name } });
  const id =
    found.projects[0]?.id ??
    (await client.post<{ project: { id: string } }>('projects', { project: { name, domain_id: 'default' } })).project
      .id;
  const { roles } = await client.get<{ roles: { id: string; name: string }[] }>('roles');
  const admin = roles.find((role) => role.name === 'admin')?.id;
  const { user } = await cloud.whoAmI();
  await client.put(`projects/${id}/users/${user.id}/roles/${admin}`, undefined);
  return id;
}

/** Removes every project whose name begins so, with its images and volumes. */
export async function sweepStorage(cloud: Cloud, prefix: string): Promise<void> {
  const identity = createServiceClient(cloud.session, 'identity');
  const { projects } = await identity.get<{ projects: { id: string; name: string }[] }>('projects');
  const ours = projects.filter(({ name }) => name.startsWith(prefix));
  for (const { id } of ours) {
    for (const look of [
      {},
      { hidden: true },
      { visibility: 'community' },
      { hidden: true, visibility: 'community' },
    ] as const)
      for await (const page of cloud.image.images({ projectId: id, ...look }))
        for (const image of page) {
          if (image.protected) await cloud.image.patch(image.id, [{ op: 'replace', path: '/protected', value: false }]);
          await cloud.image.delete(image.id);
        }
    for await (const page of cloud.volume.volumes({ projectId: id }, true))
      for (const volume of page) await cloud.volume.delete(volume.id);
    const groups: string[] = [];
    for await (const page of cloud.network.securityGroups({ projectId: id }))
      groups.push(...page.map((group) => group.id));
    await identity.delete(`projects/${id}`);
    // Neutron makes one for every project that it is asked about, and keeps it.
    for (const group of groups) await cloud.network.write.remove('security_group', group);
  }
}
