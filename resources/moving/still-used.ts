import type { KeystoneAssignment } from '../../services/openstack/index.ts';
import type { FlavorAttributes } from '../compute/flavor.ts';
import type { KeypairAttributes } from '../compute/keypair.ts';
import type { GroupAttributes } from '../identity/group.ts';
import { insideDomain } from '../identity/inhabited.ts';
import type { RoleAttributes } from '../identity/role.ts';
import type { ImageAttributes } from '../image/image.ts';
import { OF_A_DISK } from '../image/transfer-image.ts';
import type { FloatingIpAttributes } from '../network/floating-ip.ts';
import type { PortAttributes } from '../network/port.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceRef } from '../resource-type.ts';
import { resourceTypes } from '../resource-types.ts';
import { unlessGone } from '../visibility.ts';
import type { VolumeAttributes } from '../volume/volume.ts';
import type { Correspondence } from './correspondence.ts';

/** Both clouds, read afresh. */
interface Clouds {
  readonly source: Reader;
  readonly target: Reader;
  readonly correspondence: Correspondence;
}

/** Something of the target, and what it stands for. */
export interface Standing extends ResourceRef {
  readonly targetId: string;
}

export interface UseOptions {
  /** What is removed with it, by their ids in the target. */
  readonly others: ReadonlySet<string>;
  /**
   * The run that made it is undone: that somebody may use it does not count, only that somebody does, or has nothing else.
   */
  readonly byDeed?: boolean;
}

/**
 * Why something that was moved for a tenant must stay when that tenant is gone, as the end of a sentence; undefined when nobody else
 * uses it.
 */
export async function stillUsed(
  clouds: Clouds,
  { type, id, targetId }: Standing,
  { others, byDeed = false }: UseOptions,
): Promise<string | undefined> {
  const there = await unlessGone(() => resourceTypes[type].get(clouds.target, targetId));
  if (there === undefined) return undefined;
  switch (type) {
    case 'user':
      return userUse(clouds, there);
    case 'group':
      return (
        (await roleOf(clouds, { groupId: targetId })) ?? strangerIn(clouds, id, there as Resource<GroupAttributes>)
      );
    case 'role':
      return roleUse(clouds, there as Resource<RoleAttributes>, others);
    case 'flavor':
      return (
        (byDeed ? undefined : await flavorAccess(clouds, there as Resource<FlavorAttributes>)) ??
        serverOf(clouds, { flavorId: targetId })
      );
    case 'keypair':
      return keyUse(clouds, there as Resource<KeypairAttributes>);
    case 'image':
      return imageUse(clouds, id, there as Resource<ImageAttributes>);
    case 'floating-ip': {
      const { portId } = there.attributes as FloatingIpAttributes;
      return portId === undefined ? undefined : leadsTo(clouds, portId);
    }
    case 'domain': {
      const inside = await insideDomain(await clouds.target.cloud.identity(), targetId);
      return inside === undefined ? undefined : `it has ${inside}`;
    }
    case 'port': {
      const { deviceId, deviceOwner } = there.attributes as PortAttributes;
      return deviceOwner.startsWith('compute:') ? `server ${deviceId} has it` : undefined;
    }
    case 'volume':
      return volumeUse(clouds, id, there as Resource<VolumeAttributes>);
    default:
      return undefined;
  }
}

async function userUse(clouds: Clouds, { id }: Resource): Promise<string | undefined> {
  const { cloud } = clouds.target;
  const held = await roleOf(clouds, { userId: id });
  if (held !== undefined) return held;
  const [group] = await (await cloud.identity()).groupsOf(id);
  if (group !== undefined) return `it is in group ${group.name}`;
  for await (const [server] of cloud.compute.servers({ userId: id }, true))
    if (server !== undefined) return `server ${server.name || server.id} is its own`;
  return undefined;
}

type Who = { readonly userId: string } | { readonly groupId: string };

/** In the list of all, Keystone has what holds in the system only where it is asked for. */
async function roleOf(clouds: Clouds, who: Who): Promise<string | undefined> {
  const keystone = await clouds.target.cloud.identity();
  for (const where of [{}, { system: true }] as const)
    for await (const [held] of keystone.assignments({ ...who, ...where }))
      if (held !== undefined) return `it has a role in ${await placeOf(clouds, held)}`;
  return undefined;
}

async function placeOf({ target }: Clouds, { scope }: KeystoneAssignment): Promise<string> {
  const { project, domain } = scope;
  const place = project === undefined ? domain : project;
  if (place === undefined) return 'the system';
  const type = project === undefined ? 'domain' : 'project';
  const there = await unlessGone(() => resourceTypes[type].get(target, place.id));
  return `${type} ${there?.name ?? place.id}`;
}

/** Somebody who joined it in the target. */
async function strangerIn(
  { source, target, correspondence }: Clouds,
  id: string,
  { attributes: { memberIds } }: Resource<GroupAttributes>,
): Promise<string | undefined> {
  const inSource = await unlessGone(() => resourceTypes.group.get(source, id));
  const members = (inSource?.attributes as GroupAttributes | undefined)?.memberIds ?? [];
  const moved = await Promise.all(members.map((member) => correspondence.targetOf({ type: 'user', id: member })));
  const known = new Set(moved.map((member) => member?.id));
  const stranger = memberIds.find((member) => !known.has(member));
  if (stranger === undefined) return undefined;
  const user = await unlessGone(() => resourceTypes.user.get(target, stranger));
  return `user ${user?.name ?? stranger} has joined it`;
}

async function roleUse({ target }: Clouds, { id }: Resource, others: ReadonlySet<string>): Promise<string | undefined> {
  const keystone = await target.cloud.identity();
  for (const where of [{}, { system: true }] as const)
    for await (const [held] of keystone.assignments({ roleId: id, ...where }))
      if (held !== undefined) return 'somebody has it';
  for (const [prior, implied] of await keystone.impliedRoles())
    if (implied.includes(id) && !others.has(prior)) return `role ${(await keystone.role(prior)).name} implies it`;
  return undefined;
}

/** Nova knows nothing of a project's end: those that are gone stay on its list. */
async function flavorAccess(
  { target }: Clouds,
  { attributes: { isPublic, accessProjectIds } }: Resource<FlavorAttributes>,
): Promise<string | undefined> {
  if (isPublic) return 'every tenant may use it';
  for (const projectId of accessProjectIds) {
    const project = await unlessGone(() => resourceTypes.project.get(target, projectId));
    if (project !== undefined) return `project ${project.name} may use it`;
  }
  return undefined;
}

async function serverOf(
  { target }: Clouds,
  search: { readonly flavorId: string } | { readonly imageId: string },
): Promise<string | undefined> {
  for await (const [server] of target.cloud.compute.servers(search, true))
    if (server !== undefined) return `server ${server.name || server.id} has it`;
  return undefined;
}

async function keyUse(
  { target }: Clouds,
  { name, attributes: { userId } }: Resource<KeypairAttributes>,
): Promise<string | undefined> {
  for await (const page of target.cloud.compute.servers({ userId }, true))
    for (const server of page)
      if ('key_name' in server && server.key_name === name) return `server ${server.name || server.id} has it`;
  return undefined;
}

/** What only carried a disk was made of something that is gone by right. */
async function imageUse(
  clouds: Clouds,
  id: string,
  { id: imageId, name }: Resource<ImageAttributes>,
): Promise<string | undefined> {
  const served = await serverOf(clouds, { imageId });
  if (served !== undefined || OF_A_DISK.test(name)) return served;
  const there = await unlessGone(() => resourceTypes.image.get(clouds.source, id));
  return there === undefined ? 'the source does not have it any more' : undefined;
}

async function leadsTo({ target }: Clouds, portId: string): Promise<string | undefined> {
  const there = await unlessGone(() => resourceTypes.port.get(target, portId));
  const { deviceId, deviceOwner } = (there?.attributes ?? {}) as Partial<PortAttributes>;
  return deviceOwner?.startsWith('compute:') === true ? `it leads to server ${deviceId}` : undefined;
}

/** What the source does not have any more is the only copy. */
async function volumeUse(
  { source }: Clouds,
  id: string,
  { attributes: { attachments } }: Resource<VolumeAttributes>,
): Promise<string | undefined> {
  if (attachments.length > 0) return `server ${attachments[0]?.serverId} has it`;
  const there = await unlessGone(() => resourceTypes.volume.get(source, id));
  return there === undefined ? 'the source does not have it any more' : undefined;
}
