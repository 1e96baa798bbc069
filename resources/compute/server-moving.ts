import { NovaServers } from '../../services/openstack/index.ts';
import type { Making } from '../moving/making.ts';
import type { Translation } from '../moving/translation.ts';
import { waitUntil } from '../moving/wait-until.ts';
import type { Moving } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import type { ServerAttributes } from './server.ts';
import { isServerAttributeKept } from './server-kept.ts';

/** Servers are made in steps of their own (`boot-server.ts`, `settle-server.ts`), and found as `server.ts` lists them. */
export const serverMoving: Omit<Moving<ServerAttributes>, 'candidates'> = {
  translate,

  async remove(making, id) {
    const { cloud } = making.target;
    const nova = new NovaServers(cloud.compute.client);
    await keepVolumes(making, nova, id);
    await waitUntil(async () => {
      const there = await unlessGone(() => cloud.compute.server(id));
      if (there === undefined) return true;
      // A deletion that failed on its host leaves the server as it was, or in ERROR: it is asked for again.
      if (there['OS-EXT-STS:task_state'] !== 'deleting') await nova.delete(id);
      return undefined;
    }, making.signal);
  },

  isKept: isServerAttributeKept,

  losses: {
    userId: 'Nova takes the caller for the owner, and could not be called as the one that the source has',
    keyName: 'the key could not be lent to the mover under its name',
    imageId: 'its disk was copied: it boots from the image of the copy',
    availabilityZone: 'the target puts it elsewhere',
    pinnedAvailabilityZone: 'the target does not pin it',
    hostname: 'Nova made it of the name: it takes a host name of its own from 2.90 on only',
    description: 'the target takes no description: 2.19 is needed',
    tags: 'the target takes no tags of servers: 2.26 is needed',
    volumes: 'the target attaches them otherwise',
    interfaces: 'they are those of the ports that stand for the source’s',
    powerState: 'what a paused or suspended guest had in memory does not move: it was booted afresh',
    lockedReason: 'the target takes no reason: 2.73 is needed',
    trustedImageCertificates: 'the target takes none: 2.63 is needed',
  },
};

function translate(attributes: ServerAttributes, to: Translation): ServerAttributes {
  const { flavor, imageId, serverGroupId, availabilityZone, pinnedAvailabilityZone } = attributes;
  const zone = (name: string) => to.name('availability-zone', name);
  return {
    ...attributes,
    // Users that are not moved (service accounts, an admin) and images that are deleted are compared as the source knows them.
    userId: to.idIfThere('user', attributes.userId) ?? attributes.userId,
    ...(imageId === undefined ? {} : { imageId: to.idIfThere('image', imageId) ?? imageId }),
    flavor: flavor.id === undefined ? flavor : { ...flavor, id: to.id('flavor', flavor.id) },
    interfaces: attributes.interfaces.map((item) => ({
      ...item,
      portId: to.id('port', item.portId),
      networkId: to.idIfThere('network', item.networkId) ?? item.networkId,
      fixedIps: item.fixedIps.map(({ subnetId, ipAddress }) => ({
        subnetId: to.idIfThere('subnet', subnetId) ?? subnetId,
        ipAddress,
      })),
    })),
    volumes: attributes.volumes.map((volume) => ({ ...volume, id: to.id('volume', volume.id) })),
    floatingIpIds: attributes.floatingIpIds.flatMap((id) => to.idIfThere('floating-ip', id) ?? []).sort(),
    ...(serverGroupId === undefined ? {} : { serverGroupId: to.id('server-group', serverGroupId) }),
    ...(availabilityZone === undefined ? {} : { availabilityZone: zone(availabilityZone) }),
    ...(pinnedAvailabilityZone === undefined ? {} : { pinnedAvailabilityZone: zone(pinnedAvailabilityZone) }),
  };
}

/** A compensation takes back the server; its volumes are taken back, or used again, by themselves. */
async function keepVolumes(making: Making, nova: NovaServers, id: string): Promise<void> {
  if (!(await nova.knows('2.85'))) return;
  const { compute } = making.target.cloud;
  const attachments = (await unlessGone(() => compute.volumeAttachments(id))) ?? [];
  for (const { volumeId, delete_on_termination } of attachments)
    if (delete_on_termination === true) await nova.setDeleteOnTermination(id, volumeId, false);
}
