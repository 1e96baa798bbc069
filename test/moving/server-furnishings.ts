import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { createServiceClient } from '../../services/openstack/create-service-client.ts';
import type { NovaServer } from '../../services/openstack/nova-shapes.ts';
import { identityAdmin } from '../contract/fixture-identity.ts';

const IMAGE_BYTES = 65_536;

/** Something that was made in a cloud, and how it is taken away again. */
export interface Furnished {
  readonly id: string;
  remove(): Promise<unknown>;
}

/** A project, the login an admin of it. */
export async function makeProject(cloud: Cloud, name: string): Promise<Furnished> {
  const client = await identityAdmin(cloud);
  const v3 = (await cloud.whoAmI()).identityVersion === 'v3';
  const [path, key] = v3 ? ['projects', 'project'] : ['tenants', 'tenant'];
  const { id } = (await client.post<Record<string, { id: string }>>(path, { [key]: { name, enabled: true } }))[key]!;
  await grant(cloud, id, (await cloud.whoAmI()).user.id, ['admin']);
  const remove = async () => {
    for await (const page of cloud.network.securityGroups({ projectId: id }))
      for (const group of page) await cloud.network.client.delete(`security-groups/${group.id}`);
    await client.delete(`${path}/${id}`);
  };
  return { id, remove };
}

/** A member of a project; `more`: further attributes. */
export async function makeUser(cloud: Cloud, projectId: string, user: object): Promise<Furnished> {
  const client = await identityAdmin(cloud);
  const { id } = (await client.post<{ user: { id: string } }>('users', { user: { enabled: true, ...user } })).user;
  await grant(cloud, projectId, id, ['member', '_member_']);
  return { id, remove: () => client.delete(`users/${id}`) };
}

async function grant(cloud: Cloud, projectId: string, userId: string, roles: readonly string[]): Promise<void> {
  const keystone = await cloud.identity();
  const client = await identityAdmin(cloud);
  for await (const page of keystone.roles())
    for (const { id, name } of page) {
      if (!roles.includes(name)) continue;
      if (keystone.version === 'v3') await client.put(`projects/${projectId}/users/${userId}/roles/${id}`, undefined);
      else await client.put(`tenants/${projectId}/users/${userId}/roles/OS-KSADM/${id}`, undefined);
    }
}

/** A private image of the project that the login is scoped to. */
export async function makeImage(cloud: Cloud, name: string): Promise<Furnished> {
  const glance = createServiceClient(cloud.session, 'image');
  const body = { name, visibility: 'private', disk_format: 'raw', container_format: 'bare' };
  const { id } = await glance.post<{ id: string }>('images', body);
  const bytes = Readable.from([Buffer.alloc(IMAGE_BYTES, 'x')]);
  const answer = await glance.requestStream('PUT', `images/${id}/file`, { body: bytes, sizeBytes: IMAGE_BYTES });
  answer.body.resume();
  return { id, remove: () => glance.delete(`images/${id}`) };
}

/** A volume with an image's bytes, available. */
export async function makeVolume({ volume }: Cloud, name: string, imageRef: string): Promise<Furnished> {
  const body = { size: 1, name, imageRef };
  const { id } = (await volume.client.post<{ volume: { id: string } }>('volumes', { volume: body })).volume;
  for (;;) {
    const { status } = await volume.volume(id);
    if (status === 'available') return { id, remove: () => volume.client.delete(`volumes/${id}`) };
    if (status.startsWith('error')) throw new Error(`volume ${id} is ${status}`);
    await pause(200);
  }
}

export async function reached(cloud: Cloud, id: string, status: string): Promise<NovaServer> {
  for (;;) {
    const server = await cloud.compute.server(id);
    if (server.status === status && !server['OS-EXT-STS:task_state']) return server;
    if (server.status === 'ERROR') throw new Error(`server ${id} went to ERROR: ${server.fault?.message}`);
    await pause(200);
  }
}

/** Waits until it is gone. */
export async function removeServer(cloud: Cloud, id: string): Promise<void> {
  await cloud.compute.client.delete(`servers/${id}`);
  for (;;) {
    try {
      await cloud.compute.server(id);
    } catch {
      return;
    }
    await pause(200);
  }
}
