import { type ImageAttributes, image } from '../image/image.ts';
import { OF_A_DISK } from '../image/transfer-image.ts';
import { comesFrom, splitProperties } from '../moving/origin.ts';
import { network } from '../network/network.ts';
import { type PortAttributes, port, portResource } from '../network/port.ts';
import { router } from '../network/router.ts';
import type { Reader } from '../reader.ts';
import type { Resource } from '../resource-type.ts';
import { isAvailable, resourceTypes } from '../resource-types.ts';
import { unlessGone } from '../visibility.ts';
import { type VolumeAttributes, volume } from '../volume/volume.ts';

/**
 * Why what a tenant has in the target cannot be removed, a sentence each: an instance is left in its project, somebody else uses its
 * networks or images, or the source does not have any more what would be lost. `projectId` is the target's.
 */
export async function* inTheWay(source: Reader, target: Reader, projectId: string): AsyncIterable<string> {
  yield* serversLeft(target, projectId);
  yield* onlyCopies(source, target, projectId);
  if ((await target.cloud.networking()) === 'neutron') yield* othersInNetworks(source, target, projectId);
}

/**
 * Why what a run has made in a project of the target cannot be removed: by now somebody works with it, or has nothing else. What other
 * runs have moved there is no obstacle: they hold what they need of it.
 */
export async function* inTheWayOfUndoing(
  source: Reader,
  target: Reader,
  projectId: string,
  run: string,
): AsyncIterable<string> {
  const isOfRun = ({ origin }: Resource) => origin?.run === run && comesFrom(origin, source.cloud.name, origin.id);
  const project = await unlessGone(() => resourceTypes.project.get(target, projectId));
  if (project !== undefined && isOfRun(project))
    for await (const page of target.cloud.compute.servers({ projectId }, true))
      for (const { id, ...server } of page)
        if (!('metadata' in server) || splitProperties(server.metadata).origin?.cloud !== source.cloud.name)
          yield `instance ${server.name || id} is there`;
  for (const type of [volume, image] as const) {
    if (!(await isAvailable(target, type))) continue;
    for await (const page of type.list(target, { projectId }))
      for (const there of page.filter(isOfRun)) {
        const told = `${there.type} ${there.name || there.id}`;
        if (await isGone(source, there)) yield `${source.cloud.name} does not have ${told} any more`;
        const server = there.type === 'volume' ? attachedTo(there as Resource<VolumeAttributes>) : undefined;
        if (server !== undefined) yield `server ${server} has ${told}`;
      }
  }
  if ((await target.cloud.networking()) === 'neutron') yield* othersInNetworks(source, target, projectId, isOfRun);
}

function attachedTo({ attributes }: Resource<VolumeAttributes>): string | undefined {
  return attributes.attachments[0]?.serverId;
}

async function* serversLeft({ cloud }: Reader, projectId: string): AsyncIterable<string> {
  for await (const page of cloud.compute.servers({ projectId }, true))
    for (const { id, ...server } of page) yield `instance ${server.name || id} is there`;
}

/** What was moved and is gone in the source; and images that others boot from. */
async function* onlyCopies(source: Reader, target: Reader, projectId: string): AsyncIterable<string> {
  for (const type of [volume, image] as const) {
    if (!(await isAvailable(target, type))) continue;
    for await (const page of type.list(target, { projectId }))
      for (const there of page) {
        const told = `${there.type} ${there.name || there.id}`;
        if (await isGone(source, there)) yield `${source.cloud.name} does not have ${told} any more`;
        const other =
          there.type === 'image' ? await otherWithImage(target, there as Resource<ImageAttributes>) : undefined;
        if (other !== undefined) yield `server ${other} of another project boots from ${told}`;
      }
  }
}

async function isGone(source: Reader, { type, name, origin }: Resource): Promise<boolean> {
  if (origin === undefined || !comesFrom(origin, source.cloud.name, origin.id)) return false;
  if (type === 'image' && OF_A_DISK.test(name)) return false;
  return (await unlessGone(() => resourceTypes[type].get(source, origin.id))) === undefined;
}

async function otherWithImage(
  { cloud }: Reader,
  { id, projectId, attributes }: Resource<ImageAttributes>,
): Promise<string | undefined> {
  if (attributes.visibility === 'private') return undefined;
  for await (const page of cloud.compute.servers({ imageId: id }, true))
    for (const server of page)
      if ('tenant_id' in server && server.tenant_id !== projectId) return server.name || server.id;
  return undefined;
}

/** Neutron removes no network that has ports. */
async function* othersInNetworks(
  source: Reader,
  target: Reader,
  projectId: string,
  isMeant: (network: Resource) => boolean = () => true,
): AsyncIterable<string> {
  const isOurs = ({ origin }: Resource) => origin !== undefined && comesFrom(origin, source.cloud.name, origin.id);
  const routers = new Set<string>();
  for await (const page of router.list(target, { projectId }))
    for (const own of page) if (isOurs(own)) routers.add(own.id);
  for await (const page of network.list(target, { projectId }))
    for (const { id, name } of page.filter((own) => isOurs(own) && isMeant(own)))
      for await (const bodies of target.cloud.network.ports({ networkId: id }))
        for (const body of bodies) {
          const there = await portResource(target, body);
          if (isOurs(there) || isOfNetwork(there, routers)) continue;
          yield `port ${there.name || there.id}, which was not moved, is in network ${name || id}`;
        }
}

/** Those go with their network, or with a router that is removed before. */
function isOfNetwork(there: Resource, routers: ReadonlySet<string>): boolean {
  const { deviceId } = there.attributes as PortAttributes;
  return port.isMadeByCloud?.(there as Resource<PortAttributes>) === true || routers.has(deviceId);
}
